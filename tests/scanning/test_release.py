"""Điều 9.2: a protected file is let go by an officer, or after its password."""

import io
import logging
import os
import threading

import pytest
from django.db import Error, connection, connections, transaction

from access.models import AuditEntry, Notice
from portal.core.errors import NotAllowedError, SecondPersonError
from scanning import openness, sealing, services, store, tasks
from scanning.models import (
    Attachment,
    AttachmentState,
    Finding,
    QuarantineItem,
    ReleaseDecision,
    Scan,
)
from scanning.refusals import (
    CannotOpenError,
    NotEncryptedError,
    NotHeldError,
    NotScannedNowError,
    TooManyPasswordsError,
    WrongPasswordError,
)
from scanning.services import passwords, releasing
from scanning.verdicts import Verdict
from tests.factories.access import AgencyFactory, actor
from tests.factories.held_files import (
    PASSWORD,
    aes_zip,
    old_zip,
    pdf_for_a_certificate,
    protected_docx,
    protected_pdf,
    scanned,
    sent,
    strong_zip,
)
from tests.factories.scanning import docx, eicar

pytestmark = pytest.mark.django_db

REASON = "Đã nhận mật khẩu và kiểm tra trên máy cách ly."


@pytest.fixture
def ends(clamd, formats, roles):
    """An officer of the sender, one of the recipient, and the file between them."""
    sender, recipient = actor(), actor()
    file = sent(aes_zip(a__txt=b"hello"), "a.zip", sender.agency, recipient.agency)
    return sender, recipient, file


# ── By a named officer of the recipient ───────────────────────────────────────────
def test_d9_2_a_protected_file_is_held_and_both_agencies_are_told(ends):
    sender, recipient, file = ends
    assert file.verdict == Verdict.UNSCANNABLE
    assert file.state == AttachmentState.HELD
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {sender.person.pk, recipient.person.pk}


def test_d9_2_an_officer_of_the_recipient_releases_it_with_a_reason(ends):
    sender, recipient, file = ends
    tasks.sweep()  # it lies sealed now
    Notice.objects.all().delete()

    releasing.release_protected(file, by=recipient, reason=REASON)

    file.refresh_from_db()
    assert file.state == AttachmentState.RELEASED
    assert file.verdict == Verdict.UNSCANNABLE, "nobody vouches for what is inside"
    decision = ReleaseDecision.objects.get()
    assert (decision.decided_by, decision.agency) == (
        recipient.person,
        recipient.agency,
    )
    assert decision.reason == REASON
    assert file.release == decision
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {sender.person.pk, recipient.person.pk}
    with services.open_released(file, by=recipient) as opened:
        before = opened.read()
    tasks.sweep()  # the open form is back
    file.refresh_from_db()
    assert file.sealed_at is None
    assert not sealing.sealed_path(store.root() / file.stored_as).exists()
    with services.open_released(file, by=recipient) as opened:
        assert opened.read() == before
    assert store.hash_of(io.BytesIO(before)) == file.sha256


def test_d9_2_the_sender_does_not_release_his_own_to_the_recipient(ends):
    sender, _recipient, file = ends
    assert not Attachment.objects.handled_by(sender.person).exists()
    with pytest.raises(NotAllowedError):
        releasing.release_protected(file, by=sender, reason=REASON)
    file.refresh_from_db()
    assert file.is_held


def test_d12_5_neither_another_agency_nor_a_clerk_releases(ends):
    _sender, recipient, file = ends
    for by in (actor(), actor("records_clerk", recipient.agency)):
        with pytest.raises(NotAllowedError):
            releasing.release_protected(file, by=by, reason=REASON)
    file.refresh_from_db()
    assert file.is_held


def test_d9_2_nobody_releases_what_he_sent_in_himself(clamd, formats, roles):
    officer = actor()
    file = scanned(
        aes_zip(a__txt=b"x"),
        "a.zip",
        agency=officer.agency,
        submitted_by=officer.person,
    )
    with pytest.raises(SecondPersonError):
        releasing.release_protected(file, by=officer, reason=REASON)
    colleague = actor(agency=officer.agency)
    releasing.release_protected(file, by=colleague, reason=REASON)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", eicar()), ("a.exe", b"MZ\x90\x00 program"), ("a.zip", b"PK\x03\x04bad")],
)
def test_d12_1_one_officer_never_releases_anything_but_a_password(
    clamd, formats, roles, name, content
):
    file = sent(content, name)
    assert file.is_held
    receiver = actor(agency=file.message.recipients.get().agency)
    with pytest.raises(NotEncryptedError):
        releasing.release_protected(file, by=receiver, reason=REASON)


def test_d12_5_the_database_releases_nothing_without_verdict_or_decision(ends):
    file = ends[2]
    rule = "scanning_released_if_clean_or_decided"
    with pytest.raises(Error, match=rule), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(
            state=AttachmentState.RELEASED, released_at=file.scanned_at
        )


