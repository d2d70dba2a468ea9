"""“This was blocked without right”: the objection, its clock and its answer.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.dispatch import receiver

from access import audit
from access.actors import Actor
from access.models import Agency, ReportingLine
from portal.core import clock
from portal.core.errors import SecondPersonError, TransitionError
from portal.core.models import SweepRun
from portal.core.text import nfc
from scanning import fate, openness, signals, telling
from scanning.models import AnswerLimit, Attachment, Objection, ReleaseDecision
from scanning.refusals import (
    NoFalseAlarmError,
    SecrecyStaysError,
    StillObjectedError,
)
from scanning.services import false_alarms, releasing
from scanning.services.standing import deciding_agencies, lock_held, speaking_for
from scanning.verdicts import Verdict

PORTAL = "objections"
TAKES = 100
# What one person alone never lets go, upheld or not: it becomes a proposed false alarm.
_NEEDS_TWO = {"program", "member"}
_Outcome = Objection.Outcome
ANSWERS = (_Outcome.UPHELD, _Outcome.REJECTED)


@transaction.atomic
def make(attachment: Attachment, *, by: Actor, reason: str) -> Objection:
    """Object to the holding of a file of one's own agency; the clock starts.

    Raises NotAllowedError, NotHeldError or StillObjectedError.
    """
    locked = lock_held(attachment)
    agency = speaking_for(by, "attachments.read", telling.concerned(locked))
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                attachment=locked,
                agency=agency,
                made_by=by.person,
                reason=nfc(reason),
                answers=_first_to_answer(locked, agency),
                due_at=_due_from(clock.now()),
            )
    except IntegrityError:
        raise StillObjectedError(name=locked.name) from None
    audit.record(
        locked,
        "scanning.objected",
        by=by,
        agency=agency,
        reason=objection.reason,
        sha256=locked.sha256,
    )
    telling.tell_objection(objection)
    return objection


@transaction.atomic
def answer(
    objection: Objection, *, by: Actor, outcome: Objection.Outcome, words: str
) -> None:
    """Answer for the agency that must: uphold and release, or reject with a reason.

    Upheld on malware or a program, the file stays held and a false alarm is proposed:
    that takes two persons. Nobody answers his own objection, or frees what he sent.

    Raises NotAllowedError, SecondPersonError, TransitionError, NotHeldError or
    SecrecyStaysError.
    """
    attachment = lock_held(objection.attachment)
    locked = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("agency", "answers", "made_by", "attachment")
        .get(pk=objection.pk)
    )
    by.require("attachments.release", locked.answers)
    if locked.outcome:
        raise TransitionError(was=locked.get_outcome_display(), wanted=outcome.label)
    upheld = outcome == _Outcome.UPHELD
    if by.person == locked.made_by or (upheld and by.person == attachment.submitted_by):
        raise SecondPersonError
    locked.outcome, locked.answer = outcome, nfc(words)
    locked.answered_by, locked.answered_at = by.person, clock.now()
    locked.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit.record(
        attachment,
        "scanning.objection_answered",
        by=by,
        agency=locked.answers,
        outcome=outcome.value,
        reason=locked.answer,
    )
    if upheld:
        _uphold(attachment, locked, by)
    telling.tell_objection_answered(locked)


def sweep() -> int:
    """Pass every objection upwards that nobody answered in time; return how many."""
    due = Objection.objects.open().filter(due_at__lte=clock.now())
    taken = sum(_pass_up(pk) for pk in list(due.values_list("pk", flat=True)[:TAKES]))
    SweepRun.mark("objections", taken)
    return taken


@transaction.atomic
def _pass_up(pk: int) -> bool:
    locked = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("answers", "agency", "made_by", "attachment__keeper")
        .get(pk=pk)
    )
    if locked.outcome or locked.due_at > clock.now():
        return False
    silent = locked.answers
    locked.answers = _above(silent)
    locked.due_at = _due_from(clock.now())
    locked.escalations += 1
    locked.save(update_fields=["answers", "due_at", "escalations"])
    audit.record(
        locked.attachment,
        "scanning.objection_passed_up",
        by=Actor.system(PORTAL, silent),
        agency=silent,
        to_agency=locked.answers.name,
        escalations=locked.escalations,
    )
    telling.tell_objection_passed_up(locked, silent)
    return True


def _above(silent: Agency) -> Agency:
    """Return the superior of today; above the last one the coordinator, who stays."""
    coordinator = false_alarms.coordinator()
    if silent == coordinator:
        return silent
    return ReportingLine.objects.superior_of(silent) or coordinator or silent


def _first_to_answer(attachment: Attachment, objecting: Agency) -> Agency:
    """Return who must answer: whoever decides on the release, one's own agency first.

    Of a message that is the recipient: a sender does not free his own file.
    """
    decide = deciding_agencies(attachment)
    return objecting if objecting in decide else decide[0]


@receiver(signals.attachment_released, dispatch_uid="objections-settled")
def settle(attachment: Attachment, *, was_held: bool, **_facts: object) -> None:
    """End what was objected to a file that people or a new scan let go meanwhile.

    What was objected to is no more, so nobody owes an answer; who objected is told.
    """
    if not was_held:
        return
    waiting = Objection.objects.select_for_update(of=("self",)).open()
    for each in waiting.filter(attachment=attachment).select_related(
        "agency", "answers", "made_by", "attachment"
    ):
        each.outcome, each.answered_at = _Outcome.SETTLED, clock.now()
        each.save(update_fields=["outcome", "answered_at"])
        audit.record(
            attachment,
            "scanning.objection_settled",
            by=Actor.system(PORTAL, each.answers),
            agency=each.answers,
        )
        telling.tell_objection_answered(each)


def _due_from(moment: datetime) -> datetime:
    """Return when an answer is due; at once if no limit is on record."""
    limit = AnswerLimit.objects.in_force().order_by("-starts_on").first()
    return moment + timedelta(hours=limit.hours if limit else 0)


def _opened_for(attachment: Attachment, objection: Objection) -> Agency:
    """Return to which agency alone a protected file goes: it answers, or objected."""
    decide = deciding_agencies(attachment)
    for agency in (objection.answers, objection.agency):
        if agency in decide:
            return agency
    return decide[0]


def _uphold(attachment: Attachment, objection: Objection, by: Actor) -> None:
    if attachment.verdict == Verdict.SECRECY_SUSPECTED:
        raise SecrecyStaysError(name=attachment.name)
    if attachment.verdict == Verdict.ERROR:  # other bytes than those received
        raise NoFalseAlarmError(name=attachment.name)
    codes = {one.code for one in attachment.last_scan_findings}
    if attachment.verdict == Verdict.INFECTED or codes & _NEEDS_TWO:
        false_alarms.propose_locked(
            attachment, objection.answers, by=by, reason=objection.answer
        )
        return
    is_protected = openness.is_merely_protected(attachment)
    agency = objection.answers
    if is_protected:  # nobody looked into it, so each agency decides for itself
        agency = _opened_for(attachment, objection)
    decision = ReleaseDecision.objects.create(
        attachment=attachment,
        ground=ReleaseDecision.Ground.OBJECTION,
        reason=objection.answer,
        decided_by=by.person,
        agency=agency,
        objection=objection,
    )
    if is_protected:
        audit.record(
            attachment,
            "scanning.release_decided",
            by=by,
            agency=agency,
            ground=decision.ground,
            reason=decision.reason,
            sha256=attachment.sha256,
        )
        releasing.open_to(attachment, decision, by=by)
        return
    fate.release(attachment, by, decision=decision)
    telling.tell_released(attachment, decision)
