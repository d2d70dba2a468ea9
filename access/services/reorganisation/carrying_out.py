"""The act itself: agencies begin, change and end, and each thing goes where it should.

Everything happens in the transaction of the caller: all of it, or nothing.
"""

from datetime import date, timedelta

from django.db import transaction

from access import audit, codes, heritage
from access.actors import Actor
from access.models import (
    Agency,
    AgencyChange,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AgencyLevel,
    AgencyName,
    AgencyType,
    ReportingLine,
    Succession,
)
from access.refusals import (
    LastProvinceAdministratorError,
    LaterFactsError,
)
from access.services import last_administrator
from access.services.reorganisation import preview
from portal.core import clock

SYSTEM = "agencies"
Outcome = AgencyChange.Outcome
# Below two nobody could approve another reorganisation.
ADMINISTRATORS_NEEDED = 2


def rehearse(event: AgencyEvent) -> None:
    """Do it all and undo it, so that what cannot be applied is refused beforehand."""
    with transaction.atomic():
        carry_out(event)
        transaction.set_rollback(True)


def carry_out(event: AgencyEvent) -> preview.Preview:
    """Apply a reorganisation by what its preview says; return that preview.

    Raises LaterFactsError, LastProvinceAdministratorError, or what a kind refuses.
    """
    seen = preview.build(event)
    by = Actor.system(SYSTEM)
    before = _administrators(event.effective_on)
    for change in seen.changes:
        if change.outcome == Outcome.ENDS and change.agency is not None:
            _require_no_later_facts(change.agency, event.effective_on)
    for change in seen.changes:
        if change.outcome == Outcome.BEGINS:
            _begin(change, event, by)
        elif change.outcome == Outcome.CONTINUES:
            _go_on(change, event, by)
    _hand_over(seen, by)
    for change in seen.changes:
        if change.outcome == Outcome.ENDS:
            _end(change, event, by)
    _name_successors(seen)
    after = _administrators(event.effective_on)
    if after < min(before, ADMINISTRATORS_NEEDED):
        raise LastProvinceAdministratorError
    return seen


def _administrators(day: date) -> int:
    held = last_administrator.holders("agencies.manage", max(day, clock.today()))
    return held.values("account").distinct().count()


def _require_no_later_facts(agency: Agency, day: date) -> None:
    later: list[bool] = [
        agency.starts_on >= day,
        agency.names.filter(starts_on__gte=day).exists(),
        agency.codes.filter(opened_on__gte=day).exists(),
        agency.functions.filter(starts_on__gte=day).exists(),
        agency.reporting_lines.filter(starts_on__gte=day).exists(),
        agency.subordinate_lines.filter(starts_on__gte=day).exists(),
    ]
    if any(later):
        raise LaterFactsError(agency=agency.name, day=day.strftime("%d/%m/%Y"))


# ── Agencies that begin, go on, end ───────────────────────────────────────────────
def _begin(change: AgencyChange, event: AgencyEvent, by: Actor) -> None:
    made = Agency.objects.create(
        code=codes.check(change.code, change.scheme),
        name=change.name,
        short_name=change.short_name,
        agency_type=change.agency_type or AgencyType.ADMINISTRATIVE,
        level=change.level or AgencyLevel.PROVINCIAL_DEPARTMENT,
        starts_on=event.effective_on,
    )
    change.agency = made
    change.save(update_fields=["agency"])
    _open_name(made, change, event)
    _open_code(made, change, event)
    if change.superior is not None:
        _open_line(made, change.superior, event)
    _record(made, "access.agency_began", event, by)


def _go_on(change: AgencyChange, event: AgencyEvent, by: Actor) -> None:
    agency, last_day = change.agency, _last_day(event)
    if agency is None:
        raise ValueError("an agency that goes on is there already")
    was = agency.name
    if change.name:
        _close_names(agency, last_day)
        _open_name(agency, change, event)
        agency.name, agency.short_name = change.name, change.short_name
    if change.code:
        codes.check(change.code, change.scheme)
        agency.codes.filter(closed_on=None, scheme=change.scheme).update(
            closed_on=last_day
        )
        _open_code(agency, change, event)
        agency.code = change.code
    if change.level:
        agency.level = change.level
    agency.save(update_fields=["name", "short_name", "code", "level"])
    if change.superior is not None:
        end_lines(agency, last_day)
        _open_line(agency, change.superior, event)
    if change.name or change.code or change.superior or change.level:
        _record(agency, "access.agency_changed", event, by, was=was)


