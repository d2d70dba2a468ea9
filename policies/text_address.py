"""Addresses made of Vietnamese text, in ASCII, with đ kept as d."""

from portal.core.text import fold

_LONGEST = 60  # characters


def address_of(text: str) -> str:
    """Return a slug: "Quy chế sử dụng mạng" → "quy-che-su-dung-mang"."""
    words = fold(text).split()
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > _LONGEST:
            break
        slug = longer
    return slug or "trang"
