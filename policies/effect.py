"""From which day a decision holds, as it words it."""

import re
from datetime import date, timedelta

_AFTER_SIGNING = re.compile(
    r"hiệu lực\s+(?:thi hành\s+)?sau\s+(\d{1,3})\s+ngày,?\s+kể từ ngày ký"
)


def proposed_start(text: str, issued_on: date) -> date | None:
    """Return the first day in force that the text names, counted from its signing.

    "có hiệu lực thi hành sau 10 ngày kể từ ngày ký", signed on 22/3/2012, proposes
    01/4/2012. None if the text names no number of days; the publisher decides anyway.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 2 of the decision.
    """
    found = _AFTER_SIGNING.search(" ".join(text.split()))
    return issued_on + timedelta(days=int(found[1])) if found else None
