"""How a biên bản looks: Nghị định 30/2020/NĐ-CP, Phụ lục I, on A4.

Pure: a document goes in, bytes come out, the same bytes each time. Nothing is read but
our own template and style.
"""

from urllib.parse import unquote

from django.template.loader import render_to_string

from incidents.minutes.document import MinutesDocument
from portal.core.paper import (
    balanced,
    breakable,
    parent_shown,
    qr_code,
    spoken_day,
    spoken_moment,
)


def render(document: MinutesDocument) -> bytes:
    """Return the biên bản as PDF/A-2a in the layout of Mẫu 1.9.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, and Phụ lục III, Mẫu 1.9.
    """
    from portal.core import pdf  # noqa: PLC0415 (WeasyPrint loads for a second)

    page = render_to_string(
        "incidents/minutes/page.html",
        {
            "minutes": document,
            "title": f"Biên bản số {document.code}: {document.subject}",
            "agency": balanced(document.agency),
            "parent_agency": balanced(
                parent_shown(document.agency, document.parent_agency)
            ),
            "sections": [
                (part.heading, [breakable(text) for text in part.paragraphs])
                for part in document.sections
            ],
            "day": spoken_day(document.day),
            "starts": spoken_moment(document.started_at),
            "ends": spoken_moment(document.ended_at),
            "qr": qr_code(document.check_url),
            "check_address": unquote(document.check_url),
        },
    )
    style = render_to_string("incidents/minutes/page.css")
    return pdf.render(page, style)
