"""Whether a right was used lately, as far as the audit trail tells.

The trail says for which agency a person acted, not by which of his rights: two rights
of one person in one agency count as used together.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from access.models import Assignment, AuditEntry
from portal.core import clock

LATELY = timedelta(days=90)
# Coming in is no use of a right.
_COMING_IN = ("access.signed_in", "access.signed_out", "access.acting_agency_chosen")

Uses = dict[tuple[int, int], datetime]


def last_uses(rights: Iterable[Assignment]) -> Uses:
    """Return when each person last acted for each agency, of late; one query.

    Keys are pairs of account and agency; what is missing was not used.
    """
    pairs = {(right.account_id, right.agency_id) for right in rights}
    found = (
        AuditEntry.objects.filter(
            actor__in={account for account, _agency in pairs},
            agency__in={agency for _account, agency in pairs},
            timestamp__gte=clock.now() - LATELY,
        )
        .exclude(event__in=_COMING_IN)
        .values_list("actor", "agency")
        .annotate(last=Max("timestamp"))
        .order_by()
    )
    return {
        (account, agency): last
        for account, agency, last in found
        if (account, agency) in pairs
    }


def last_use(right: Assignment) -> datetime | None:
    """Return when the person last acted for the agency, of late, or None."""
    return last_uses([right]).get((right.account_id, right.agency_id))
