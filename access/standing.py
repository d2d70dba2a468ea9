"""How agencies stand today: who is in office, and who stands before a shut door.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.2, 13.3, 15.1 and 15.9.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.models import Agency, Assignment, AuditEntry
from portal.core import clock

MANY_LOCKOUTS = 3  # people of one agency
LOCKOUTS_WITHIN = timedelta(hours=1)

# In this order an agency is told whom it lacks.
_OFFICES = {
    "agency_head": gettext_lazy("the head"),
    "security_officer": gettext_lazy("the security officer"),
    "exchange_officer": gettext_lazy("the exchange officer"),
}


@dataclass
class Standing:
    """What is known of one agency today; people are keys of accounts."""

    agency: Agency
    officers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    administrators: set[int] = field(default_factory=set)
    suspended: set[int] = field(default_factory=set)
    locked_lately: set[int] = field(default_factory=set)
    locked_now: set[int] = field(default_factory=set)

    @property
    def shut_out(self) -> str:
        """Why the agency may be before a shut door, in words; empty if it is not."""
        known = self.administrators | self.suspended
        if known and not self.administrators - self.locked_now:
            return _("every account administrator is locked out or suspended")
        number = len(self.locked_lately)
        if number < MANY_LOCKOUTS:
            return ""
        words = ngettext(
            "%(number)d person locked out within an hour",
            "%(number)d people locked out within an hour",
            number,
        )
        return words % {"number": number}

    @property
    def absent(self) -> list[str]:
        """Who is not in office, each by the name of his; empty if everybody is."""
        known = self.administrators | self.suspended
        words = [] if known else [_("the account administrator")]
        words += [
            str(lack) for role, lack in _OFFICES.items() if not self.officers[role]
        ]
        if len(self.officers["exchange_officer"]) == 1:
            words.append(_("a deputy of the exchange officer"))
        return words


def of(agencies: Iterable[Agency]) -> list[Standing]:
    """Return how these agencies stand, in their order; three queries for all."""
    found = {agency.pk: Standing(agency) for agency in agencies}
    posts = Assignment.objects.in_force().filter(
        revoked_at=None, delegated_from=None, agency__in=found
    )
    in_office = posts.filter(account__is_active=True, role__code__in=_OFFICES)
    for agency, role, person in in_office.values_list(
        "agency", "role__code", "account"
    ):
        found[agency].officers[role].add(person)
    managing = posts.with_permission("accounts.manage")
    for agency, person, is_active in managing.values_list(
        "agency", "account", "account__is_active"
    ):
        own = found[agency]
        (own.administrators if is_active else own.suspended).add(person)
    at = clock.now()
    lately = lockouts(at - LOCKOUTS_WITHIN).filter(agency__in=found)
    for agency, person, moment in lately.values_list(
        "agency", "object_id", "timestamp"
    ):
        found[agency].locked_lately.add(person)
        if moment > at - settings.AXES_COOLOFF_TIME:
            found[agency].locked_now.add(person)
    return list(found.values())


def lockouts(since: datetime) -> QuerySet[AuditEntry]:
    """Return the lock-outs of known people since then."""
    return AuditEntry.objects.filter(
        event="access.locked_out",
        timestamp__gt=since,
        content_type__app_label="access",
        content_type__model="account",
        object_id__isnull=False,
    )
