"""A named officer of the recipient lets a protected file go, with a reason.

Its verdict stays "cannot be scanned", on every page and receipt.
Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2 and 12.1.
"""

from django.db import transaction

from access import audit
from access.actors import Actor
from portal.core.errors import SecondPersonError
from portal.core.text import nfc
from scanning import fate, telling
from scanning.models import Attachment, ReleaseDecision
from scanning.refusals import NotEncryptedError
from scanning.services.standing import deciding_agencies, lock_held, speaking_for
from scanning.verdicts import Verdict

_PROTECTED = {"encrypted"}


def is_merely_protected(attachment: Attachment) -> bool:
    """Tell whether nothing stands against a held file but its password."""
    if attachment.verdict != Verdict.UNSCANNABLE:
        return False
    found = {one.code for one in attachment.last_scan_findings if not one.is_note}
    return found == _PROTECTED


@transaction.atomic
def release_protected(
    attachment: Attachment, *, by: Actor, reason: str
) -> ReleaseDecision:
    """Let a file go that is held only because a password protects it.

    The caller has found it through `handled_by`, and the person proved himself just
    now. Nobody releases what he sent in himself.

    Raises NotAllowedError, SecondPersonError, NotHeldError or NotEncryptedError.
    """
    locked = lock_held(attachment)
    agency = speaking_for(by, "attachments.release", deciding_agencies(locked))
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
    fate.release(locked, by, decision=decision)
    telling.tell_released(locked, decision)
    return decision
