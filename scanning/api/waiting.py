"""For how long a caller wants to wait for the verdict (RFC 7240, `Prefer: wait`)."""

import re

from django.http import HttpRequest

LONGEST = 30  # seconds
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", re.IGNORECASE)


def asked_for(request: HttpRequest) -> int:
    """Return for how many seconds the caller wants to wait; 0 if he does not."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(found[1]), LONGEST) if found else 0
