"""Điều 6.2 and 9.1: a receipt proves a verdict offline, expires, and is revoked."""

import io
import itertools
import json
from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.test import Client
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS

from access.models import AuditEntry
from portal.core import clock
from scanning import fate, services, tasks
from scanning.models import (
    Attachment,
    QuarantineRule,
    Recall,
    Receipt,
    ReleaseDecision,
    SignatureSet,
)
from scanning.receipts import issuing, read
from scanning.receipts.reading import Standing
from scanning.refusals import NoReceiptError, ReceiptWaitsError
from scanning.verdicts import Found, Verdict
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory, eicar

pytestmark = pytest.mark.django_db

CONTRACT = {"sha256", "size", "verdict", "message_id", "from_agency", "received_at"}
CONTRACT |= {"scanned_at", "engine", "signatures", "iss", "iat", "jti"}
BESIDES = {"exp", "policy", "signature_digest", "signature_kind", "state", "release"}
BESIDES |= {"reserve_signatures", "reused", "with_password"}


def verified(token: str, client: Client) -> dict:
    """Verify as a receiving agency does: another library, our published keys."""
    published = client.get("/.well-known/portal-jwks.json").content.decode()
    receipt = JWS()
    receipt.deserialize(token, JWKSet.from_json(published))
    return json.loads(receipt.payload)


def judged(content: bytes = b"x", name: str = "a.txt", by=None) -> Attachment:
    by = by or actor("records_clerk")
    attachment = services.receive(io.BytesIO(content), name, by=by, agency=by.agency)
    tasks.sweep()
    attachment.refresh_from_db()
    return attachment


def attested(attachment: Attachment) -> Receipt:
    return issuing.issue(attachment, by=actor("records_clerk", attachment.agency))


def scanned(**facts) -> Attachment:
    """Return a released file with its scan, made without an engine."""
    attachment = AttachmentFactory(released=True, signature_digest="d" * 64, **facts)
    attachment.scans.create(verdict="clean", began_at=clock.now())
    return attachment


def test_a_second_library_verifies_a_receipt_with_the_published_keys(
    clamd, formats, client
):
    attachment = judged(b"Ngh\xe1\xbb\x8b quy\xe1\xba\xbft")
    states = verified(attested(attachment).token, client)
    assert set(states) == CONTRACT | BESIDES
    assert states["sha256"] == attachment.sha256
    assert states["size"] == 14
    assert states["verdict"] == "clean"
    assert states["from_agency"] == attachment.agency.code
    assert states["signature_digest"] == attachment.signature_digest
    assert states["reserve_signatures"] is True  # the engine of the tests has no others
    assert states["received_at"].endswith("Z")
    assert states["exp"] - states["iat"] == 30 * 86400


def test_a_receipt_lasts_as_long_as_it_says_however_late_the_second(monkeypatch):
    """Its begin and its end are counted from one look at the clock."""
    SignatureSet.objects.create(digest="d" * 64, description="x", kind="official")
    attachment = scanned()
    begin, looks = clock.now(), itertools.count(1)
    monkeypatch.setattr(clock, "now", lambda: begin + timedelta(seconds=next(looks)))
    receipt = attested(attachment)
    assert receipt.expires_at - receipt.issued_at == timedelta(days=30)
    assert next(looks) > 3  # the clock did go on


def test_one_changed_letter_and_it_verifies_no_more(client):
    head, body, signature = attested(scanned()).token.split(".")
    other = ("A" if body[20] != "A" else "B").join([body[:20], body[21:]])
    altered = f"{head}.{other}.{signature}"
    with pytest.raises(JWException):
        verified(altered, client)
    assert read(altered).standing == Standing.UNKNOWN


def test_another_key_or_no_signature_convinces_nobody():
    token = attested(scanned()).token
    body = token.split(".")[1]
    assert read(f"eyJhbGciOiJub25lIn0.{body}.").standing == Standing.UNKNOWN
    assert read("eyJ" + "A" * 9000 + "..").standing == Standing.UNKNOWN


def test_a_new_secret_leaves_former_receipts_verifiable(client, settings):
    token = attested(scanned()).token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one, not a secret of anybody either"
    assert verified(token, client)["verdict"] == "clean"
    assert read(token).standing == Standing.VALID
    keys = client.get("/.well-known/portal-jwks.json").json()["keys"]
    assert len(keys) == 2
    assert not any("d" in key for key in keys)  # nothing private


def test_a_file_that_waits_has_no_receipt():
    with pytest.raises(NoReceiptError):
        attested(AttachmentFactory())


