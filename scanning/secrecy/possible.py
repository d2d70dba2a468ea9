"""Whether a stamp can stand in a text, told from its bytes, before it is decoded.

Nearly no text holds a stamp, and to decode one and part it into lines takes twenty
times as long as to run an automaton over it. So only what may hold one is read.
"""

from typing import IO

import re2

_WINDOW = 4 * 1024 * 1024  # bytes looked through at once
_OVERLAP = 64 * 1024  # bytes; a stamp with all its signs and spaces is shorter
# Signs, spaces and loose marks, in UTF-8 or Latin-1: no letter or digit of ASCII, and
# no first byte of the letters of Vietnamese, unless it begins a sign here.
_SIGN = rb"[^A-Za-z0-9\xc3-\xc6\xe1]|\xc3[\x97\xb7]|\xe1[^\xba\xbb]"
# What marks the letter behind it, besides signs: ä, Ä, ò and Ò of the old encodings.
_MARK = rb"\xc3[\x84\x92\xa4\xb2]|\xc4"
# The letter itself, in UTF-8 or Latin-1. The byte of "â" in Latin-1 also begins
# dashes in UTF-8: "tâm – thế" is read for nothing rather than a stamp passed over.
_LETTER = (
    rb"[aA]|\xc3[\x82\x84\x8b\xa2\xa4]|\xe1\xba[\xa0\xa1\xac\xad]"
    rb"|[\xc2\xc4\xcb\xe2\xe4]"
)


_BETWEEN, _BEHIND = b"(?:%s)*" % _SIGN, b"(?:%s|%s)*" % (_SIGN, _MARK)
# In the syntax of RE2: finds whatever `stamps.POSSIBLE` finds in the text, and more.
STAMP = rb"[mM]%s(?:%s)%s[tT](?:[^A-Za-z0-9]|\z)" % (_BETWEEN, _LETTER, _BEHIND)


def _automaton() -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    return re2.compile(STAMP, options)


_STAMP = _automaton()


def may_hold_stamp(file: IO[bytes]) -> bool:
    """Tell whether a text in UTF-8 or an older encoding must be read for stamps.

    Never False for a text in which one stands, if less than 64 KB of signs and spaces
    lie between its letters. Leaves the file at its start.
    """
    file.seek(0)
    last = b""
    found = False
    while not found and (window := file.read(_WINDOW)):
        found = _STAMP.search(last + window) is not None
        last = window[-_OVERLAP:]
    file.seek(0)
    return found
