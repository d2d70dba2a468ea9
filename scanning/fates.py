"""What pages tell of the fate of several files, and whether it has changed."""

import hashlib
from collections.abc import Iterable

from scanning.models import Attachment

_SOON, _LATER = 2, 20  # seconds until the fate of a file is asked for again


def fates_now(attachments: Iterable[Attachment]) -> dict[str, object]:
    """Return what the template of the fates needs; `mark` names this very state."""
    shown = list(attachments)
    facts = "\n".join(f"{a.public_id} {a.state} {a.verdict}" for a in shown)
    return {
        "attachments": shown,
        "is_waiting": any(each.is_pending for each in shown),
        # While the scanner is out of order there is no use in asking often.
        "seconds": _SOON if any(not each.verdict for each in shown) else _LATER,
        "mark": hashlib.sha256(facts.encode()).hexdigest()[:16],
    }
