"""What a PDF does by itself: when it, a page or a field is opened, entered or left.

A link that a person clicks is no such thing, wherever it leads.
"""

import re

from scanning.inspection.limits import Budget
from scanning.inspection.pdf_streams import numbered
from scanning.inspection.windows import Content, finditer

_SEP = rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*+(?:[\r\n]|\Z))*+"
LONGEST = 16 * 1024  # bytes of a value; one that does not end there is taken for bad
_LEADS_AWAY = re.compile(rb"/S" + _SEP + rb"/(?:URI|GoToR)(?![^\0-\x20/<(\[>])")
_BEGINS = re.compile(_SEP + rb"(?=<<)")
_REFERENCE = _SEP + rb"(\d{1,10})" + _SEP + rb"\d{1,5}" + _SEP + rb"R"
_REFERRED = re.compile(_REFERENCE)
# Of the events all but the press and the release of a button, which a person does.
_PRESSED = rb"/[DU]" + _SEP + rb"(?:" + _REFERENCE + rb"|<<(?:[^<>]|<(?!<)|>(?!>))*+>>)"
_PRESSES = re.compile(_PRESSED)
_EVENT = re.compile(
    rb"/(?:O|C|W[CSP]|D[SP]|P[OCVI]|E|X|Fo|Bl|K|F|V|Next)" + _SEP + rb"\[?" + _REFERENCE
)
# A text with brackets in brackets, as deep as anybody writes; a comment; an edge.
_INNER = rb"[^()\\]|\\[\s\S]"
_TEXT = rb"\((?:%s|\((?:%s|\((?:%s)*+\))*+\))*+\)" % ((_INNER,) * 3)
_EDGES = re.compile(_TEXT + rb"|%[^\r\n]*+|<<|>>|\(")
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")
_HOPS = 4  # from the catalogue to its events, to an action, to the one after it


def does(after: bytes, wanted: set[int], *, events: bool) -> bool:
    """Tell whether what stands behind a name leads elsewhere at once.

    wanted: takes the numbers of the objects in which that may stand instead.
    events: whether the value is a list of events, or the action itself.
    """
    if apart := _REFERRED.match(after):
        wanted.add(int(apart[1]))
        return False
    begins = _BEGINS.match(after)
    if not begins:
        return False
    value = _whole(after[begins.end() :])
    if value is None:
        return True
    if events:
        value = _PRESSES.sub(b"", value)
    wanted.update(int(each[1]) for each in _EVENT.finditer(value))
    return bool(_LEADS_AWAY.search(value))


def lead_away(content: Content, wanted: set[int], budget: Budget) -> bool:
    """Tell whether one of these objects does, or one to which it hands on.

    Raises LimitError, and UndecodableError as `numbered` does.
    """
    done: set[int] = set()
    for _hop in range(_HOPS):
        some = wanted - done
        if not some:
            return False
        done |= some
        following: set[int] = set()
        for text in _texts(content, some, budget):
            if does(text, following, events=True):
                return True
        wanted = following
    return False


def _texts(content: Content, numbers: set[int], budget: Budget) -> list[bytes]:
    any_of = b"|".join(b"%d" % number for number in sorted(numbers))
    head = re.compile(rb"(?<!\d)0*(?:%s)[\0-\x20]+\d+[\0-\x20]+obj" % any_of)
    found = [
        content[each.end() : each.end() + LONGEST]
        for each in finditer(head, content, budget)
    ]
    return [*found, *numbered(content, numbers, budget)]


def _whole(value: bytes) -> bytes | None:
    """Return a dictionary without texts and comments, None if its end is not found."""
    depth, at, parts = 0, 0, []
    for edge in _EDGES.finditer(value):
        sign = edge.group()
        parts.append(value[at : edge.start()])
        at = edge.end()
        if sign == b"(":
            return None
        if sign in {b"<<", b">>"}:
            parts.append(sign)
            depth += 1 if sign == b"<<" else -1
        else:
            parts.append(b" ")
        if not depth:
            return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), b"".join(parts))
    return None
