"""Whether a name is written in Unicode, or was typed for one of the old fonts.

TCVN3 and VNI put Vietnamese letters where others stand. Saved as Unicode, their text is
valid and wrong: "NguyÔn V¨n A" for Nguyễn Văn A. No program can tell what each such
file meant, so the list is refused and converted by whoever knows.
"""

import re
import unicodedata
from itertools import pairwise

_BETWEEN_LETTERS = frozenset(" '’-.ʼ")
# Letters by category, but signs of the old fonts when they stand in a name.
_SIGNS = frozenset("µªº")
# VNI: a or e followed by the letter that stands for its mark, as in "Traàn", "Leâ".
_MARK_AFTER_VOWEL = re.compile(r"[ae][ùøûõïâêáàåãäéèúüë]", re.IGNORECASE)


def is_of_an_old_font(name: str) -> bool:
    """Tell whether the name shows letters that only an old font makes readable."""
    if any(char in _SIGNS or _is_symbol(char) for char in name):
        return True
    return _has_capital_inside(name) or bool(_MARK_AFTER_VOWEL.search(name))


def is_a_name(name: str) -> bool:
    """Tell whether the text has nothing but letters and what may stand between."""
    return bool(name) and all(
        char in _BETWEEN_LETTERS or unicodedata.category(char)[0] in "LM"
        for char in name
    )


def _has_capital_inside(name: str) -> bool:
    # TCVN3: a marked capital after a small letter, as in "TrÇn".
    return any(a.islower() and "À" <= b <= "Þ" for a, b in pairwise(name))


def _is_symbol(char: str) -> bool:
    # Digits and brackets in a name are faults of another kind, told elsewhere.
    foreign = not char.isascii() and char not in _BETWEEN_LETTERS
    return foreign and unicodedata.category(char)[0] in "SPCN"
