"""Search large contents in windows, so that the clock is seen between them."""

import mmap
import re
from collections.abc import Iterator

import re2

from scanning.inspection.limits import Budget

_WINDOW = 4 * 1024 * 1024
_OVERLAP = 64 * 1024  # bytes; longer than anything searched for
# Of a file that stays mapped from one look to the next: mapping it anew for each takes
# longer than looking.
_KEPT = 32 * 1024 * 1024  # bytes
# Places that look like a beginning and are none, after which no more are asked about.
_MOST_IN_VAIN = 2000
Content = bytes | mmap.mmap


class Sought:
    """A pattern of which each match begins with what an automaton finds quickly.

    Large files are searched for many things, nearly none of which stands in them.
    """

    def __init__(self, pattern: bytes, *, begins: bytes, flags: int = 0) -> None:
        """Compile both.

        begins: in the syntax of RE2, and best with a plain byte in front. No match of
        it may begin inside another one.
        """
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_capture = True
        self.pattern = re.compile(pattern, flags)
        self._begins = re2.compile(begins, options)

    def finditer(
        self, content: Content, start: int, stop: int
    ) -> Iterator[re.Match[bytes]]:
        """Yield what the pattern itself would find between two places."""
        after, in_vain = start, 0
        for begin in self._begins.finditer(content, start, stop):
            at = begin.start()
            if at < after:
                continue
            if found := self.pattern.match(content, at, stop):
                yield found
                after = found.end()
            elif (in_vain := in_vain + 1) > _MOST_IN_VAIN:
                yield from self.pattern.finditer(content, at, stop)
                return


def finditer(
    pattern: re.Pattern[bytes] | Sought, content: Content, budget: Budget
) -> Iterator[re.Match[bytes]]:
    """Yield the matches from front to back, each once. Raises LimitError.

    A match longer than the overlap may be missed at the border of a window.
    """
    after = -1
    for start, stop in spans(content):
        budget.tick()
        for found in pattern.finditer(content, start, stop):
            if found.start() > after:
                after = found.start()
                yield found


def spans(content: Content) -> Iterator[tuple[int, int]]:
    """Yield where each window begins and ends; they overlap."""
    start = 0
    while start < len(content):
        stop = min(len(content), start + _WINDOW)
        yield start, stop
        start = stop - _OVERLAP if stop < len(content) else stop
        _let_go(content)


def _let_go(content: Content) -> None:
    """Keep no page of a large file in our memory; the next look maps it again."""
    if isinstance(content, mmap.mmap) and len(content) > _KEPT:
        content.madvise(mmap.MADV_DONTNEED)


def search(
    pattern: re.Pattern[bytes] | Sought, content: Content, budget: Budget
) -> re.Match[bytes] | None:
    """Return the first match. Raises LimitError."""
    return next(finditer(pattern, content, budget), None)
