"""Điều 4.2, 4.3, 7.1, 8.2 and 12.7: what a connected system hands in, and for whom."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import AgencyCode, AgencyEvent, AuditEntry, Succession
from portal.core import clock
from portal.core.models import LegalBasis
from scanning import tasks
from scanning.models import Attachment, DocumentType, Message, ScanDuty
from tests.factories.access import AgencyFactory
from tests.factories.connectors import connected
from tests.factories.scanning import eicar

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(sender, receiver):
    """Hand in a file from the one agency to the other."""

    def send(*content, **changes):
        to = {"to_agency": [receiver.connector.agency.code]}
        return sender.send(*content, **(to | changes))

    return send


def scan_all():
    for pk in ScanDuty.objects.undone().in_order().values_list("pk", flat=True):
        tasks.take(pk)


# ── The way of a file ─────────────────────────────────────────────────────────────
def test_a_file_is_handed_in_scanned_and_fetched_byte_for_byte(
    send, sender, receiver, clamd, formats
):
    answer = send(b"Noi dung")
    told = answer.json()
    assert answer.status_code == 202, told
    assert answer["Location"] == f"/api/v1/attachments/{told['id']}"
    assert told["sha256"] == hashlib.sha256(b"Noi dung").hexdigest()
    assert (told["state"], told["verdict"]) == ("pending", None)
    content = f"/attachments/{told['id']}/content"
    refused = sender.get(content)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_released")

    scan_all()
    for system in (sender, receiver):
        judged = system.get(f"/attachments/{told['id']}").json()
        assert (judged["state"], judged["verdict"]) == ("released", "clean")
        assert judged["signature_kind"] == "fallback"  # and it says so
        assert judged["engine"]
        fetched = system.get(content)
        assert b"".join(fetched.streaming_content) == b"Noi dung"
        assert fetched["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(event="scanning.downloaded").count() == 2


def test_a_held_file_tells_why_in_vietnamese_and_is_never_sent(
    send, sender, clamd, formats
):
    told = send(eicar(), headers={"Accept-Language": "en"}).json()
    scan_all()
    judged = sender.get(f"/attachments/{told['id']}").json()
    assert (judged["state"], judged["verdict"]) == ("held", "infected")
    assert judged["findings"][0]["code"] == "malware"
    assert "mã độc" in judged["findings"][0]["sentence"]
    assert sender.get(f"/attachments/{told['id']}/content").status_code == 409


def test_the_trail_names_message_originator_system_address_and_time_in_one_search(
    send, sender, clamd, formats
):
    send(message_id="2026/77@noivu", originator="Trần Thị Văn Thư")
    scan_all()
    found = AuditEntry.objects.known_as("2026/77@noivu").order_by("pk")
    told = [entry.event for entry in found]
    assert told == ["scanning.received", "scanning.released"]
    first = found[0]
    assert first.actor is None
    assert first.actor_name == sender.connector.name  # the system, not the originator
    assert first.additional_data["originator"] == "Trần Thị Văn Thư"
    assert first.agency == sender.connector.agency
    assert first.remote_addr == "127.0.0.1"
    attachment = Attachment.objects.get()
    assert attachment.submitted_by is None
    assert attachment.agency == sender.connector.agency


# ── Once, however often ───────────────────────────────────────────────────────────
def test_the_same_again_is_the_same_file(send):
    first, second = send().json(), send().json()
    assert first["id"] == second["id"]
    assert Attachment.objects.count() == Message.objects.count() == 1


def test_a_message_has_several_files(send):
    ids = {send(b"mot").json()["id"], send(b"hai", name="hai.txt").json()["id"]}
    assert len(ids) == 2
    assert Message.objects.get().attachments.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"originator": "nguoi.khac"},
        {"document_type": "bao_cao"},
        {"subject": "Khác"},
        {"issued_on": "2026-01-02"},
        {"urgency": "hoa_toc"},
        {"name": "ten-khac.txt"},
    ],
)
def test_the_same_message_with_other_facts_is_refused(send, other):
    send()
    answer = send(**other)
    assert (answer.status_code, answer.json()["code"]) == (409, "message_differs")
    assert Attachment.objects.count() == 1


def test_another_agency_may_use_the_same_message_id(sender, receiver):
    code = sender.connector.agency.code
    assert sender.send(to_agency=[receiver.connector.agency.code]).status_code == 202
    assert receiver.send(to_agency=[code]).status_code == 202


# ── The fields ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", DocumentType.values)
def test_every_group_of_documents_is_accepted(send, kind):
    assert send(document_type=kind, message_id=kind).status_code == 202


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_type", "mat"),
        ("document_type", None),
        ("urgency", "gap"),
        ("message_id", None),
        ("message_id", "\x00"),
        ("message_id", "   "),
        ("originator", ""),
        ("to_agency", []),
        ("issued_on", "hôm qua"),
        ("secrecy", None),
    ],
)
def test_a_wrong_field_is_named(send, field, value):
    answer = send(**{field: value})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "not_valid")
    assert [fault["field"] for fault in told["errors"]] == [field]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("secrecy", ["mat", "toi_mat", "tuyet_mat", ""])
def test_nothing_secret_is_taken_in(send, secrecy):
    answer = send(secrecy=secrecy)
    assert (answer.status_code, answer.json()["code"]) == (422, "secrecy_refused")
    assert not Attachment.objects.exists()


def test_the_refusal_speaks_the_language_that_was_asked_for(send):
    vietnamese = send(urgency="x").json()["detail"]
    english = send(urgency="x", headers={"Accept-Language": "en-GB"}).json()["detail"]
    assert english.startswith("Some fields")
    assert vietnamese != english


def test_urgent_files_go_first(send):
    for number in range(10):
        send(message_id=f"thuong-{number}")
    send(message_id="khan", urgency="khan")
    first = ScanDuty.objects.claimable().in_order().first()
    assert first.attachment.message.message_id == "khan"


# ── Agencies ──────────────────────────────────────────────────────────────────────
def test_an_ended_recipient_yields_the_successor_and_no_silent_redirect(send):
    today = clock.today()
    gone = AgencyFactory(name="Sở cũ", ends_on=today - timedelta(days=1))
    heir = AgencyFactory(name="Sở mới")
    basis = LegalBasis.objects.create(number="1/QĐ", starts_on=today)
    event = AgencyEvent.objects.create(
        kind="merge", effective_on=today, legal_basis=basis
    )
    Succession.objects.create(event=event, predecessor=gone, successor=heir)
    answer = send(to_agency=[gone.code])
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "ended_agency")
    assert (told["successor"], told["successor_code"]) == ("Sở mới", heir.code)
    assert "Sở mới" in told["detail"]
    assert not Attachment.objects.exists()


def test_an_unknown_recipient_and_a_closed_code_are_refused(send, receiver):
    assert send(to_agency=["999.99.99.H10"]).json()["code"] == "unknown_agency"
    AgencyCode.objects.create(
        agency=receiver.connector.agency,
        code="H10.99",
        scheme="qd20",
        opened_on=date(2020, 1, 1),
        closed_on=date(2025, 1, 1),
    )
    told = send(to_agency=["H10.99"]).json()
    assert told["code"] == "closed_code"
    assert told["successor_code"] == receiver.connector.agency.code


def test_a_system_sends_for_its_own_agency_or_those_it_speaks_for(send, receiver):
    other = receiver.connector.agency
    answer = send(from_agency=other.code)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_its_agency")
    axis = connected(AgencyFactory(name="Văn phòng"), acts_for=[other])
    answer = axis.send(from_agency=other.code, to_agency=[other.code])
    assert answer.status_code == 202
    assert Attachment.objects.get().agency == other


# ── One's own ─────────────────────────────────────────────────────────────────────
def test_no_system_learns_of_the_files_of_others(send, sender, receiver, stranger):
    told = send().json()
    one = f"/attachments/{told['id']}"
    for path in (one, f"{one}/content", f"{one}/receipt"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert receiver.get(one).status_code == 200
    for system, count in ((sender, 1), (receiver, 0), (stranger, 0)):
        answer = system.get("/attachments", sha256=told["sha256"])
        assert len(answer.json()["attachments"]) == count
    absent = stranger.get("/attachments/aaaaaaaaaaaaaaaaaaaaaa").json()
    assert absent == stranger.get(one).json()


# ── What it costs ─────────────────────────────────────────────────────────────────
def test_a_call_costs_few_queries(send, sender):
    send(message_id="warm")
    with CaptureQueriesContext(connection) as seen:
        told = send(b"moi", message_id="moi").json()
    asked = [q["sql"] for q in seen if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 14, "\n".join(asked)
    with CaptureQueriesContext(connection) as seen:
        sender.get(f"/attachments/{told['id']}")
    assert len(seen) <= 5
