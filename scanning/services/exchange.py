"""What exchange systems report: fixed times, and corrections beside what they correct.

The times are those of the exchange system's own server; a second, different time for
the same event is refused and written down.

Source: Quyết định 06/2012/QĐ-UBND, Điều 11.1, 11.2 and 12.8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from access import addressing, audit
from access.actors import Actor
from access.models import Agency, Connector
from access.refusals import NotItsAgencyError
from portal.core import clock
from portal.core.text import nfc
from scanning.models import ExchangeEvent
from scanning.refusals import EventFixedError, EventWrongError, NothingToCorrectError

Kind = ExchangeEvent.Kind
# So far may the clock of a server run ahead of ours.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Reported:
    """One event as it was reported; agencies by code, `happened_at` with a timezone.

    agency: who sent, received, refused or corrected; from_agency: who sent the message.
    corrects: the id of the message that a correction corrects.
    """

    kind: str
    message_id: str
    from_agency: str
    happened_at: datetime
    agency: str = ""
    to_agency: Sequence[str] = ()
    reason: str = ""
    corrects: str = ""


def report(
    told: Reported, *, connector: Connector, by: Actor
) -> tuple[ExchangeEvent, bool]:
    """Record an event; return it, and whether it is new: the same again is not.

    Raises UnknownAgencyError, EndedAgencyError, ClosedCodeError, NotItsAgencyError,
    EventWrongError, NothingToCorrectError or EventFixedError.
    """
    codes = [told.from_agency, told.agency or told.from_agency, *told.to_agency]
    named = addressing.agencies(codes)
    sender, agency = named[codes[0]], named[codes[1]]
    if not connector.speaks_for(agency):
        raise NotItsAgencyError(agency=agency.name)
    _require_sense(told, sender, agency)
    wanted = _row(told, sender, agency, connector)
    try:
        with transaction.atomic():
            before = _before(wanted)
            if before is None:
                wanted.save()
                audit.record(
                    wanted,
                    "scanning.event_reported",
                    by=by,
                    agency=agency,
                    message_id=wanted.message_id,
                    kind=wanted.kind,
                    happened_at=wanted.happened_at.isoformat(),
                    corrects=told.corrects,
                )
                return wanted, True
    except IntegrityError:  # the same came twice at once
        before = _before(wanted)
        if before is None:
            raise
    _require_same(before, wanted, by)
    return before, False


def _require_sense(told: Reported, sender: Agency, agency: Agency) -> None:
    is_own = told.kind in {Kind.SENT, Kind.CORRECTED}
    if is_own and agency != sender:
        raise EventWrongError(why=_("Only the sending agency reports this event."))
    if not is_own and agency == sender:
        raise EventWrongError(
            why=_("Name the agency that received or refused it as “agency”.")
        )
    if told.kind == Kind.REFUSED and not told.reason.strip():
        raise EventWrongError(why=_("A refusal needs its reason."))
    if (told.kind == Kind.CORRECTED) != bool(told.corrects):
        if told.kind == Kind.CORRECTED:
            raise NothingToCorrectError(message_id="")
        raise EventWrongError(why=_("Only a correction names what it corrects."))
    if told.happened_at > clock.now() + _AHEAD:
        raise EventWrongError(
            why=_("The time of the event lies in the future. Set the server's clock.")
        )


def _row(
    told: Reported, sender: Agency, agency: Agency, connector: Connector
) -> ExchangeEvent:
    original = None
    if told.kind == Kind.CORRECTED:
        sent = ExchangeEvent.objects.filter(
            kind=Kind.SENT, from_agency=sender, message_id=nfc(told.corrects)
        )
        original = sent.first()
        if original is None:
            raise NothingToCorrectError(message_id=told.corrects)
    return ExchangeEvent(
        connector=connector,
        agency=agency,
        kind=told.kind,
        message_id=nfc(told.message_id),
        from_agency=sender,
        to_agencies=sorted(told.to_agency),
        happened_at=told.happened_at,
        reason=nfc(told.reason.strip()),
        corrects=original,
    )


def _before(wanted: ExchangeEvent) -> ExchangeEvent | None:
    return ExchangeEvent.objects.filter(
        agency=wanted.agency,
        kind=wanted.kind,
        from_agency=wanted.from_agency,
        message_id=wanted.message_id,
    ).first()


def _require_same(before: ExchangeEvent, wanted: ExchangeEvent, by: Actor) -> None:
    names = ("happened_at", "to_agencies", "reason", "corrects_id")
    differing = [
        name for name in names if getattr(before, name) != getattr(wanted, name)
    ]
    if not differing:
        return
    with transaction.atomic():
        audit.record(
            before,
            "scanning.event_refused",
            by=by,
            agency=before.agency,
            message_id=before.message_id,
            kind=before.kind,
            happened_at=wanted.happened_at.isoformat(),
            fields=differing,
        )
    words = ", ".join(name.removesuffix("_id") for name in differing)
    raise EventFixedError(message_id=before.message_id, fields=words)