def test_a_file_whose_bytes_changed_has_no_receipt():
    attachment = AttachmentFactory(state="held", verdict=Verdict.ERROR)
    with pytest.raises(NoReceiptError):
        attested(attachment)


def test_the_same_receipt_is_given_while_it_says_the_truth():
    attachment = scanned()
    assert attested(attachment) == attested(attachment)
    assert AuditEntry.objects.filter(event="scanning.receipt_issued").count() == 1


def test_after_another_scan_a_new_receipt_replaces_the_old():
    attachment = scanned()
    old = attested(attachment)
    attachment.scans.create(verdict="clean", began_at=clock.now())
    new = attested(attachment)
    old.refresh_from_db()
    assert (new.pk, old.revocation) == (new.pk, Receipt.Revocation.REPLACED)
    assert read(new.token).standing == Standing.VALID


def test_a_held_file_has_one_that_says_so(clamd, formats, client):
    states = verified(attested(judged(eicar())).token, client)
    assert (states["verdict"], states["state"]) == ("infected", "held")


def test_a_reused_verdict_says_so(clamd, formats, client):
    judged(b"the same")
    assert verified(attested(judged(b"the same")).token, client)["reused"] is True


def test_a_release_by_people_says_on_what_ground(client):
    attachment = AttachmentFactory(state="held", verdict=Verdict.UNSCANNABLE)
    attachment.scans.create(verdict="unscannable", began_at=clock.now())
    held = attested(attachment)
    by = actor("security_officer", attachment.agency)
    decision = ReleaseDecision.objects.create(
        attachment=attachment,
        ground=ReleaseDecision.Ground.OFFICER,
        reason="đã hỏi cơ quan gửi",
        decided_by=by.person,
        agency=by.agency,
    )
    with transaction.atomic():
        attachment.scanned_at = clock.now()
        fate.release(attachment, by, decision=decision)
    held.refresh_from_db()
    assert held.revocation == Receipt.Revocation.RELEASED
    states = verified(attested(attachment).token, client)
    assert states["verdict"] == "unscannable"
    assert states["release"] == "officer"
    assert "cơ quan" not in json.dumps(states, ensure_ascii=False)  # words stay here


@pytest.mark.parametrize("is_recall", [True, False])
def test_d9_1_holding_a_file_revokes_its_receipt_and_says_why(is_recall):
    attachment = scanned()
    receipt = attested(attachment)
    recall = None
    if is_recall:
        scan = attachment.scans.create(verdict="infected", began_at=clock.now())
        recall = Recall.objects.create(
            sha256=attachment.sha256, verdict="infected", scan=scan
        )
    attachment.verdict = Verdict.INFECTED
    with transaction.atomic():
        fate.hold(
            attachment,
            QuarantineRule.VIRUS,
            (Found("malware"),),
            by=actor("security_officer", attachment.agency),
            recall=recall,
        )
    answer = read(receipt.token)
    assert answer.standing == Standing.REVOKED
    assert answer.receipt is not None
    assert answer.receipt.revocation == ("contradicted" if is_recall else "held")
    assert AuditEntry.objects.filter(event="scanning.receipt_revoked").count() == 1


@pytest.fixture
def a_month_later(monkeypatch):
    def go() -> None:
        later = clock.now() + timedelta(days=31)
        monkeypatch.setattr(clock, "now", lambda: later)

    return go


def test_an_expired_receipt_is_renewed_under_present_signatures(a_month_later):
    SignatureSet.objects.create(digest="d" * 64, description="x", kind="official")
    attachment = scanned()
    receipt = attested(attachment)
    a_month_later()
    assert read(receipt.token).standing == Standing.EXPIRED
    assert read(attested(attachment).token).standing == Standing.VALID


def test_it_is_not_renewed_before_present_signatures_saw_the_file(a_month_later):
    attachment = scanned()
    attested(attachment)
    SignatureSet.objects.create(digest="e" * 64, description="x", kind="official")
    a_month_later()
    with pytest.raises(ReceiptWaitsError):
        attested(attachment)


def test_d12_8_what_was_attested_never_changes():
    receipt = attested(scanned())
    with pytest.raises(Error), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(token="x")
    with pytest.raises(Error), transaction.atomic():
        receipt.delete()


def test_the_officer_fetches_it_from_the_page_and_a_stranger_finds_nothing(
    staff_client,
):
    attachment = scanned()
    path = f"/tep/{attachment.public_id}/bien-nhan/"
    own = staff_client(actor("records_clerk", attachment.agency)).post(path)
    assert own.status_code == 200
    assert own["Content-Type"] == "application/jose"
    assert read(own.content.decode()).standing == Standing.VALID
    assert staff_client(actor("security_officer")).post(path).status_code == 404
