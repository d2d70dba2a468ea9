"""Điều 6.2 and 9.1: receipts over the gateway, and who learns what from /verify."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from scanning import tasks
from scanning.models import Attachment, Receipt, ScanDuty
from tests.factories.access import actor
from tests.reading import read

pytestmark = pytest.mark.django_db

CONTENT = b"Quyet dinh ve viec ban hanh"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def sent(sender, receiver, clamd, formats) -> Attachment:
    """A file that went from the one agency to the other and was released."""
    to = [receiver.connector.agency.code]
    sender.send(CONTENT, to_agency=to)
    for pk in ScanDuty.objects.undone().values_list("pk", flat=True):
        tasks.take(pk)
    return Attachment.objects.get()


def verify(system=None, **asked):
    headers = system.headers if system else {}
    return Client().post("/api/v1/verify", asked, headers=headers)


def test_both_ends_fetch_the_receipt_and_a_stranger_finds_nothing(
    sent, sender, receiver, stranger
):
    path = f"/attachments/{sent.public_id}/receipt"
    answers = [system.get(path) for system in (sender, receiver)]
    assert {answer.content for answer in answers} == {
        Receipt.objects.get().token.encode()
    }
    assert answers[0]["Content-Type"] == "application/jose"
    assert stranger.get(path).status_code == 404
    assert Client().get(f"/api/v1{path}").status_code == 401


def test_a_file_that_waits_has_no_receipt_yet(sender, receiver):
    told = sender.send(CONTENT, to_agency=[receiver.connector.agency.code]).json()
    answer = sender.get(f"/attachments/{told['id']}/receipt")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_receipt")


def test_d6_2_the_original_matches_with_sender_and_time_for_one_entitled(
    sent, receiver, sender
):
    told = verify(receiver, file=SimpleUploadedFile("a.txt", CONTENT)).json()
    assert told["known"] is True
    [copy] = told["files"]
    assert copy["from_agency"] == sender.connector.agency.code
    assert copy["originator"] == "vanthu.noivu"
    assert copy["verdict"] == "clean"
    assert copy["received_at"]
    assert "receipt" not in copy  # none was asked for yet


def test_d6_2_one_changed_byte_does_not_match(sent, receiver):
    told = verify(receiver, file=SimpleUploadedFile("a.txt", CONTENT + b" ")).json()
    assert told == {"known": False, "files": []}


@pytest.mark.parametrize("who", ["anybody", "stranger"])
def test_d12_5_others_learn_only_known_or_not(sent, stranger, who):
    system = stranger if who == "stranger" else None
    nothing = {"files": []} if system else {}
    assert verify(system, sha256=SHA256.upper()).json() == {"known": True, **nothing}
    assert verify(system, sha256="0" * 64).json() == {"known": False, **nothing}


def test_d12_5_the_answer_costs_the_same_for_one_copy_and_for_many(
    sent, sender, monkeypatch
):
    for number in range(3):
        sender.send(
            CONTENT, message_id=f"m{number}", to_agency=[sender.connector.agency.code]
        )
    now = clock.now()  # the first question of a minute makes its row
    monkeypatch.setattr(clock, "now", lambda: now)
    verify(sha256="1" * 64)

    def cost(sha256):
        with CaptureQueriesContext(connection) as seen:
            answer = verify(sha256=sha256)
        assert answer["Cache-Control"] == "no-store"
        asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
        return [sql.replace(sha256, "") for sql in asked if "attachment" in sql]

    assert len(cost(SHA256)) == 1
    assert cost(SHA256) == cost("0" * 64)


def test_who_asks_too_often_waits(sent, settings):
    settings.PORTAL_QUESTIONS_A_MINUTE = 3
    answers = [verify(sha256="0" * 64) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert answers[-1].json()["code"] == "too_many_questions"


def test_a_file_to_check_is_never_stored(sent):
    folders = [Path(settings.FILE_UPLOAD_TEMP_DIR), Path(settings.MEDIA_ROOT)]
    before = [sorted(folder.rglob("*")) for folder in folders]
    large = SimpleUploadedFile("a.bin", b"\0" * 6_000_000)
    assert verify(file=large).json() == {"known": False}
    assert [sorted(folder.rglob("*")) for folder in folders] == before


def test_json_is_understood_and_nonsense_is_refused(sent):
    post = Client().post
    json = {"content_type": "application/json"}
    assert post("/api/v1/verify", {"sha256": SHA256}, **json).json() == {"known": True}
    for body in ('{"sha256": 3}', "[", '["a"]', "{}", '{"sha256": "xyz"}'):
        answer = post("/api/v1/verify", body, **json)
        assert (answer.status_code, answer.json()["code"]) == (422, "no_question")


def test_verify_says_whether_a_receipt_holds_and_why_not_to_one_entitled(
    sent, receiver, stranger
):
    token = receiver.get(f"/attachments/{sent.public_id}/receipt").content.decode()
    assert verify(receiver, receipt=token).json()["receipt"]["state"] == "valid"
    Receipt.objects.update(revoked_at=clock.now(), revocation="contradicted")
    told = verify(receiver, receipt=token).json()["receipt"]
    assert (told["state"], told["why"]) == ("revoked", "contradicted")
    for system in (None, stranger):
        told = verify(system, receipt=token).json()
        assert told == {"known": True, "receipt": {"state": "revoked"}}
    forged = verify(receipt=token[:-4] + "AAAA").json()
    assert forged == {"known": False, "receipt": {"state": "unknown"}}


# ── The page /kiem-tra/ ───────────────────────────────────────────────────────────
def test_d6_2_the_page_says_khop_with_sender_and_time_to_an_officer(
    sent, receiver, staff_client
):
    officer = staff_client(actor("records_clerk", receiver.connector.agency))
    page = read(
        officer.post("/kiem-tra/", {"file": SimpleUploadedFile("a.txt", CONTENT)})
    )
    assert "Khớp" in page
    assert "Sở Nội vụ (vanthu.noivu)" in page
    assert sent.name in page
    page = officer.post(
        "/kiem-tra/", {"file": SimpleUploadedFile("a.txt", CONTENT + b" ")}
    ).content.decode()
    assert "Không khớp" in page


def test_d12_5_the_page_tells_a_citizen_neither_sender_nor_name(sent):
    page = read(Client().get("/kiem-tra/", {"q": SHA256}))
    assert "Khớp" in page
    for hidden in ("Sở Nội vụ", "Thị xã Đồng Xoài", sent.name, sent.public_id):
        assert hidden not in page


def test_the_page_reads_a_pasted_receipt(sent, receiver):
    token = receiver.get(f"/attachments/{sent.public_id}/receipt").content.decode()
    broken = "\n".join(token[at : at + 60] for at in range(0, len(token), 60))
    page = read(Client().post("/kiem-tra/", {"q": broken}))
    assert "Biên nhận là thật và còn giá trị" in page
    assert sent.name not in page
    Receipt.objects.update(revoked_at=clock.now(), revocation="contradicted")
    page = Client().post("/kiem-tra/", {"q": token}).content.decode()
    assert "đã bị thu hồi" in page
    assert "mã độc" not in page