def _end(change: AgencyChange, event: AgencyEvent, by: Actor) -> None:
    agency, last_day = change.agency, _last_day(event)
    if agency is None:
        raise ValueError("an agency that ends is there already")
    _close_names(agency, last_day)
    agency.codes.filter(closed_on=None).update(closed_on=last_day)
    end_lines(agency, last_day)
    for kept in agency.functions.in_force(event.effective_on):
        end_row(kept, last_day)
    agency.ends_on = last_day
    agency.save(update_fields=["ends_on"])
    _record(agency, "access.agency_ended", event, by)


def _last_day(event: AgencyEvent) -> date:
    return event.effective_on - timedelta(days=1)


def end_row(row: ReportingLine | AgencyName | AgencyFunction, last_day: date) -> None:
    """Let a dated row end on that day."""
    row.ends_on = last_day
    row.save(update_fields=["ends_on"])


def end_lines(agency: Agency, last_day: date) -> None:
    """End the line to the direct superior, if there is one."""
    for line in agency.reporting_lines.in_force(last_day + timedelta(days=1)):
        end_row(line, last_day)


def _open_line(agency: Agency, superior: Agency, event: AgencyEvent) -> None:
    ReportingLine.objects.create(
        agency=agency,
        superior=superior,
        starts_on=event.effective_on,
        legal_basis=event.legal_basis,
        is_verified=event.legal_basis.is_verified,
    )


def _close_names(agency: Agency, last_day: date) -> None:
    """End the present name; an agency without dated names gets its only one now."""
    if not agency.names.exists():
        AgencyName.objects.create(
            agency=agency,
            name=agency.name,
            short_name=agency.short_name,
            starts_on=agency.starts_on,
        )
    for name in agency.names.in_force(last_day):
        end_row(name, last_day)


def _open_name(agency: Agency, change: AgencyChange, event: AgencyEvent) -> None:
    AgencyName.objects.create(
        agency=agency,
        name=change.name,
        short_name=change.short_name,
        starts_on=event.effective_on,
    )


def _open_code(agency: Agency, change: AgencyChange, event: AgencyEvent) -> None:
    AgencyCode.objects.create(
        agency=agency,
        code=change.code,
        scheme=change.scheme,
        opened_on=event.effective_on,
        is_verified=event.legal_basis.is_verified,
    )


# ── What they have ────────────────────────────────────────────────────────────────
def _hand_over(seen: preview.Preview, by: Actor) -> None:
    move = heritage.Move(seen.event, by, _granters_of(seen.event))
    # A new agency was made a moment ago.
    made = {change.pk: change.agency for change in seen.changes}
    for row in seen.rows:
        heir = made[row.heir.pk] if row.heir else None
        if row.effect is preview.Effect.PASSES and heir is not None:
            row.kind.pass_on(row.thing.key, heir, move)
        elif row.effect is preview.Effect.ENDS:
            row.kind.end(row.thing.key, move)


def _granters_of(event: AgencyEvent) -> heritage.Granters:
    """Return who grants what passes, and who asked: neither's own right passes."""
    return heritage.Granters(granter=event.planned_by, asker=event.approved_by)


def _name_successors(seen: preview.Preview) -> None:
    named = [(change.agency, change.gives) for change in seen.changes]
    for giver, gives in named:
        for heir, takes_not in named:
            if giver and heir and gives and not takes_not:
                Succession.objects.create(
                    event=seen.event, predecessor=giver, successor=heir
                )


def _record(
    agency: Agency, act: str, event: AgencyEvent, by: Actor, **details: object
) -> None:
    audit.record(
        agency,
        act,
        by=by,
        agency=agency,
        reference=event.decision_number,
        effective_on=event.effective_on.isoformat(),
        decision=event.decision_number,
        **details,
    )
