"""What is wanted: who changes, who takes over, and what becomes of each thing.

Source: Quyết định 20/2020/QĐ-TTg for the codes; otherwise our own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from access import audit, codes, rights
from access.actors import Actor
from access.models import Agency, AgencyChange, AgencyEvent, Inheritance
from access.refusals import (
    AgencyNotThereError,
    AlreadyPlannedError,
    DayPastError,
    MergeWithItselfError,
    NewCodeMissingError,
    NewNameMissingError,
    NobodyGivesError,
    NobodyTakesError,
    OwnRightPassesError,
    PlanClosedError,
    SuperiorMissingError,
)
from access.services import posts
from access.services.reorganisation import preview
from access.services.reorganisation.carrying_out import rehearse
from portal.core import clock
from portal.core.errors import NotAllowedError
from portal.core.models import LegalBasis

Kind, State, Outcome = AgencyEvent.Kind, AgencyEvent.State, AgencyChange.Outcome
# What a decision may say besides the heir.
ENDS, OPEN = "ends", ""
OPEN_STATES = (State.PLANNED, State.APPROVED)


@dataclass(frozen=True)
class ChangePlan:
    """What becomes of one agency; without an agency a new one begins."""

    outcome: str
    agency: Agency | None = None
    gives: bool = False
    name: str = ""
    short_name: str = ""
    code: str = ""
    scheme: str = ""
    agency_type: str = ""
    level: str = ""
    superior: Agency | None = None


@dataclass(frozen=True)
class Plan:
    """One reorganisation as it is wanted."""

    kind: str
    effective_on: date
    legal_basis: LegalBasis
    changes: tuple[ChangePlan, ...]
    decision_number: str = ""
    note: str = ""

    @property
    def givers(self) -> list[ChangePlan]:
        """Those of which things may pass to others."""
        return [change for change in self.changes if change.gives]

    @property
    def takers(self) -> list[ChangePlan]:
        """Those that may take over."""
        return [change for change in self.changes if not change.gives]


def basis_for(number: str, title: str, issuer: str, issued_on: date) -> LegalBasis:
    """Return the decision of that number, written down now if it is new."""
    found, _made = LegalBasis.objects.get_or_create(
        number=number.strip(),
        defaults={
            "title": title,
            "issuer": issuer,
            "issued_on": issued_on,
            "starts_on": issued_on,
        },
    )
    return found


@transaction.atomic
def propose(plan: Plan, *, by: Actor) -> AgencyEvent:
    """Write down a reorganisation; a second person must approve what it does.

    It is tried out and undone again, so that what could not be applied is refused now.

    Raises NotAllowedError or a refusal of `access.refusals`; nothing is changed
    then.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    _check(plan)
    event = AgencyEvent.objects.create(
        kind=plan.kind,
        state=State.PLANNED,
        effective_on=plan.effective_on,
        legal_basis=plan.legal_basis,
        decision_number=plan.decision_number or plan.legal_basis.number,
        note=plan.note,
        planned_by=by.person,
    )
    for change in plan.changes:
        AgencyChange.objects.create(event=event, **vars(change))
    rehearse(event)
    _record(event, "access.reorganisation_planned", by)
    return event


def _check(plan: Plan) -> None:
    if plan.effective_on < clock.today():
        raise DayPastError(day=_shown(plan.effective_on))
    if not plan.changes:
        raise NobodyGivesError
    _check_roles(plan)
    named = [change.agency for change in plan.changes if change.agency]
    for agency in named:
        if named.count(agency) > 1:
            raise MergeWithItselfError(agency=agency.name)
        _check_agency(agency, plan.effective_on)
    for change in plan.changes:
        _check_change(plan, change)


def _check_roles(plan: Plan) -> None:
    """See that each kind has those who give and those who take."""
    if plan.kind in {Kind.MERGE, Kind.SPLIT, Kind.ABOLISH} and not plan.givers:
        raise NobodyGivesError
    if plan.kind in {Kind.MERGE, Kind.SPLIT} and not plan.takers:
        raise NobodyTakesError


