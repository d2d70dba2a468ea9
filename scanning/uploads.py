"""Uploads go to the disk once, hashed while they arrive, never whole in memory."""

import errno
import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from portal.core.errors import RefusalError, StorageFullError
from scanning import store
from scanning.refusals import TooLargeError


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
    # Of the body that is read at once: with Django's 64 KB, taking pieces off the line
    # costs more than keeping them.
    chunk_size = 1024 * 1024

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

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash some bytes."""
        if self.file.refusal:
            return
        most = settings.PORTAL_UPLOAD_LIMIT
        if start + len(raw_data) > most:
            megabytes = most // 1024**2
            self._refuse(TooLargeError(name=self.file_name, megabytes=megabytes))
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self._refuse(StorageFullError())
        else:
            self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        """Return the finished file with its hash."""
        super().file_complete(file_size)
        if not self.file.refusal:
            self.file.sha256 = self.digest.hexdigest()
        return self.file

    def _refuse(self, refusal: RefusalError) -> None:
        self.file.refusal = refusal
        store.opened(self.file).truncate(0)
