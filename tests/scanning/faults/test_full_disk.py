"""An upload that the disk cannot take is refused, wherever in it the room ends."""

import hashlib
import os
from pathlib import Path

import pytest
from django.conf import settings

from portal.core.errors import StorageFullError
from tests.scanning.test_uploads import KILOBYTE, MEGABYTE, form, posted, upload_of

DISK = 256 * KILOBYTE


@pytest.mark.parametrize(
    "size",
    [
        *(DISK - 4 * KILOBYTE, DISK, DISK + 1, DISK + 4 * KILOBYTE, DISK + 7000),
        *(MEGABYTE - 1, MEGABYTE + 1, 9 * MEGABYTE),
    ],
)
def test_what_the_disk_cannot_take_is_refused_and_gives_its_room_back(
    size: int, small_disk
):
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    content = os.urandom(size)
    with small_disk(folder):
        with posted(form(content, {"a": b"1"})) as request:
            upload = upload_of(request)
            if size <= DISK:
                assert upload.refusal is None
                assert upload.sha256 == hashlib.sha256(content).hexdigest()
                assert upload.read() == content
            else:
                assert isinstance(upload.refusal, StorageFullError)
                assert upload.sha256 == ""
        with posted(form(b"x" * (DISK // 2), {})) as request:
            assert upload_of(request).refusal is None, "there is room again"
