"""Where received bytes lie: on our disk, under names of ours, hashed as they arrive.

A file is in the store only when all of it is on the disk. What fails on the way leaves
nothing behind.
"""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.crypto import get_random_string

from portal.core.errors import StorageFullError

CHUNK = 1024 * 1024
_NAME_LENGTH = 40
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TooManyBytesError(Exception):
    """More bytes came than may come."""


@dataclass(frozen=True)
class Stored:
    """What the store took in. `sha256`: 64 hex digits; `size`: in bytes."""

    stored_as: str
    sha256: str
    size: int


def root() -> Path:
    """Return the folder of the store."""
    return settings.PORTAL_VAR / "files"


def put(stream: IO[bytes], *, most: int) -> Stored:
    """Take in all bytes from the stream's position on, at most so many.

    Raises TooManyBytesError, or StorageFullError if the disk takes no more.
    """
    name = get_random_string(_NAME_LENGTH).lower()
    stored_as = f"{name[:2]}/{name}"
    target = root() / stored_as
    with _room_or_refusal():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_suffix(".part")
        try:
            digest, size = _copy(stream, part, most)
            part.replace(target)
            sync_folder(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return Stored(stored_as, digest, size)


def adopt(upload: TemporaryUploadedFile, sha256: str, *, most: int) -> Stored:
    """Take in an upload that lies on the disk already, hashed as it arrived.

    Raises as `put` does. Falls back to copying from another file system.
    """
    if (upload.size or 0) > most:
        raise TooManyBytesError
    name = get_random_string(_NAME_LENGTH).lower()
    target = root() / name[:2] / name
    with _room_or_refusal():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        upload.flush()
        os.fsync(upload.fileno())
        try:
            # The upload unlinks its own name when it is closed; ours stays.
            os.link(upload.temporary_file_path(), target)
        except OSError as error:
            if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK}:
                raise
            upload.seek(0)
            return put(opened(upload), most=most)
        target.chmod(0o600)
        sync_folder(target.parent)
    return Stored(f"{name[:2]}/{name}", sha256, upload.size or 0)


def begin_writing(descriptor: int, start: int, end: int) -> None:
    """Have the disk begin to write some bytes of a file, and do not wait for it.

    The advice that they are not needed makes the kernel write them, and as long as
    they are not written it keeps them.
    """
    _advise(descriptor, start, end - start)


def let_go(descriptor: int) -> None:
    """Give the memory back in which the kernel keeps a file that is on the disk.

    Files come in all day and are fetched later; kept in memory, they push out what the
    database needs, and each new one takes memory that has to be found first.
    """
    _advise(descriptor, 0, 0)


def _advise(descriptor: int, start: int, length: int) -> None:
    """Tell the kernel; a file system that takes no advice changes nothing for us."""
    with contextlib.suppress(OSError):
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)


def open_stored(stored_as: str) -> IO[bytes]:
    """Open the bytes for reading. Raises OSError if they are gone."""
    return (root() / stored_as).open("rb")


def size_of(stored_as: str) -> int | None:
    """Return how many bytes lie in the store, or None if they are gone."""
    try:
        return (root() / stored_as).stat().st_size
    except FileNotFoundError:
        return None


def hash_of(file: IO[bytes]) -> str:
    """Return the SHA-256 (hex) of an open file and leave it at its start."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def opened(file: File) -> IO[bytes]:
    """Return what lies under a file of Django's, which must be open."""
    if file.file is None:
        raise ValueError(f"{file.name} is closed")
    return file.file


def discard(stored_as: str) -> None:
    """Remove bytes that no row has come to name."""
    (root() / stored_as).unlink(missing_ok=True)


def free_bytes() -> int:
    """Return how many bytes the disk of the store still takes."""
    existing = next(path for path in (root(), *root().parents) if path.exists())
    return shutil.disk_usage(existing).free


def _copy(stream: IO[bytes], part: Path, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, 0o600), "wb") as target:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooManyBytesError
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _room_or_refusal() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFullError from error
        raise
