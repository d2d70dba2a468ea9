"""A file that is only hashed: it is read as it arrives, and nothing of it is kept."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class HashedFile(UploadedFile):
    """Name, size and SHA-256 of a file that passed by; the bytes are gone."""

    def __init__(self, name: str, size: int, sha256: str) -> None:
        super().__init__(file=None, name=name, size=size)
        self.sha256 = sha256


class HashingUploadHandler(FileUploadHandler):
    """Hash a file of any size in constant memory, and store nothing."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next bytes; returning None hands them to nobody else."""
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> HashedFile:
        """Give the form a file that has a hash and no content."""
        return HashedFile(self.file_name or "", file_size, self.digest.hexdigest())
