"""The text of a PDF, page by page, with its notes and the values of its fields."""

import logging
from collections.abc import Iterator
from typing import IO, Any

import pypdf
from pypdf import errors
from pypdf.generic import PdfObject, StreamObject

from scanning.secrecy.drafting import TooMuchError
from scanning.secrecy.stamps import Passage

MOST_PAGES = 5000
_MOST_NOTES = 500  # on one page
# What it would say of a broken file may be a piece of that file.
logging.getLogger("pypdf").disabled = True


class BrokenError(Exception):
    """No page can be found in it."""


class _Reader(pypdf.PdfReader):
    """Forgets pictures at once: those of a scanned dossier would fill the memory."""

    def cache_indirect_object(
        self, generation: int, idnum: int, obj: PdfObject | None
    ) -> PdfObject | None:
        kept = super().cache_indirect_object(generation, idnum, obj)
        if isinstance(kept, StreamObject) and kept.get("/Subtype") == "/Image":
            del self.resolved_objects[generation, idnum]
        return kept


def pages(file: IO[bytes]) -> Iterator[Passage]:
    """Yield each page; one that cannot be read is empty.

    Raises BrokenError if there is no document, TooMuchError beyond the limits.
    """
    try:
        reader = _Reader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return  # the structure of it has told already
        count = len(reader.pages)
    except (errors.PyPdfError, *_BROKEN) as error:
        raise BrokenError from error
    if count > MOST_PAGES:
        raise TooMuchError
    for number in range(count):
        try:
            page = reader.pages[number]
        except (errors.PyPdfError, *_BROKEN):
            continue
        yield Passage("page", _lines(page), number + 1)
        yield Passage("page", _notes(page), number + 1, is_margin=True)


# What pypdf raises for files that somebody has tampered with.
_BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OverflowError,
    ZeroDivisionError,
    OSError,
    EOFError,
    ImportError,
)


def _lines(page: pypdf.PageObject) -> list[str]:
    try:
        return page.extract_text().splitlines()
    except errors.LimitReachedError as error:
        raise TooMuchError from error
    except (errors.PyPdfError, *_BROKEN):
        return []


def _notes(page: pypdf.PageObject) -> list[str]:
    """Return what stands in notes, stamps and fields on a page."""
    said: list[str] = []
    try:
        for each in (page.annotations or [])[:_MOST_NOTES]:
            note: Any = each.get_object()
            for key in ("/Contents", "/V"):
                if isinstance(note.get(key), str):
                    said += str(note[key]).splitlines()
    except (errors.PyPdfError, *_BROKEN):
        return said
    return said
