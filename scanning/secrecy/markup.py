"""Read XML without trust: no document type, no entities, no end of the world."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

_CHUNK = 256 * 1024

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class _DoctypeError(Exception):
    """Office documents have none; whoever writes one has something in mind."""


def read(part: IO[bytes], start: Start, end: End, text: Text) -> None:
    """Call for each element (local names) and text until the end, or the first error.

    What an office program refuses to open is read as far as it goes.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(
        _local(name), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, _DoctypeError):
        return


def _refuse(*_doctype: object) -> None:
    raise _DoctypeError


def _local(name: str) -> str:
    return name.rpartition(":")[2]
