"""Vietnamese text: one normal form to store, one folded form to search.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.2 (TCVN 6909:2001, which is Unicode).
"""

import re
import unicodedata

_D_BAR = str.maketrans("đĐ", "dD")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_GLUED_BY = re.compile(r"(?<=[0-9a-z])[-/._](?=[0-9a-z])")


def nfc(text: str) -> str:
    """Return the text in NFC, the one form in which we store and compare."""
    return unicodedata.normalize("NFC", text)


def without_marks(text: str) -> str:
    """Return the text in lower case, without diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_BAR))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.lower()


def fold(text: str) -> str:
    """Return bare words separated by single blanks: "Đề nghị 15/QĐ" → "de nghi 15 qd".

    Unicode has no decomposition for đ, so SQLite and PostgreSQL do not fold it.
    """
    return _NOT_A_WORD.sub(" ", without_marks(text)).strip()


def glue(text: str) -> str:
    """Return the text folded, codes kept in one word: "15/QĐ-UBND" → "15qdubnd"."""
    return fold(_GLUED_BY.sub("", without_marks(text)))


def has_words(told: str, words: str) -> bool:
    """Tell whether all the words occur in what is told, marks of letters or not.

    A code is one word: 000.13.00.H10 does not occur in what tells of 000.13.01.H10.
    """
    own = f"{fold(told)} {glue(told)}"
    return all(word in own for word in glue(words).split())