def _check_agency(agency: Agency, day: date) -> None:
    if not agency.is_in_force(day):
        raise AgencyNotThereError(agency=agency.name, day=_shown(day))
    others = AgencyEvent.objects.filter(
        state__in=OPEN_STATES, changes__agency=agency, changes__outcome=Outcome.ENDS
    )
    if other := others.first():
        raise AlreadyPlannedError(agency=agency.name, day=_shown(other.effective_on))


def _check_change(plan: Plan, change: ChangePlan) -> None:
    is_new = change.outcome == Outcome.BEGINS
    if (is_new or plan.kind == Kind.RENAME) and not (change.name and change.short_name):
        raise NewNameMissingError
    if is_new and not change.code:
        raise NewCodeMissingError
    if plan.kind == Kind.SUPERIOR and change.superior is None:
        raise SuperiorMissingError
    if change.code:
        codes.check(change.code, change.scheme)
    above = change.superior
    if above is not None and not above.is_in_force(plan.effective_on):
        raise AgencyNotThereError(agency=above.name, day=_shown(plan.effective_on))


@transaction.atomic
def decide(
    event: AgencyEvent, choices: Mapping[tuple[str, str], str], *, by: Actor
) -> AgencyEvent:
    """Say for things what becomes of each; who decides last is the one who plans.

    choices: by kind and key of the thing the key of the heir's change, `ENDS`, which
    accepts that it ends, or `OPEN`. An approval that was given lapses.

    Raises NotAllowedError, PlanClosedError, OwnRightPassesError, or whatever would
    refuse to be applied.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    found = locked(event)
    present = {(row.kind.code, row.thing.key): row for row in preview.build(found).rows}
    takers = {str(change.pk): change for change in found.changes.filter(gives=False)}
    for name, choice in choices.items():
        row = present.get(name)
        if row is not None:
            _decide_one(found, row, choice, takers, by)
    found.planned_by, found.approved_by = by.person, None
    found.approved_at, found.approved_preview = None, ""
    if found.effective_on >= clock.today():
        found.state = State.PLANNED
    found.save()
    if by.person.pk in preview.build(found).own_rights:
        raise OwnRightPassesError
    rehearse(found)
    _record(found, "access.reorganisation_decided", by, points=len(choices))
    return found


def _decide_one(
    event: AgencyEvent,
    row: preview.Row,
    choice: str,
    takers: Mapping[str, AgencyChange],
    by: Actor,
) -> None:
    kind, key = row.kind.code, row.thing.key
    if choice == OPEN:
        Inheritance.objects.filter(event=event, kind=kind, key=key).delete()
        return
    heir = takers.get(choice) if row.kind.may_pass else None
    if choice != ENDS and heir is None:
        return
    if heir is not None and row.thing.person and not posts.appoints(by.person):
        raise NotAllowedError
    Inheritance.objects.update_or_create(
        event=event,
        kind=kind,
        key=key,
        defaults={"heir": heir, "is_accepted": heir is None},
    )


@transaction.atomic
def withdraw(event: AgencyEvent, *, by: Actor, reason: str) -> AgencyEvent:
    """Take back what is not in effect yet; it stays on record as withdrawn.

    Raises NotAllowedError or PlanClosedError.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    found = locked(event)
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    _record(found, "access.reorganisation_withdrawn", by, reason=reason)
    return found


def locked(event: AgencyEvent) -> AgencyEvent:
    """Return the reorganisation as it is now, locked and still open.

    Raises PlanClosedError if it is in effect or withdrawn.
    """
    found = AgencyEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if found.state not in OPEN_STATES:
        raise PlanClosedError(state=found.get_state_display())
    return found


def concerned(event: AgencyEvent) -> Iterable[Agency]:
    """Return the agencies that it is about, as far as they exist."""
    return Agency.objects.filter(changes__event=event).distinct()


def _record(event: AgencyEvent, act: str, by: Actor, **details: object) -> None:
    audit.record(
        event,
        act,
        by=by,
        agency=None,
        reference=event.decision_number,
        agencies=[str(change) for change in event.changes.select_related("agency")],
        effective_on=event.effective_on.isoformat(),
        decision=event.decision_number,
        **details,
    )


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
