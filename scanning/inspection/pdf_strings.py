"""The strings of a PDF, in each of the ways in which one may be written (ISO 32000)."""

import codecs
import re

_LITERAL = re.compile(
    rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|([\s\S]))|([()])|([^\\()]+)", re.DOTALL
)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_DIGITS = re.compile(rb"<([0-9a-fA-F\0\t\n\f\r ]*)")


def read(raw: bytes) -> str:
    """Return the string that begins here, cut where the bytes end; else nothing."""
    if raw.startswith(b"("):
        return _text(_literal(raw[1:]))
    digits = _DIGITS.match(raw)
    if digits:
        plain = re.sub(rb"[^0-9a-fA-F]", b"", digits[1])
        plain += b"0" * (len(plain) % 2)
        return _text(bytes.fromhex(plain.decode("ascii")))
    return ""


def _literal(raw: bytes) -> bytes:
    depth, parts = 0, []
    for found in _LITERAL.finditer(raw):
        octal, _line, letter, bracket, plain = found.groups()
        if octal:
            parts.append(bytes([int(octal, 8) & 0xFF]))
        elif letter:
            parts.append(_LETTERS.get(letter, letter))
        elif bracket:
            depth += 1 if bracket == b"(" else -1
            if depth < 0:
                break
            parts.append(bracket)
        elif plain:
            parts.append(plain)
    return b"".join(parts)


def _text(raw: bytes) -> str:
    """Return the letters: in UTF-16 or UTF-8 with its mark, else one byte each."""
    if raw.startswith(codecs.BOM_UTF16_BE):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(codecs.BOM_UTF16_LE):
        return raw[2:].decode("utf-16-le", "replace")
    return raw.removeprefix(codecs.BOM_UTF8).decode("latin-1")
