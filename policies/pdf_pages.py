"""How many pages a PDF has, read from its page objects without rendering it."""

import re
import zlib

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_STREAM = re.compile(rb"/Type\s*/ObjStm.*?stream\r?\n", re.DOTALL)
# Object streams larger than this are not read: a page count is not worth a bomb.
_LARGEST_STREAM = 16 * 1024 * 1024  # bytes, inflated


def page_count(content: bytes) -> int | None:
    """Return the number of pages, or None if no page object can be read.

    content: the whole file, which the scanner has released.
    """
    count = len(_PAGE.findall(content))
    for start in _STREAM.finditer(content):
        count += len(_PAGE.findall(_inflated(content[start.end() :])))
    return count or None


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LARGEST_STREAM)
    except zlib.error:
        return b""
