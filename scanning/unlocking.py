"""Open a protected file with its password: ZIP, PDF and Office documents.

Pure: an open file and a password in, the same document without protection out. What
comes out serves the scan alone; nobody ever gets it. The password is kept nowhere.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2.
"""

import time
import zipfile
import zlib
from typing import IO

import msoffcrypto
import pyzipper
from django.views.decorators.debug import sensitive_variables
from msoffcrypto import exceptions as office_errors
from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from scanning.inspection import Limits
from scanning.inspection.compound import SIGN as OLE_SIGN

_CHUNK = 256 * 1024
# The old protection of ZIP is opened at some MB a second; nobody waits longer.
SECONDS = 20
_MOST_BYTES = 50 * 1024 * 1024  # of PDF and Office files, which are read as a whole
_PROTECTED = 0x1  # the flag of a member of a ZIP
# What libraries raise on a file that only looks like one of theirs.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


class WrongPasswordError(Exception):
    """The password does not open the file."""


class CannotUnlockError(Exception):
    """Not a protection that we know, or not within our limits."""


@sensitive_variables("password")
def unlock(file: IO[bytes], password: str, out: IO[bytes]) -> None:
    """Write the unprotected form of an open file to `out`; leave both at their start.

    Raises WrongPasswordError or CannotUnlockError.
    """
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    try:
        if head.startswith(b"PK"):
            _zip(file, password, out)
        elif b"%PDF-" in head:
            _pdf(file, password, out)
        elif head.startswith(OLE_SIGN):
            _office(file, password, out)
        else:
            raise CannotUnlockError
    finally:
        file.seek(0)
    out.seek(0)


@sensitive_variables("password")
def _zip(file: IO[bytes], password: str, out: IO[bytes]) -> None:
    limits, end, unpacked = Limits(), time.monotonic() + SECONDS, 0
    try:
        with (
            pyzipper.AESZipFile(file) as source,
            zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target,
        ):
            members = source.infolist()
            if not any(one.flag_bits & _PROTECTED for one in members):
                raise CannotUnlockError
            if len(members) > limits.members:
                raise CannotUnlockError
            source.setpassword(password.encode())
            for member in members:
                with (
                    source.open(member) as packed,
                    target.open(zipfile.ZipInfo(member.filename), "w") as plain,
                ):
                    while piece := packed.read(_CHUNK):
                        unpacked += len(piece)
                        if unpacked > limits.unpacked or time.monotonic() > end:
                            raise CannotUnlockError
                        plain.write(piece)
    except NotImplementedError:  # a RuntimeError too: a method that nobody knows
        raise CannotUnlockError from None
    except (RuntimeError, zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error):
        # A wrong password passes the short check at times, and then gives rubbish.
        raise WrongPasswordError from None
    except _BROKEN:
        raise CannotUnlockError from None


@sensitive_variables("password")
def _pdf(file: IO[bytes], password: str, out: IO[bytes]) -> None:
    _require_small(file)
    try:
        reader = PdfReader(file)
        if not reader.is_encrypted:
            raise CannotUnlockError
        if reader.decrypt(password) == PasswordType.NOT_DECRYPTED:
            raise WrongPasswordError
        writer = PdfWriter(clone_from=reader)
        writer.write(out)
    except (PyPdfError, *_BROKEN):
        raise CannotUnlockError from None


@sensitive_variables("password")
def _office(file: IO[bytes], password: str, out: IO[bytes]) -> None:
    _require_small(file)
    try:
        document = msoffcrypto.OfficeFile(file)
        if not document.is_encrypted():
            raise CannotUnlockError
        document.load_key(password=password, verify_password=True)
        document.decrypt(out)
    except office_errors.InvalidKeyError:
        raise WrongPasswordError from None
    except (
        office_errors.DecryptionError,
        office_errors.FileFormatError,
        office_errors.ParseError,
        *_BROKEN,
    ):
        raise CannotUnlockError from None


def _require_small(file: IO[bytes]) -> None:
    if file.seek(0, 2) > _MOST_BYTES:
        raise CannotUnlockError
    file.seek(0)


def wipe(file: IO[bytes]) -> None:
    """Write nothings over what an open file holds, and empty it."""
    left = file.seek(0, 2)
    file.seek(0)
    while left > 0:
        left -= file.write(bytes(min(left, _CHUNK)))
    file.flush()
    file.truncate(0)
