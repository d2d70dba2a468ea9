"""The bytes of a held file are destroyed by two persons; its record stays for ever.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 13.4.d.
"""

from django.db import IntegrityError, transaction

from access import audit
from access.actors import Actor
from portal.core import clock
from portal.core.errors import SecondPersonError, TransitionError
from portal.core.text import nfc
from scanning import openness, retention, sealing, telling
from scanning.models import Attachment, Disposal
from scanning.refusals import (
    AlreadyProposedError,
    KeptError,
    OpenToSomebodyError,
    StillObjectedError,
)
from scanning.services.standing import lock_held

_STATE = Disposal.State


@transaction.atomic
def propose(
    attachment: Attachment, *, by: Actor, reason: str, decision_number: str = ""
) -> Disposal:
    """Propose to destroy the bytes of a file that one's agency keeps.

    Raises NotAllowedError, NotHeldError, StillObjectedError, KeptError or
    AlreadyProposedError.
    """
    locked = lock_held(attachment)
    by.require("attachments.release", locked.keeper)
    _require_free(locked)
    try:
        with transaction.atomic():
            disposal = Disposal.objects.create(
                attachment=locked,
                agency=locked.keeper,
                reason=nfc(reason),
                decision_number=nfc(decision_number),
                proposed_by=by.person,
            )
    except IntegrityError:
        raise AlreadyProposedError(name=locked.name) from None
    _note(disposal, "scanning.disposal_proposed", by, disposal.reason)
    telling.tell_disposal_proposed(disposal)
    return disposal


@transaction.atomic
def confirm(disposal: Disposal, *, by: Actor, note: str) -> None:
    """Confirm it: the bytes go as soon as this is stored.

    Raises NotAllowedError, SecondPersonError, TransitionError, NotHeldError,
    StillObjectedError or KeptError.
    """
    attachment = lock_held(disposal.attachment)
    _require_free(attachment)
    _decide(disposal, _STATE.CONFIRMED, by=by, note=note)
    attachment.disposed_at = clock.now()
    # While this is set, something lies in the store: the sweep removes what a crash
    # between this act and the next line has left.
    attachment.sealed_at = attachment.sealed_at or clock.now()
    attachment.save(update_fields=["disposed_at", "sealed_at"])
    transaction.on_commit(lambda: _forget(attachment))


@transaction.atomic
def refuse(disposal: Disposal, *, by: Actor, note: str) -> None:
    """Refuse it: the file stays as it is, held.

    Raises NotAllowedError, SecondPersonError or TransitionError.
    """
    _decide(disposal, _STATE.REFUSED, by=by, note=note)


def forget_due(limit: int) -> int:
    """Remove bytes whose destruction a crash cut short; return how many."""
    due = Attachment.objects.filter(disposed_at__isnull=False, sealed_at__isnull=False)
    left = list(due.order_by("pk")[:limit])
    for attachment in left:
        _forget(attachment)
    return len(left)


def _forget(attachment: Attachment) -> None:
    sealing.forget(attachment)
    Attachment.objects.filter(pk=attachment.pk).update(sealed_at=None)


def _require_free(attachment: Attachment) -> None:
    if attachment.objections.filter(outcome="").exists():
        raise StillObjectedError(name=attachment.name)
    if openness.decisions(attachment):
        raise OpenToSomebodyError(name=attachment.name)
    if why := retention.reason_for(attachment):
        raise KeptError(name=attachment.name, why=why)


def _decide(disposal: Disposal, state: Disposal.State, *, by: Actor, note: str) -> None:
    locked = (
        Disposal.objects.select_for_update(of=("self",))
        .select_related("agency", "attachment__keeper", "proposed_by")
        .get(pk=disposal.pk)
    )
    by.require("attachments.dispose", locked.attachment.keeper)
    if locked.proposed_by == by.person:
        raise SecondPersonError
    if locked.state != _STATE.PROPOSED:
        raise TransitionError(was=locked.get_state_display(), wanted=state.label)
    locked.state = state
    locked.decided_by = by.person
    locked.decided_at = clock.now()
    locked.decision_note = nfc(note)
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    _note(locked, f"scanning.disposal_{state.value}", by, locked.decision_note)
    telling.tell_disposal_decided(locked)


def _note(disposal: Disposal, event: str, by: Actor, reason: str) -> None:
    audit.record(
        disposal.attachment,
        event,
        by=by,
        agency=disposal.attachment.keeper,
        sha256=disposal.attachment.sha256,
        decision=disposal.decision_number,
        reason=reason,
    )
