"""Notices and the audit trail: what one may read."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models
from django.db.models import Q

from portal.core import clock, text
from portal.core.duties import DutyQuerySet

if TYPE_CHECKING:
    from access.models import Account, Agency, AuditEntry

# The event under which the trail tells what the database saw of its rows.
ROW_CHANGED = "access.row_changed"


class NoticeQuerySet(DutyQuerySet):
    """Selects notices."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that were addressed to this person."""
        return self.filter(recipient=account)


def _readable_by(account: Account) -> list[Q]:
    """Return the conditions of which an act that this person reads fulfils one."""
    from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

    if Assignment.objects.giving(account, "audit.read_all").exists():
        return [Q()]
    readable = Agency.objects.where(account, "audit.read_own_agency")
    # As a number: beside a join, the databases do not see the order of the index.
    kind = ContentType.objects.get_for_model(account).pk
    return [
        Q(actor=account),
        Q(content_type=kind, object_id=account.pk),
        *(Q(agency=agency) for agency in readable.values_list("pk", flat=True)),
    ]


def in_order(
    parts: list[AuditEntryQuerySet], *order: str, count: int
) -> list[AuditEntry]:
    """Return the first entries of several selections together; one query.

    Each gives no more than it could contribute, in the order of its index.
    """
    firsts = [part.order_by(*order)[:count] for part in parts]
    if len(firsts) == 1:
        return list(firsts[0])
    every = parts[0].model._default_manager.all()
    # SQLite lets no part of a union be cut off, but a selection inside of it.
    keys = [every.filter(pk__in=first.values("pk")).values("pk") for first in firsts]
    together = keys[0].order_by().union(*(key.order_by() for key in keys[1:]))
    return list(every.filter(pk__in=together).order_by(*order)[:count])


class AuditEntryQuerySet(models.QuerySet):
    """Selects acts in the audit trail."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own acts, those of the agencies whose trail one may read, or all.

        What was done to one's own account, a refused sign-in for one, is one's own too.

        Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3 and 15.8.
        """
        return self.filter(reduce(or_, _readable_by(account)))

    def visible_parts(self, account: Account) -> list[Self]:
        """Return what `visible_to` keeps in parts, which may overlap.

        Of each an index holds the order of time. For all of them at once none does: a
        database would collect and sort everything to show the newest.
        """
        return [self.filter(part) for part in _readable_by(account)]

    def exportable_by(self, account: Account) -> models.QuerySet[Agency]:
        """Return the agencies whose trail this person may take out of the portal."""
        from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

        if Assignment.objects.giving(account, "audit.read_all").exists():
            return Agency.objects.all()
        return Agency.objects.where(account, "audit.read_own_agency")

    def acts(self) -> Self:
        """Leave out what the database told of its rows: the services tell of acts."""
        return self.exclude(event=ROW_CHANGED)

    def between(self, since: date | None, until: date | None) -> Self:
        """Keep the acts of these Vietnamese days, both included."""
        found = self
        if since:
            found = found.filter(timestamp__gte=clock.start_of(since))
        if until:
            day_after = clock.start_of(until + timedelta(days=1))
            found = found.filter(timestamp__lt=day_after)
        return found

    def by_person(self, words: str) -> Self:
        """Keep the acts of people of this name, now or then, and those on their behalf.

        Marks of letters do not matter where the name is the present one.
        """
        from access.models import Account  # noqa: PLC0415 (models import this room)

        people = Account.objects.named_like(words)
        return self.filter(
            Q(actor__in=people.values("pk"))
            | Q(actor_name__icontains=words)
            | Q(on_behalf_of__icontains=words)
        )

    def of_agency(self, words: str) -> Self:
        """Keep the acts for agencies that bear or once bore this name or code."""
        from access.models import (  # noqa: PLC0415 (as above)
            Agency,
            AgencyCode,
            AgencyName,
        )

        known: list[tuple[Any, ...]] = [
            *Agency.objects.values_list("pk", "name", "short_name", "code"),
            *AgencyName.objects.values_list("agency", "name", "short_name"),
            *AgencyCode.objects.values_list("agency", "code"),
        ]
        found = {pk for pk, *names in known if text.has_words(" ".join(names), words)}
        return self.filter(agency__in=found)

    def known_as(self, reference: str) -> Self:
        """Keep the acts that the outside knows by this, or by what begins with it."""
        if connections[self.db].vendor == "sqlite":  # its LIKE uses no index
            last = reference + chr(0x10FFFF)
            return self.filter(reference__gte=reference, reference__lt=last)
        return self.filter(reference__startswith=reference)

    def about(self, words: str) -> Self:
        """Keep the acts in which all these words occur, marks of letters or not."""
        found = self
        for word in words.split():
            told = Q(remote_addr__startswith=word) | Q(reference__startswith=word)
            if folded := text.fold(word):
                told |= Q(search_text__contains=folded)
            found = found.filter(told)
        return found