def test_d12_8_a_decision_never_changes(ends):
    _sender, recipient, file = ends
    decision = releasing.release_protected(file, by=recipient, reason=REASON)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        ReleaseDecision.objects.filter(pk=decision.pk).update(reason="khác")
    with (
        pytest.raises(Error, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM scanning_releasedecision")


@pytest.mark.django_db(transaction=True)
def test_d9_2_of_two_clicks_at_once_one_releases(ends):
    _sender, recipient, file = ends
    outcomes = []

    def click():
        try:
            releasing.release_protected(file, by=recipient, reason=REASON)
            outcomes.append("released")
        except NotHeldError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(outcomes) == ["refused", "released"]
    assert ReleaseDecision.objects.count() == 1


# ── After the password of the sender ──────────────────────────────────────────────
KINDS = {
    "aes.zip": lambda content: aes_zip(a__txt=content),
    "old.zip": lambda content: old_zip(content=content),
    "a.docx": lambda content: protected_docx(
        docx(**{"word/a.txt": content, "word/media/b.bin": os.urandom(8000)})
    ),
}


@pytest.mark.parametrize("name", [*KINDS, "a.pdf"])
def test_d9_2_with_its_password_a_clean_file_goes_on_as_it_was(
    clamd, formats, roles, name
):
    content = KINDS[name](b"hello") if name in KINDS else protected_pdf()
    sender, recipient = actor(), actor()
    file = sent(content, name, sender.agency, recipient.agency)
    assert openness.is_merely_protected(file), file.findings.all()
    tasks.sweep()

    passwords.scan_with_password(file, by=sender, password=PASSWORD)

    file.refresh_from_db()
    assert (file.state, file.verdict) == (AttachmentState.RELEASED, Verdict.CLEAN)
    last = file.scans.order_by("-pk").first()
    assert last.with_password
    assert last.reuse_key == "", "nobody else's copy profits from the password"
    assert not ReleaseDecision.objects.exists()
    with services.open_released(file, by=recipient) as opened:
        assert opened.read() == content


@pytest.mark.parametrize("name", KINDS)
def test_d12_1_malware_under_a_password_is_found_and_stays_held(
    clamd, formats, roles, name
):
    file = sent(KINDS[name](eicar()), name)
    sender = actor(agency=file.agency)
    passwords.scan_with_password(file, by=sender, password=PASSWORD)
    file.refresh_from_db()
    assert (file.state, file.verdict) == (AttachmentState.HELD, Verdict.INFECTED)
    assert [each.rule for each in file.quarantine_items.order_by("pk")] == [
        "d9_2",
        "d12_1",
    ]
    receiver = actor(agency=file.message.recipients.get().agency)
    with pytest.raises(NotEncryptedError):
        releasing.release_protected(file, by=receiver, reason=REASON)


@pytest.mark.parametrize("name", [*KINDS, "a.pdf"])
def test_d9_2_a_wrong_password_changes_nothing(clamd, formats, roles, name):
    content = KINDS[name](b"hello") if name in KINDS else protected_pdf()
    file = sent(content, name)
    before = Scan.objects.count(), Finding.objects.count()
    with pytest.raises(WrongPasswordError):
        passwords.scan_with_password(file, by=actor(agency=file.agency), password="sai")
    file.refresh_from_db()
    assert file.is_held
    assert (Scan.objects.count(), Finding.objects.count()) == before


def test_d9_2_passwords_cannot_be_tried_for_ever(ends):
    sender, _recipient, file = ends
    for _try in range(passwords.MOST_TRIES):
        with pytest.raises(WrongPasswordError):
            passwords.scan_with_password(file, by=sender, password="sai")
    with pytest.raises(TooManyPasswordsError):
        passwords.scan_with_password(file, by=sender, password=PASSWORD)


def test_d9_2_another_agency_gives_no_password(ends):
    with pytest.raises(NotAllowedError):
        passwords.scan_with_password(ends[2], by=actor(), password=PASSWORD)


def test_d9_2_the_password_and_the_opened_copy_are_kept_nowhere(ends, caplog, settings):
    sender, _recipient, file = ends
    caplog.set_level(logging.DEBUG)
    secret = "Mật khẩu không ai được thấy"
    Attachment.objects.filter(pk=file.pk).update(urgency="khan")
    with pytest.raises(WrongPasswordError):
        passwords.scan_with_password(file, by=sender, password=secret)
    assert secret not in caplog.text
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our own tables)
            assert secret not in str(cursor.fetchall()), table
    passwords.scan_with_password(file, by=sender, password=PASSWORD)
    left = [p for p in store.root().rglob("*") if p.is_file()]
    left += [p for p in (store.root().parent / "tmp").rglob("*") if p.is_file()]
    assert all(b"hello" not in p.read_bytes() for p in left)


def test_d9_2_an_engine_that_is_down_changes_nothing(ends, clamd):
    sender, _recipient, file = ends
    clamd.stop()
    with pytest.raises(NotScannedNowError):
        passwords.scan_with_password(file, by=sender, password=PASSWORD)
    file.refresh_from_db()
    assert file.verdict == Verdict.UNSCANNABLE
    assert QuarantineItem.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", pdf_for_a_certificate()), ("a.zip", strong_zip(a__txt=b"hello"))],
    ids=["by a certificate", "by a cipher of one program"],
)
def test_d9_2_a_protection_that_we_cannot_open_is_said(
    clamd, formats, roles, name, content
):
    """No password of a sender opens either; the file stays held, for an officer."""
    file = sent(content, name)
    assert file.verdict == Verdict.UNSCANNABLE
    sender = actor(agency=file.agency)
    with pytest.raises(CannotOpenError):
        passwords.scan_with_password(file, by=sender, password=PASSWORD)
    file.refresh_from_db()
    assert file.is_held


def test_d12_3_each_decision_is_in_the_trail(ends):
    _sender, recipient, file = ends
    releasing.release_protected(file, by=recipient, reason=REASON)
    noted = AuditEntry.objects.get(event="scanning.release_decided")
    assert noted.actor == recipient.person
    assert noted.agency == recipient.agency
    assert noted.additional_data["reason"] == REASON


def test_d9_2_a_file_for_several_is_decided_on_by_each_of_them(clamd, formats, roles):
    first, second = AgencyFactory(), AgencyFactory()
    file = sent(aes_zip(a__txt=b"x"), "a.zip", None, first, second)
    for agency in (first, second):
        assert Attachment.objects.handled_by(actor(agency=agency).person).count() == 1
    assert file.is_held
