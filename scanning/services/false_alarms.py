"""A false alarm: proposed by an officer who has a copy, confirmed by a second person.

All copies of the bytes go at once, and those that come later, as long as it is the same
signature that strikes. Nobody learns who else has one.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4 and 12.5.
"""

from django.db import IntegrityError, transaction

from access import audit
from access.actors import Actor
from access.models import Agency, AgencyFunction, Function
from access.refusals import NoAuthorityError
from portal.core import clock
from portal.core.errors import SecondPersonError, TransitionError
from portal.core.text import nfc
from scanning import fate, telling
from scanning.models import Attachment, AttachmentState, FalseAlarm
from scanning.openness import is_merely_protected
from scanning.refusals import AlreadyProposedError, NoFalseAlarmError
from scanning.services.standing import lock_held, signature_of, speaking_for
from scanning.verdicts import Verdict

_NEVER = {Verdict.SECRECY_SUSPECTED, Verdict.ERROR, Verdict.CLEAN}
_STATE = FalseAlarm.State


def coordinator() -> Agency | None:
    """Return the agency that coordinates today, or None if none is on record."""
    try:
        return AgencyFunction.objects.holder(Function.INCIDENT_COORDINATOR)
    except NoAuthorityError:
        return None


def can_be_one(attachment: Attachment) -> bool:
    """Tell whether the verdict of a held file can be called a false alarm at all."""
    if attachment.verdict in _NEVER or not attachment.is_held:
        return False
    return attachment.disposed_at is None and not is_merely_protected(attachment)


@transaction.atomic
def propose(attachment: Attachment, *, by: Actor, reason: str) -> FalseAlarm:
    """Say that the verdict on one's own copy is wrong; a second person decides.

    Raises NotAllowedError, NotHeldError, NoFalseAlarmError or AlreadyProposedError.
    """
    locked = lock_held(attachment)
    agency = speaking_for(by, "attachments.release", telling.concerned(locked))
    return propose_locked(locked, agency, by=by, reason=reason)


def propose_locked(
    locked: Attachment, agency: Agency, *, by: Actor, reason: str
) -> FalseAlarm:
    """As `propose`, for a file that the caller has locked, and an agency it knows."""
    if not can_be_one(locked):
        raise NoFalseAlarmError(name=locked.name)
    try:
        with transaction.atomic():
            alarm = FalseAlarm.objects.create(
                sha256=locked.sha256,
                signature=signature_of(locked),
                verdict=locked.verdict,
                agency=agency,
                reason=nfc(reason),
                proposed_by=by.person,
            )
    except IntegrityError:
        raise AlreadyProposedError(name=locked.name) from None
    audit.record(
        alarm,
        "scanning.false_alarm_proposed",
        by=by,
        agency=agency,
        sha256=alarm.sha256,
        signature=alarm.signature,
        reason=alarm.reason,
    )
    telling.tell_false_alarm_proposed(alarm, coordinator())
    return alarm


@transaction.atomic
def confirm(alarm: FalseAlarm, *, by: Actor, note: str) -> int:
    """Confirm it: every copy held for this goes at once. Return how many went.

    Raises NotAllowedError, SecondPersonError or TransitionError.
    """
    locked = _decided(alarm, _STATE.CONFIRMED, by=by, note=note)
    released = 0
    for copy in _copies_held_for(locked):
        decision = fate.false_alarm_decision(locked, copy)
        fate.release(copy, Actor.system(fate.SCANNER, copy.keeper), decision=decision)
        telling.tell_released(copy, decision)
        released += 1
    return released


@transaction.atomic
def refuse(alarm: FalseAlarm, *, by: Actor, note: str) -> None:
    """Refuse it: every copy stays held.

    Raises NotAllowedError, SecondPersonError or TransitionError.
    """
    _decided(alarm, _STATE.REFUSED, by=by, note=note)


def _decided(
    alarm: FalseAlarm, state: FalseAlarm.State, *, by: Actor, note: str
) -> FalseAlarm:
    locked = (
        FalseAlarm.objects.select_for_update(of=("self",))
        .select_related("agency", "proposed_by")
        .get(pk=alarm.pk)
    )
    holder = speaking_for(
        by,
        "attachments.clear",
        list(Agency.objects.where(by.person, "attachments.clear")),
    )
    if locked.proposed_by == by.person:
        raise SecondPersonError
    if locked.state != _STATE.PROPOSED:
        raise TransitionError(was=locked.get_state_display(), wanted=state.label)
    locked.state = state
    locked.decided_by = by.person
    locked.decided_at = clock.now()
    locked.decision_note = nfc(note)
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    audit.record(
        locked,
        f"scanning.false_alarm_{state.value}",
        by=by,
        agency=holder,
        sha256=locked.sha256,
        signature=locked.signature,
        reason=locked.decision_note,
    )
    telling.tell_false_alarm_decided(locked)
    return locked


def _copies_held_for(alarm: FalseAlarm) -> list[Attachment]:
    """Lock and return the held copies of which the same signature says the same."""
    held = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("keeper", "agency", "message", "submitted_by")
        .filter(
            sha256=alarm.sha256,
            verdict=alarm.verdict,
            state=AttachmentState.HELD,
            disposed_at=None,
        )
        .order_by("pk")
    )
    return [each for each in held if signature_of(each) == alarm.signature]
