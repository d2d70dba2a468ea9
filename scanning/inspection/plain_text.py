"""Ordinary text, told in one pass: valid UTF-8, no byte of a program, no stamp in it.

Most texts are so, and then nobody need decode them or read them for stamps. Of the
others the rooms for each question say what is wrong.
"""

import re2

from scanning.inspection.windows import Content, spans
from scanning.secrecy.possible import STAMP

# What text does not hold: all of control but tab, line ends, form feed and the escape
# that colours logs; and what UTF-8 does not hold anywhere.
NOT_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_NEVER = NOT_TEXT + b"\xc0\xc1" + bytes(range(0xF5, 0x100))
# The bytes behind the first one of a letter, and whatever else may stand there.
_NEXT, _ELSE = rb"[\x80-\xbf]", rb"(?:[^\x80-\xbf]|\z)"
# Each way in which bytes are no UTF-8, by the length that the first one announces: too
# few behind it, or too many; or letters written too long, halved or out of range.
_NOT_UTF8 = [
    rb"(?:\A|[\x00-\x7f])" + _NEXT,
    rb"[\xc2-\xdf](?:%s|%s)" % (_ELSE, _NEXT * 2),
    rb"[\xe0-\xef](?:%s|%s|%s)" % (_ELSE, _NEXT + _ELSE, _NEXT * 3),
    rb"[\xf0-\xf4](?:%s|%s|%s|%s)"
    % (_ELSE, _NEXT + _ELSE, _NEXT * 2 + _ELSE, _NEXT * 4),
    rb"\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]|\xf4[\x90-\xbf]",
]


def _automaton() -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    never = b"[%s]" % b"".join(rb"\x%02x" % byte for byte in _NEVER)
    return re2.compile(b"|".join([never, *_NOT_UTF8, STAMP]), options)


_NOT_PLAIN = _automaton()


def is_plain(content: Content) -> bool:
    """Tell whether all of it is text in UTF-8 in which no stamp can stand.

    False also where it cannot be told at a glance. What lies between the letters of a
    stamp is bounded as for `may_hold_stamp`.
    """
    return not any(
        _NOT_PLAIN.search(content, start, stop) for start, stop in spans(content)
    )
