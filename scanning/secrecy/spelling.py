"""One line as it may have been meant: Unicode, or an encoding older than Unicode.

Documents of the years before Unicode, and their copies, hold the codes of TCVN3 (ABC,
".VnTime"), VNI-Windows, CP1258 or VIQR. Which one, only the font says, and text that
was copied has lost it. So each reading is tried: no word of one encoding is a word in
another that this package looks for.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.2 and 12.7.
"""

import re
import unicodedata
from collections.abc import Iterator

# Each letter of the words looked for, as the old encodings write it in Latin-1. TCVN3
# has no capitals with two marks: its fonts for capitals draw the small letters so.
_TCVN3 = {"Ë": "ậ", "è": "ố", "Ö": "ệ", "é": "ộ", "®": "đ", "§": "Đ", "ø": "ứ"}
_VNI = {
    "AÄ": "Ậ",
    "aä": "ậ",
    "OÁ": "Ố",
    "oá": "ố",
    "EÄ": "Ệ",
    "eä": "ệ",
    "OÄ": "Ộ",
    "oä": "ộ",
    "ÖÙ": "Ứ",
    "öù": "ứ",
    "Ñ": "Đ",
    "ñ": "đ",
}
_CP1258 = {
    "Âò": "Ậ",
    "âò": "ậ",
    "Ôì": "Ố",
    "ôì": "ố",
    "Êò": "Ệ",
    "êò": "ệ",
    "Ôò": "Ộ",
    "ôò": "ộ",
    "Ýì": "Ứ",
    "ýì": "ứ",
    "Ð": "Đ",
    "ð": "đ",
}
_VIQR = {
    "A^.": "Ậ",
    "a^.": "ậ",
    "O^'": "Ố",
    "o^'": "ố",
    "E^.": "Ệ",
    "e^.": "ệ",
    "O^.": "Ộ",
    "o^.": "ộ",
    "U+'": "Ứ",
    "u+'": "ứ",
    "DD": "Đ",
    "Dd": "Đ",
    "dd": "đ",
}
_MARKS = re.compile("[\u0300-\u036f]+")
_OLD = (_TCVN3, _VNI, _CP1258, _VIQR)
# Marks written after their letter in another order than Unicode has them.
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)


def spellings(line: str) -> Iterator[str]:
    """Yield the line in NFC, then as each old encoding would have meant it.

    Characters that do not show are dropped; the spaces of typesetters become plain.
    """
    plain = " ".join(unicodedata.normalize("NFC", line).translate(_INVISIBLE).split())
    yield plain
    for table in _OLD:
        meant = plain
        for written, letter in table.items():
            meant = meant.replace(written, letter)
        if meant != plain:
            yield meant


def without_marks(text: str) -> str:
    """Return the text in small letters without the marks of Latin ones, đ as d.

    As in `portal.core.text`, which cannot be loaded without the portal's settings.
    """
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return _MARKS.sub("", decomposed).lower()


def is_capital(text: str) -> bool:
    """Tell whether all plain letters are capitals; others may not show their case.

    TCVN3 draws capitals with the codes of small letters: "MËT" is read "MậT".
    """
    plain = [c for c in text if c.isascii() and c.isalpha()]
    return bool(plain) and all(c.isupper() for c in plain)
