"""How the report of an access review looks: Nghị định 30/2020/NĐ-CP, Phụ lục I, on A4.

Pure: a document goes in, bytes come out. The list of rights stands on pages across, as
the decree allows for tables (Phụ lục I, I.2).
"""

from urllib.parse import unquote

from django.template.loader import render_to_string

from access.review_report.document import ReviewDocument
from portal.core.paper import (
    balanced,
    parent_shown,
    qr_code,
    spoken_day,
    spoken_moment,
)

_IN_A_GROUP = 4


def render(document: ReviewDocument) -> bytes:
    """Return the report as PDF/A-2a, not signed yet."""
    from portal.core import pdf  # noqa: PLC0415 (WeasyPrint loads for a second)

    digits = document.fingerprint
    page = render_to_string(
        "access/reviews/report/page.html",
        {
            "report": document,
            "issuer": balanced(document.issuer),
            "parent": balanced(parent_shown(document.issuer, document.parent)),
            "day": spoken_day(document.day),
            "opens": spoken_moment(document.opened),
            "closes": spoken_moment(document.closed),
            "fallback": spoken_day(document.fallback_on),
            "due": spoken_day(document.due_on),
            "fingerprint": " ".join(
                digits[at : at + _IN_A_GROUP].upper()
                for at in range(0, len(digits), _IN_A_GROUP)
            ),
            "qr": qr_code(document.check_url),
            "check_address": unquote(document.check_url),
        },
    )
    return pdf.render(page, render_to_string("access/reviews/report/page.css"))
