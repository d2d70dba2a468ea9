"""Search large contents in windows, so that the clock is seen between them."""

import mmap
import re
from collections.abc import Iterator

from scanning.inspection.limits import Budget

_WINDOW = 4 * 1024 * 1024
_OVERLAP = 16 * 1024  # bytes; longer than anything searched for
Content = bytes | mmap.mmap


def finditer(
    pattern: re.Pattern[bytes], content: Content, budget: Budget
) -> Iterator[re.Match[bytes]]:
    """Yield the matches from front to back, each once. Raises LimitError.

    A match longer than the overlap may be missed at the border of a window.
    """
    start, after = 0, -1
    while start < len(content):
        budget.tick()
        stop = start + _WINDOW
        for found in pattern.finditer(content, start, min(len(content), stop)):
            if found.start() > after:
                after = found.start()
                yield found
        start = stop - _OVERLAP if stop < len(content) else stop
        _let_go(content)


def _let_go(content: Content) -> None:
    """Keep no page of a mapped file in our memory; the next look maps it again."""
    if isinstance(content, mmap.mmap):
        content.madvise(mmap.MADV_DONTNEED)


def search(
    pattern: re.Pattern[bytes], content: Content, budget: Budget
) -> re.Match[bytes] | None:
    """Return the first match. Raises LimitError."""
    return next(finditer(pattern, content, budget), None)
