"""Điều 9 to 11: origin and integrity, unchanged bytes, fixed times; and taking in."""

import errno
import io
import os

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from portal.core.errors import StorageFullError
from scanning import services, store, tasks
from scanning.models import Attachment, AttachmentState, QuarantineRule
from scanning.refusals import BytesChangedError, TooLargeError
from scanning.signals import attachment_held
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory, eicar
from tests.reading import read

pytestmark = pytest.mark.django_db


def path_of(attachment: Attachment):
    return store.root() / attachment.stored_as


def test_d9_1_a_file_changed_after_its_verdict_is_refused_held_and_announced():
    heard = []

    def listen(item, **_):
        heard.append(item.rule)

    attachment = AttachmentFactory(released=True)
    by = actor("records_clerk", agency=attachment.agency)
    path_of(attachment).write_bytes(b"something else")
    attachment_held.connect(listen)
    try:
        with pytest.raises(BytesChangedError):
            services.open_released(attachment, by=by)
    finally:
        attachment_held.disconnect(listen)

    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.HELD
    assert attachment.quarantine_items.get().rule == QuarantineRule.INTEGRITY
    assert heard == [QuarantineRule.INTEGRITY]


def test_d9_1_a_file_changed_before_its_scan_is_held(clamd, formats):
    by = actor()
    attachment = services.receive(
        io.BytesIO(b"clean"), "a.txt", by=by, agency=by.agency
    )
    path_of(attachment).write_bytes(b"other")
    tasks.sweep()
    attachment.refresh_from_db()
    assert attachment.is_held
    assert attachment.quarantine_items.get().rule == QuarantineRule.INTEGRITY


def test_d9_1_a_released_file_that_is_gone_is_held():
    attachment = AttachmentFactory(released=True)
    path_of(attachment).unlink()
    with pytest.raises(BytesChangedError):
        services.open_published(attachment)
    attachment.refresh_from_db()
    assert attachment.is_held


def test_d11_2_the_scan_never_changes_the_time_of_receipt(clamd, formats):
    by = actor()
    attachment = services.receive(io.BytesIO(b"x"), "a.txt", by=by, agency=by.agency)
    received_at = attachment.received_at
    tasks.sweep()
    attachment.refresh_from_db()
    assert attachment.received_at == received_at
    assert attachment.released_at > received_at


def files_in_store() -> set[str]:
    return {str(p) for p in store.root().rglob("*") if p.is_file()}


def test_a_full_disk_refuses_and_leaves_nothing_behind(monkeypatch):
    before, by = files_in_store(), actor()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError):
        services.receive(io.BytesIO(b"x" * 100), "a.txt", by=by, agency=by.agency)
    assert not Attachment.objects.exists()
    assert files_in_store() == before


def test_a_file_above_the_limit_is_refused_and_leaves_nothing_behind(settings):
    settings.PORTAL_UPLOAD_LIMIT = 10
    before, by = files_in_store(), actor()
    with pytest.raises(TooLargeError, match="lon-qua"):
        services.receive(io.BytesIO(b"x" * 11), "lon-qua.txt", by=by, agency=by.agency)
    assert files_in_store() == before


def test_rows_that_fail_leave_no_bytes_behind():
    before, by = files_in_store(), actor()
    with pytest.raises(ValueError, match="not a valid Urgency"):
        services.receive(
            io.BytesIO(b"x"), "a.txt", by=by, agency=by.agency, urgency="ngay"
        )
    assert files_in_store() == before
    assert not Attachment.objects.exists()


def test_stored_bytes_are_ours_alone():
    attachment = AttachmentFactory()
    assert path_of(attachment).stat().st_mode & 0o777 == 0o600
    assert attachment.name not in attachment.stored_as


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\công văn.txt", "công văn.txt"),
        ("co\u0302ng va\u0306n.txt", "công văn.txt"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("", "-"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_a_name_is_shown_without_folders_and_control_codes(given, shown):
    assert services.shown_name(given) == shown


def test_several_files_are_sent_at_once_and_each_has_its_fate(
    clamd, formats, staff_client
):
    clerk = actor("records_clerk")
    client, url = staff_client(clerk), reverse("scanning:submit")
    answer = client.post(
        url,
        {
            "urgency": "khan",
            "files": [
                SimpleUploadedFile("cong-van.txt", b"Xin ch\xc3\xa0o"),
                SimpleUploadedFile("la.txt", eicar()),
                SimpleUploadedFile("rong.txt", b""),
            ],
        },
    )
    assert answer.status_code == 302
    waiting = client.get(answer.url).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "tai-ve" not in waiting

    tasks.sweep()
    clean, dirty, empty = Attachment.objects.order_by("pk")
    assert (clean.state, dirty.state, empty.state) == ("released", "held", "held")
    assert clean.urgency == "khan"
    assert clean.agency == clerk.agency
    told = client.get(answer.url).content.decode()
    assert "hx-trigger" not in told
    assert reverse("scanning:download", args=[clean.public_id]) in told
    assert reverse("scanning:download", args=[dirty.public_id]) not in told

    download = client.get(reverse("scanning:download", args=[clean.public_id]))
    assert b"".join(download.streaming_content) == b"Xin ch\xc3\xa0o"
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Disposition"] == 'attachment; filename="cong-van.txt"'

    held = read(client.get(reverse("scanning:quarantine")))
    assert "la.txt" in held
    assert "cong-van.txt" not in held
    listed = read(client.get(reverse("scanning:list"), {"state": "released"}))
    assert "cong-van.txt" in listed
    assert "la.txt" not in listed


def test_an_upload_is_hashed_as_it_arrives_and_lies_on_the_disk_once(
    formats, staff_client
):
    before, clerk = files_in_store(), actor("records_clerk")
    content = b"x" * 3_000_000
    staff_client(clerk).post(
        reverse("scanning:submit"),
        {"urgency": "thuong", "files": [SimpleUploadedFile("a.txt", content)]},
    )
    attachment = Attachment.objects.get()
    with store.open_stored(attachment.stored_as) as file:
        assert store.hash_of(file) == attachment.sha256
    assert attachment.size == len(content)
    assert len(files_in_store() - before) == 1
    left = [p for p in (settings.PORTAL_VAR / "tmp").glob("*.upload*") if p.is_file()]
    assert not left


@pytest.mark.parametrize("limit", [1_000_000, 2_999_999])
def test_an_upload_above_the_limit_is_refused_while_it_arrives(
    formats, staff_client, settings, limit
):
    settings.PORTAL_UPLOAD_LIMIT = limit
    before = files_in_store()
    answer = staff_client(actor("records_clerk")).post(
        reverse("scanning:submit"),
        {"urgency": "thuong", "files": [SimpleUploadedFile("a.txt", b"x" * 3_000_000)]},
    )
    assert answer.status_code == 413
    assert "a.txt" in answer.content.decode()
    assert files_in_store() == before
    assert not Attachment.objects.exists()


def test_an_upload_to_a_full_disk_is_refused_with_a_sentence(
    formats, staff_client, monkeypatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    answer = staff_client(actor("records_clerk")).post(
        reverse("scanning:submit"),
        {"urgency": "thuong", "files": [SimpleUploadedFile("a.txt", b"x" * 100)]},
    )
    assert answer.status_code == 507
    assert not Attachment.objects.exists()
