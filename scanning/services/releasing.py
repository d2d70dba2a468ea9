"""A named officer of the recipient lets a protected file go, with a reason.

He decides for his own agency alone: to every other recipient the file stays held until
an officer there has decided, too. Its verdict stays "cannot be scanned", on every page
and receipt.
Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2 and 12.1.
"""

from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency
from portal.core.errors import SecondPersonError
from portal.core.text import nfc
from scanning import fate, openness, signals, telling
from scanning.models import Attachment, ReleaseDecision
from scanning.openness import is_merely_protected
from scanning.refusals import NotEncryptedError, OpenAlreadyError
from scanning.services.standing import deciding_agencies, lock_held, speaking_for


@transaction.atomic
def release_protected(
    attachment: Attachment, *, by: Actor, reason: str
) -> ReleaseDecision:
    """Let a file go that is held only because a password protects it.

    The caller has found it through `handled_by`, and the person proved himself just
    now. Nobody releases what he sent in himself.

    Raises NotAllowedError, SecondPersonError, NotHeldError, OpenAlreadyError or
    NotEncryptedError.
    """
    locked = lock_held(attachment)
    agency = _deciding_for(locked, by)
    if not is_merely_protected(locked):
        raise NotEncryptedError(name=locked.name)
    if locked.submitted_by == by.person:
        raise SecondPersonError
    decision = ReleaseDecision.objects.create(
        attachment=locked,
        ground=ReleaseDecision.Ground.OFFICER,
        reason=nfc(reason),
        decided_by=by.person,
        agency=agency,
    )
    audit.record(
        locked,
        "scanning.release_decided",
        by=by,
        agency=agency,
        ground=decision.ground,
        reason=decision.reason,
        sha256=locked.sha256,
    )
    open_to(locked, decision, by=by)
    return decision


def open_to(locked: Attachment, decision: ReleaseDecision, *, by: Actor) -> None:
    """Open a locked file to the agency of a decision just stored.

    When the last agency that receives it has decided, it is released for all.
    """
    if locked.message_id is None or not undecided(locked):
        fate.release(locked, by, decision=decision)
        telling.tell_released(locked, decision)
        return
    signals.attachment_opened_to.send(
        Attachment, attachment=locked, agency=decision.agency, by=by
    )
    telling.tell_opened_to(locked, decision)


def undecided(attachment: Attachment) -> list[Agency]:
    """Return the agencies whose officers have not let a protected file go yet."""
    opened = openness.opened_agencies(attachment)
    return [each for each in deciding_agencies(attachment) if each.pk not in opened]


def _deciding_for(locked: Attachment, by: Actor) -> Agency:
    """Return for which agency the person decides: one that has not decided yet."""
    asked = speaking_for(by, "attachments.release", deciding_agencies(locked))
    waiting = undecided(locked)
    if asked in waiting:
        return asked
    for agency in waiting:
        if by.may("attachments.release", agency):
            return agency
    raise OpenAlreadyError(name=locked.name)
