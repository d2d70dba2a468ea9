"""Uploads go to the disk once, hashed while they arrive, never whole in memory."""

import errno
import hashlib

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class HashedUploadHandler(TemporaryFileUploadHandler):
    """Django's handler for files on the disk, which hashes them on the way.

    Each finished upload has `sha256` (64 hex digits), empty if the disk was full: then
    the rest of the request is read and thrown away, and taking it in refuses.
    """

    file: TemporaryUploadedFile

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin the next file of the request."""
        self.digest = hashlib.sha256()
        self.is_cut_short = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash some bytes."""
        if self.is_cut_short:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self.is_cut_short = True
            self.file.file.truncate(0)
        else:
            self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        """Return the finished file with its hash."""
        upload = super().file_complete(file_size)
        if upload is not None:
            upload.sha256 = "" if self.is_cut_short else self.digest.hexdigest()
        return upload
