"""Tables of text: decoded as UTF-8 or not at all, split at commas or semicolons."""

import csv
import io
from collections.abc import Iterator

from access.staff_lists.refusals import UnreadableFileError, WrongEncodingError

_SEPARATORS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with the number of the line where each begins.

    Raises WrongEncodingError or UnreadableFileError.
    """
    decoded = decode(content)
    first, _end, _rest = decoded.partition("\n")
    if first.strip().lower().startswith("sep="):  # a mark that Excel leaves
        decoded = decoded.replace(first, "", 1)
    reader = csv.reader(
        io.StringIO(decoded, newline=""), delimiter=_separator(decoded), strict=True
    )
    began = 1
    try:
        for record in reader:
            yield began, record
            began = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFileError from error


def decode(content: bytes) -> str:
    """Return the text of UTF-8, with or without its mark.

    Raises WrongEncodingError for anything else: a guess would store wrong names.
    """
    if content.startswith(_UTF_16) or b"\0" in content:
        raise WrongEncodingError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongEncodingError from error


def _separator(decoded: str) -> str:
    """Return the mark that stands most often in one line of the beginning."""
    beginning = decoded.splitlines()[:20] or [""]
    return max(
        _SEPARATORS, key=lambda mark: max(line.count(mark) for line in beginning)
    )
