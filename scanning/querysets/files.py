"""Who may see which attachment, and which format rules hold for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from access.models import Agency
from portal.core.dated import DatedQuerySet
from portal.core.duties import LONGEST_WAIT, DutyQuerySet
from scanning import visibility

if TYPE_CHECKING:
    from access.models import Account, Connector
    from scanning.querysets.decisions import ReleaseDecisionQuerySet


# Who may count the files of the whole province.
PROVINCE_COUNTS = ("attachments.clear", "audit.read_all")
_HELD, _RELEASED, _UNSCANNABLE = "held", "released", "unscannable"


class AttachmentQuerySet(models.QuerySet):
    """Selects attachments by who may see and release them."""

    def visible_to(self, account: Account) -> Self:
        """Keep the attachments that this person may see today.

        Those that agencies for which he reads attachments sent in or are to receive,
        those on which he must answer an objection, and those for which a higher floor
        has a reason. Lists, counts, searches and
        downloads all start here (Điều 12.5).
        """
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        seen = Q(keeper__in=agencies) | Q(message__in=_addressed_to(agencies))
        seen |= Q(pk__in=_objected_to_before(account))
        for reason in visibility.reasons():
            seen |= Q(pk__in=reason(account))
        return self.filter(seen)

    def handled_by(self, account: Account) -> Self:
        """Keep those on whose release this person may decide.

        For a file of the exchange that is an officer of a receiving agency, whose
        machines it will reach (Điều 9.2); for any other, one of the agency itself.
        """
        agencies = Agency.objects.where(account, "attachments.release")
        own = Q(keeper__in=agencies, message=None)
        received = Q(message__in=_addressed_to(agencies))
        return self.visible_to(account).filter(own | received)

    def openable_by(self, account: Account) -> Self:
        """Keep those for which this person may give the password for the scan.

        Those who send for the agency, and whoever decides on the release (Điều 9.2).
        """
        agencies = Agency.objects.where(
            account, "attachments.submit", "attachments.release"
        )
        decided = self.handled_by(account).values("pk")
        sent = Q(keeper__in=agencies) | Q(pk__in=decided)
        return self.visible_to(account).filter(sent)

    def held_at(self, account: Account, permission: str) -> Self:
        """Keep those that an agency sent or receives where this person may do this."""
        agencies = Agency.objects.where(account, permission)
        here = Q(keeper__in=agencies) | Q(message__in=_addressed_to(agencies))
        return self.visible_to(account).filter(here)

    def kept_for(self, account: Account, permission: str) -> Self:
        """Keep those that an agency keeps for which this person holds the right."""
        agencies = Agency.objects.where(account, permission)
        return self.visible_to(account).filter(keeper__in=agencies)

    def counted_for(self, account: Account) -> Self:
        """Keep those that this person may count, though not open.

        The whole province's for its coordinator and its auditors, else those that
        agencies keep for which he reads attachments.
        """
        if not account.is_active:
            return self.none()
        if Agency.objects.where(account, *PROVINCE_COUNTS).exists():
            return self
        return self.filter(keeper__in=Agency.objects.where(account, "attachments.read"))

    def partly_open(self) -> Self:
        """Keep the held files that some recipients were let open (Điều 9.2)."""
        decided = _decisions().opening().filter(attachment=OuterRef("pk"))
        return self.filter(
            Exists(decided),
            state=_HELD,
            verdict=_UNSCANNABLE,
            disposed_at=None,
            message__isnull=False,
        )

    def opened_to(self, agencies: models.QuerySet) -> Self:
        """Keep the held files that are open to one of these agencies.

        By its own decision; or, if it came into the place of recipients that ended, by
        those of all of them.
        """
        decided = _decisions().opening()
        own = decided.filter(
            attachment=OuterRef(OuterRef("pk")), agency=OuterRef("keeper")
        )
        theirs = decided.filter(
            attachment=OuterRef(OuterRef(OuterRef("pk"))), agency=OuterRef("agency")
        )
        gaps = _recipients().filter(
            ~Exists(theirs), message=OuterRef("message"), keeper=OuterRef("keeper")
        )
        shares = _recipients().filter(
            Exists(own) | ~Exists(gaps),
            message=OuterRef("message"),
            keeper__in=agencies,
        )
        return self.partly_open().filter(Exists(shares))

    def told_as(self, state: str, agencies: models.QuerySet) -> Self:
        """Keep those whose state is this one for who reads for these agencies."""
        open_here = _attachments().opened_to(agencies).values("pk")
        if state == _RELEASED:
            return self.filter(Q(state=state) | Q(pk__in=open_here))
        if state == _HELD:
            return self.filter(state=state).exclude(pk__in=open_here)
        return self.filter(state=state)

    def counted_by_state(self, agencies: models.QuerySet) -> dict[str, int]:
        """Count them by the state that is true for who reads for these agencies."""
        rows = self.order_by().values_list("state").annotate(Count("pk"))
        counts: dict[str, int] = dict(rows)
        if counts.get(_HELD) and (here := self.opened_to(agencies).count()):
            counts[_HELD] -= here
            counts[_RELEASED] = counts.get(_RELEASED, 0) + here
        return counts

    def let_through(self) -> Self:
        """Keep those that people let go, to all or to some, though nobody saw inside.

        What was scanned with its password is not among them: its verdict is "clean".
        """
        seen = self.filter(verdict=_UNSCANNABLE)
        partly = _attachments().partly_open().values("pk")
        return seen.filter(Q(state=_RELEASED) | Q(pk__in=partly))

    def let_through_for(self, account: Account) -> Self:
        """Keep those that were let through unseen and of which this person may know.

        Who sees the file; and who reads the trail of an agency that sent or received
        it, where the same decision stands with name and reason (Điều 12.3 and 12.5).
        """
        if not account.is_active:
            return self.none()
        found = self.let_through()
        if Agency.objects.where(account, "audit.read_all").exists():
            return found
        audited = Agency.objects.where(account, "audit.read_own_agency")
        known = Q(pk__in=_attachments().visible_to(account).values("pk"))
        known |= Q(keeper__in=audited) | Q(message__in=_addressed_to(audited))
        return found.filter(known)

    def handed_in_by(self, connector: Connector) -> Self:
        """Keep those that this connected system handed in."""
        return self.filter(connector=connector)

    def readable_by(self, connector: Connector) -> Self:
        """Keep those it handed in, and those sent to agencies for which it speaks.

        No other system's files exist for it (Điều 12.5).
        """
        from access.models import Connector as Model  # noqa: PLC0415 (models load later)

        also = Model.acts_for.through.objects.filter(connector=connector)
        agencies = Q(keeper=connector.agency_id) | Q(keeper__in=also.values("agency"))
        received = _recipients().filter(agencies)
        return self.filter(
            Q(connector=connector) | Q(message__in=received.values("message"))
        )


def _recipients() -> models.QuerySet:
    from scanning.models import Recipient  # noqa: PLC0415 (models load later)

    return Recipient.objects.all()


def _attachments() -> AttachmentQuerySet:
    from scanning.models import Attachment  # noqa: PLC0415 (models load later)

    return Attachment.objects.all()


def _decisions() -> ReleaseDecisionQuerySet:
    from scanning.models import ReleaseDecision  # noqa: PLC0415 (models load later)

    return ReleaseDecision.objects.all()


def _addressed_to(agencies: models.QuerySet) -> models.QuerySet:
    return _recipients().filter(keeper__in=agencies).values("message")


def _objected_to_before(account: Account) -> models.QuerySet:
    """Return the files on which an agency of this officer must answer (Điều 12.4)."""
    from scanning.models import Objection  # noqa: PLC0415 (models load later)

    agencies = Agency.objects.where(account, "attachments.release")
    waiting = Objection.objects.open().filter(answers__in=agencies)
    return waiting.values("attachment")


class MessageQuerySet(models.QuerySet):
    """Selects data messages."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person's agencies sent or are to receive (Điều 12.5)."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        sent = Q(from_agency__in=agencies)
        return self.filter(sent | Q(pk__in=_addressed_to(agencies)))


class ExchangeEventQuerySet(models.QuerySet):
    """Selects what exchange systems reported."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person's agencies reported, or of what they sent."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(Q(agency__in=agencies) | Q(from_agency__in=agencies))


class ScanDutyQuerySet(DutyQuerySet):
    """Selects scans to be done."""

    def is_due(self, at: datetime) -> Q:
        """Return the condition of being due at a moment.

        No scan is put off for longer than LONGEST_WAIT: one that seems to be was put
        off before the clock was set back.
        """
        return super().is_due(at) | Q(due_at__gt=at + LONGEST_WAIT)

    def in_order(self) -> Self:
        """Put the most urgent first, then the one that waits longest."""
        return self.order_by("rank", "due_at", "pk")


class FormatRuleQuerySet(DatedQuerySet):
    """Selects the types that are allowed."""

    def for_agency(self, agency: Agency | int | None, on: date | None = None) -> Self:
        """Keep the rules in force for everybody, and those of this agency's field.

        agency: it or its key.
        """
        return self.in_force(on).filter(Q(agency=None) | Q(agency=agency))
