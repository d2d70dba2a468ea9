"""Uploads go to the disk once, hashed while they arrive, never whole in memory."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from portal.core.errors import RefusalError, StorageFullError
from scanning import store
from scanning.refusals import TooLargeError

_WRITTEN_AT_ONCE = 4 * 1024 * 1024  # bytes
_FIRST = 8 * 1024  # bytes


class HashedUpload(TemporaryUploadedFile):
    """An upload on the disk. `sha256`: 64 hex digits, once all of it has come.

    refusal: why its bytes were thrown away on the way; taking it in raises this.
    """

    sha256 = ""
    refusal: RefusalError | None = None


class HashedUploadHandler(TemporaryFileUploadHandler):
    """Django's handler for files on the disk, which hashes them on the way.

    What comes above the limit, or when the disk is full, is read and thrown away, so
    that the browser gets to hear why.
    """

    file: HashedUpload
    _on_its_way = 0  # bytes that the disk has been told to begin with
    # Of the body that is read at once: with Django's 64 KB, taking pieces off the line
    # costs more than keeping them.
    chunk_size = 1024 * 1024

    def handle_raw_input(self, input_data: Any, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401 (Django's)
        """Have the first piece of the body be short: the fields before a file.

        Django puts back what lies behind each field, so a long piece would be copied
        as often as there are fields.
        """
        input_data.read = _short_at_first(input_data.read)

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's)
        """Begin the next file of the request."""
        super().new_file(*args, **kwargs)
        self.file.close()
        self.file = HashedUpload(
            self.file_name or "",
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )
        self.digest = hashlib.sha256()
        self._on_its_way = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash some bytes."""
        if self.file.refusal:
            return
        most = settings.PORTAL_UPLOAD_LIMIT
        if start + len(raw_data) > most:
            megabytes = most // 1024**2
            self._refuse(TooLargeError(name=self.file_name, megabytes=megabytes))
            return
        with self._room_or_refusal():
            super().receive_data_chunk(raw_data, start)
            self._begin_writing(start + len(raw_data), at_least=_WRITTEN_AT_ONCE)
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        """Return the finished file with its hash."""
        with self._room_or_refusal():
            self._begin_writing(file_size)
        super().file_complete(file_size)
        if not self.file.refusal:
            self.file.sha256 = self.digest.hexdigest()
        return self.file

    def _begin_writing(self, size: int, *, at_least: int = 0) -> None:
        """Have the disk begin with what has come, so that nobody waits for it later."""
        if size - self._on_its_way >= at_least:
            self.file.flush()
            store.begin_writing(self.file.fileno(), self._on_its_way, size)
            self._on_its_way = size

    @contextmanager
    def _room_or_refusal(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self._refuse(StorageFullError())

    def _refuse(self, refusal: RefusalError) -> None:
        """Throw away what has come, and what the buffer of the file still holds."""
        self.file.refusal = refusal
        os.ftruncate(self.file.fileno(), 0)
        with suppress(OSError):  # there is room for so little now, or nearly always
            self.file.flush()
        os.ftruncate(self.file.fileno(), 0)


def _short_at_first(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return what reads as that does, but only a few bytes the first time."""
    has_begun = False

    def pieces(size: int) -> bytes:
        nonlocal has_begun
        most = size if has_begun else min(size, _FIRST)
        has_begun = True
        return read(most)

    return pieces
