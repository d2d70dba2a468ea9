"""The sender gives the password for one scan: used once, in memory, kept nowhere.

What is released is the protected original, byte for byte (Điều 10); the opened copy has
no name, is written over and closed as soon as the scan has seen it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2, 10 and 12.1.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from access import audit
from access.actors import Actor
from access.models import AuditEntry
from portal.core import clock
from portal.core.errors import NotAllowedError
from scanning import fate, openness, sealing, store, telling, unlocking
from scanning.judging import Decision, judge_opened
from scanning.models import Attachment, AttachmentState, Scan
from scanning.openness import is_merely_protected
from scanning.refusals import (
    BytesChangedError,
    CannotOpenError,
    NotEncryptedError,
    NotScannedNowError,
    TooManyPasswordsError,
    WrongPasswordError,
)
from scanning.services import recalls
from scanning.services.standing import lock_held
from scanning.verdicts import Verdict

MOST_TRIES = 5
_PROVED = {Verdict.INFECTED, Verdict.SECRECY_SUSPECTED}
WITHIN = timedelta(minutes=15)


@sensitive_variables("password")
def scan_with_password(
    attachment: Attachment, *, by: Actor, password: str
) -> Attachment:
    """Look into a protected file with its password, and act on what the scan says.

    Raises NotAllowedError, NotHeldError, NotEncryptedError, TooManyPasswordsError,
    WrongPasswordError, CannotOpenError, BytesChangedError or NotScannedNowError; then
    nothing has changed but the count of tries.
    """
    locked = _begin(attachment, by)
    with (
        sealing.open_bytes(locked) as source,
        _opened(source, locked, password) as plain,
    ):
        decision = judge_opened(locked, plain)
    if decision.verdict == Verdict.ERROR:
        raise NotScannedNowError
    return _settle(locked, decision, by)


@transaction.atomic
def _begin(attachment: Attachment, by: Actor) -> Attachment:
    """Note the try before it is made, so that many at once do not pass the limit."""
    allowed = Attachment.objects.openable_by(by.person)
    if not allowed.filter(pk=attachment.pk).exists():
        raise NotAllowedError
    locked = lock_held(attachment)
    if not is_merely_protected(locked):
        raise NotEncryptedError(name=locked.name)
    tries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Attachment),
        object_id=locked.pk,
        event="scanning.password_tried",
        timestamp__gt=clock.now() - WITHIN,
    )
    if tries.count() >= MOST_TRIES:
        raise TooManyPasswordsError(minutes=int(WITHIN.total_seconds() // 60))
    audit.record(locked, "scanning.password_tried", by=by, agency=locked.keeper)
    return locked


@contextmanager
@sensitive_variables("password")
def _opened(
    source: IO[bytes], attachment: Attachment, password: str
) -> Iterator[IO[bytes]]:
    if store.hash_of(source) != attachment.sha256:
        raise BytesChangedError(name=attachment.name)
    with sealing.nameless() as plain:
        try:
            unlocking.unlock(source, password, plain)
            yield plain
        except unlocking.WrongPasswordError:
            raise WrongPasswordError from None
        except unlocking.CannotUnlockError:
            raise CannotOpenError from None
        finally:
            unlocking.wipe(plain)


def _call_back_others(
    attachment: Attachment, decision: Decision, attempt: Scan
) -> None:
    """Call back what people let go of the same bytes: now it is known what is inside.

    An engine that found malware under a password proves it of every copy.
    """
    if decision.verdict not in _PROVED:
        return
    released = Q(state=AttachmentState.RELEASED)
    released |= Q(pk__in=openness.partly().values("pk"))
    copies = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("agency", "keeper", "message", "submitted_by")
        .filter(released, sha256=attachment.sha256)
        .exclude(pk=attachment.pk)
        .order_by("pk")
    )
    if found := [each for each in copies if openness.is_out(each)]:
        recalls.call_back(found, decision, attempt)


@transaction.atomic
def _settle(attachment: Attachment, decision: Decision, by: Actor) -> Attachment:
    locked = lock_held(attachment)
    if not is_merely_protected(locked):
        raise NotEncryptedError(name=locked.name)
    media_type = locked.media_type
    attempt = fate.record(locked, decision)
    locked.verdict = decision.verdict
    locked.media_type = decision.media_type or media_type
    if decision.verdict == Verdict.CLEAN:
        fate.release(locked, by)
    else:
        scanner = Actor.system(fate.SCANNER, locked.keeper)
        rule = fate.rule_for(decision)
        fate.hold(locked, rule, decision.found, by=scanner, scan=attempt)
        _call_back_others(locked, decision, attempt)
    telling.tell_opened(locked, str(Verdict(decision.verdict).label))
    return locked
