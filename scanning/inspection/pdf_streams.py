"""The streams of a PDF that hold objects, unpacked.

A stream counts by what it holds, not by what its dictionary says of it: readers open
some that do not name their type.
"""

import re
import zlib
from collections.abc import Iterator

from scanning.inspection.limits import Budget
from scanning.inspection.windows import Content, Sought, finditer

_STREAM = Sought(rb"stream[^\r\n]{0,256}(?:\r\n|\n|\r)", begins=rb"stream")
_OBJECT_STREAM_NAME = (
    rb"/(?:O|#4[fF])(?:b|#62)(?:j|#6[aA])(?:S|#53)(?:t|#74)(?:m|#6[dD])"
)
_OBJECT_STREAM = Sought(_OBJECT_STREAM_NAME, begins=_OBJECT_STREAM_NAME)
# How far into its content a stream of objects begins: a number, never a reference as
# in the list of bookmarks.
_FIRST_NAME = rb"/(?:F|#46)(?:i|#69)(?:r|#72)(?:s|#73)(?:t|#74)"
_FIRST = Sought(
    _FIRST_NAME + rb"[\0\t\n\f\r ]+\d++(?![\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R)",
    begins=_FIRST_NAME,
)
_STREAM_OR_END = re.compile(_STREAM.pattern.pattern + rb"|endobj")
# An object stream begins with pairs: the number of an object, and where it begins.
_PAIRS = re.compile(rb"\s*(?:%[^\r\n]*[\r\n]\s*)*\d+\s+\d+\s")
_PREDICTED = re.compile(rb"[\0-\4]\s*\d+\s+\d+\s")
_HEX = re.compile(rb"[0-9a-fA-F\s]{16,}")
_FILTER = re.compile(rb"/(?:F|#46)(?:i|#69)(?:l|#6[cC])(?:t|#74)")
# A number of an object and its place; what a reader skips is taken with it.
_PAIR = re.compile(rb"(?:[\0\s]|%[^\r\n]*+[\r\n])*+(\d{1,10})[\0\s]++(\d{1,10})(?!\d)")
_FIRST_AT = re.compile(_FIRST_NAME + rb"[\0\t\n\f\r ]*(\d{1,10})")
_HEAD = 512
_LAYERS = 6
_DICTIONARY = 1024  # bytes between the type of a stream and its beginning, at most
_HEAD_OF_STREAM = 64 * 1024
_CHUNK = 64 * 1024
_OVERLAP = 4096
_ZLIB = 8
_MOST_OF_ONE = 4 * 1024 * 1024  # bytes; programs put some hundred objects in a stream
_OF_OBJECT = 16 * 1024  # bytes


class UndecodableError(ValueError):
    """A stream of objects that no ordinary program writes so."""


def object_streams(content: Content, budget: Budget) -> Iterator[bytes]:
    """Yield the unpacked streams of objects in pieces that overlap.

    Raises UndecodableError where one cannot be looked into, and LimitError.
    """
    named = {
        _stream_after(content, found.end())
        for found in finditer(_OBJECT_STREAM, content, budget)
    }
    named |= {
        _stream_after(content, found.end())
        for found in finditer(_FIRST, content, budget)
        if _is_of_stream(content, found.end())
    }
    for found in finditer(_STREAM, content, budget):
        if content[max(0, found.start() - 3) : found.start()] == b"end":
            continue
        yield from _pieces(content, found.end(), budget, named=found.end() in named)


def numbered(content: Content, numbers: set[int], budget: Budget) -> Iterator[bytes]:
    """Yield how the objects of these numbers begin that lie in streams of objects.

    Raises UndecodableError where one lies farther back than any program puts it, and
    LimitError.
    """
    for found in finditer(_STREAM, content, budget):
        if content[max(0, found.start() - 3) : found.start()] == b"end":
            continue
        start = found.end()
        for way in _ways(content, start, _LAYERS):
            budget.tick()
            whole = b""
            for chunk in _unpacked(content, start, way):
                whole += chunk
                if not way and b"endstream" in chunk:
                    break
                if len(whole) > _MOST_OF_ONE:  # a large drawing, mostly
                    break
            told = _FIRST_AT.findall(content[max(0, start - _DICTIONARY) : start])
            yield from _of(whole, int(told[-1]) if told else None, numbers)


def _of(whole: bytes, first: int | None, numbers: set[int]) -> Iterator[bytes]:
    at, places = 0, []
    while pair := _PAIR.match(whole, at, len(whole) if first is None else first):
        at = pair.end()
        if int(pair[1]) in numbers:
            places.append(int(pair[2]))
    if at >= _MOST_OF_ONE:
        raise UndecodableError
    for place in places:
        begins = (at if first is None else first) + place
        if begins >= _MOST_OF_ONE:
            raise UndecodableError
        yield whole[begins : begins + _OF_OBJECT]


def _stream_after(content: Content, start: int) -> int:
    found = _STREAM.pattern.search(content, start, start + _DICTIONARY)
    # No such dictionary holds text, in which the word could stand too.
    if not found or b"(" in content[start : found.start()]:
        raise UndecodableError
    return found.end()


def _is_of_stream(content: Content, start: int) -> bool:
    found = _STREAM_OR_END.search(content, start, start + _HEAD_OF_STREAM)
    return bool(found and found.group() != b"endobj")


def _pieces(
    content: Content, start: int, budget: Budget, *, named: bool
) -> Iterator[bytes]:
    budget.tick()
    ways = list(_ways(content, start, _LAYERS))
    if named and not any(ways) and (not ways or _is_filtered(content, start)):
        raise UndecodableError
    for way in filter(None, ways):  # what is not packed has been searched already
        before = b""
        for chunk in _unpacked(content, start, way):
            budget.unpack(len(chunk))
            yield before + chunk
            before = chunk[-_OVERLAP:]


def _is_filtered(content: Content, start: int) -> bool:
    return bool(_FILTER.search(content, max(0, start - _HEAD), start))


def _ways(
    content: Content, start: int, layers: int, way: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield each sequence of unpacking that ends at what looks like objects."""
    head = next(_unpacked(content, start, way), b"")[:_HEAD]
    if _PREDICTED.match(head):
        raise UndecodableError
    if _PAIRS.match(head):
        yield way
    if not layers:
        return
    if len(head) > 1 and head[0] & 0xF == _ZLIB and not (head[0] << 8 | head[1]) % 31:
        yield from _ways(content, start, layers - 1, (*way, "zlib"))
    if _HEX.match(head):
        yield from _ways(content, start, layers - 1, (*way, "hex"))


def _unpacked(content: Content, start: int, way: tuple[str, ...]) -> Iterator[bytes]:
    chunks = _raw(content, start)
    for step in way:
        chunks = _inflated(chunks) if step == "zlib" else _unhexed(chunks)
    return chunks


def _raw(content: Content, start: int) -> Iterator[bytes]:
    """Yield all that follows: “endstream” may stand in the middle of what is packed."""
    size = _OVERLAP  # most need only the head
    while start < len(content):
        yield content[start : start + size]
        start += size
        size = _CHUNK


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    engine, most = zlib.decompressobj(), _HEAD
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not engine.eof:
                if piece := engine.decompress(rest, most):
                    yield piece
                    most = _CHUNK
                rest = engine.unconsumed_tail
            if engine.eof:
                return
    except zlib.error:
        return


def _unhexed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    odd = b""
    for chunk in chunks:
        plain, end, _ = chunk.partition(b">")
        digits = odd + re.sub(rb"[^0-9a-fA-F]", b"", plain)
        odd = digits[len(digits) & ~1 :]
        yield bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
        if end:
            return
