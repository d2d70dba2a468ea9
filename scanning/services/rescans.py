"""New signatures look at what was released under older ones.

One duty for all copies of the same bytes; most spread first, then newest. New files go
first: a slice of this ends as soon as one waits, but never before it has done one.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 13.5.d.
"""

import logging
import time
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q

from access import audit
from access.actors import Actor
from portal.core import clock
from portal.core.models import SweepRun
from scanning import engine, fate, judging, openness
from scanning.inspection import extension
from scanning.judging import Decision, judge
from scanning.models import (
    Attachment,
    AttachmentState,
    FalseAlarm,
    QuarantineRule,
    RescanDuty,
    Scan,
    ScanDuty,
    SignatureSet,
)
from scanning.services import recalls
from scanning.services.standing import signature_of
from scanning.verdicts import Found, Verdict

logger = logging.getLogger(__name__)
PLANS_AT_ONCE = 500
SLICE_SECONDS = 5.0
RECALLED, _SUPERSEDED = "recalled", "superseded"


def present_signatures() -> SignatureSet | None:
    """Return the signatures that the engine proves now, noted when first seen.

    None: it does not work, or nothing is released under what it has.
    """
    status = engine.status()
    if not status.is_releasing:
        return None
    found, is_new = SignatureSet.objects.get_or_create(
        digest=status.signatures.digest,
        defaults={
            "description": status.signatures.description[:200],
            "kind": status.signatures.kind,
            "built_at": status.signatures.built_at,
        },
    )
    if is_new:
        logger.info("new_signatures", extra={"signatures": found.pk})
    return found


def plan(signatures: SignatureSet, limit: int = PLANS_AT_ONCE) -> int:
    """Write duties for released bytes that these signatures have not seen.

    Duties towards older signatures fall away. Safe to run twice at once.
    """
    RescanDuty.objects.undone().exclude(signature_digest=signatures.digest).update(
        done_at=clock.now(), last_error=_SUPERSEDED
    )
    planned = RescanDuty.objects.filter(
        sha256=OuterRef("sha256"), signature_digest=signatures.digest
    )
    waiting: list[dict[str, Any]] = []
    for unseen, moment in (
        (_unseen(signatures.digest), "released_at"),
        (_partly_unseen(signatures.digest), "scanned_at"),
    ):
        found = (
            unseen.exclude(Exists(planned))
            .order_by()
            .values("sha256")
            .annotate(copies=Count("pk"), newest=Max(moment))
            .order_by("-copies", "-newest")[:limit]
        )
        waiting += found
    duties = [
        RescanDuty(
            sha256=each["sha256"],
            signature_digest=signatures.digest,
            copies=each["copies"],
            newest_at=each["newest"],
        )
        for each in waiting
    ]
    RescanDuty.objects.bulk_create(duties, ignore_conflicts=True)
    return len(duties)


def sweep() -> int:
    """Do a slice of what is due; return how many bytes were scanned again."""
    signatures, done = present_signatures(), 0
    if signatures is not None:
        if not due():
            plan(signatures)
        end = time.monotonic() + SLICE_SECONDS
        for pk in due():
            done += bool(take(pk))
            if time.monotonic() > end or ScanDuty.objects.claimable().exists():
                break
    SweepRun.mark("rescans", done)
    return done


def due() -> list[int]:
    """Return the duties to do now, in their order, at most so many at once."""
    waiting = RescanDuty.objects.claimable()
    return list(waiting.values_list("pk", flat=True)[:PLANS_AT_ONCE])


def take(pk: int) -> str:
    """Claim a duty and do it; return what came of it, empty if it was not ours."""
    if not RescanDuty.objects.claim(pk):
        return ""
    duty = RescanDuty.objects.get(pk=pk)
    try:
        with duty.renewed():
            return _do(duty)
    except Exception as error:
        # Bytes that break us must not stop those behind them.
        logger.exception("rescan_broke", extra={"duty": pk})
        duty.postpone(type(error).__name__)
        return Verdict.ERROR


def _do(duty: RescanDuty) -> str:
    """Scan one copy for each extension, and settle what it says for all of them."""
    outcome: str = Verdict.CLEAN
    looked_at: set[int] = set()
    while copies := _copies(duty, looked_at):
        first = copies[0]
        decision = judge(first)
        if decision.bytes_changed or decision.fault == judging.UNREADABLE:
            _hold_changed(first)
            continue
        if decision.verdict == Verdict.ERROR or decision.proof is None:
            if decision.verdict == Verdict.ERROR:
                duty.postpone(decision.fault or "signatures")
                return Verdict.ERROR
        elif decision.proof.signatures.digest != duty.signature_digest:
            break  # others have come meanwhile; there will be a duty for them
        alike = extension(first.name)
        same = [each for each in copies if extension(each.name) == alike]
        looked_at.update(each.pk for each in same)
        if _settle(first.pk, [each.pk for each in same], decision):
            outcome = RECALLED
        elif decision.proof is None:
            break  # the engine was not asked, so nothing more can be learned
    duty.finish()
    return outcome


def _copies(duty: RescanDuty, looked_at: set[int]) -> list[Attachment]:
    """Return the copies of a duty's bytes still to be looked at, the newest first.

    What was let go after its password was given is looked at as it lies, locked: that
    finds what is known by its outside, and vouches for nothing inside.
    """
    found: list[Attachment] = []
    for unseen in (
        _unseen(duty.signature_digest),
        _partly_unseen(duty.signature_digest),
    ):
        rows = unseen.filter(sha256=duty.sha256).exclude(pk__in=looked_at)
        rows = rows.select_related(
            "agency", "keeper", "message", "submitted_by", "release"
        )
        found += rows.order_by("-released_at")
    return found


@transaction.atomic
def _settle(first: int, keys: list[int], decision: Decision) -> bool:
    """Store what the scan says of these copies; return whether they were recalled."""
    released = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("agency", "keeper", "message", "submitted_by")
        .filter(
            Q(state=AttachmentState.RELEASED) | Q(pk__in=openness.partly().values("pk"))
        )
    )
    rows = released.filter(pk__in=keys).order_by("pk")
    seen = [each for each in rows if openness.is_out(each)]
    seen.sort(key=lambda each: each.pk != first)
    if not seen:
        return False
    if not _is_accepted(seen[0], decision):
        same = released.filter(sha256=seen[0].sha256).exclude(pk=seen[0].pk)
        found_by = fate.record(seen[0], decision)
        others = [each for each in same if openness.is_out(each)]
        others = [each for each in others if not _is_accepted(each, decision)]
        recalls.call_back([seen[0], *others], decision, found_by)
        return True
    attempt: Scan | None = None
    for copy in seen:
        if not _is_accepted(copy, decision):
            continue
        again = decision
        if attempt is not None:
            again = replace(decision, reused=attempt, reuse_key="")
        if was_opened(copy) and decision.verdict != Verdict.CLEAN:
            # Its verdict, its signatures and its proof stay those of the open copy.
            scan = fate.record(Attachment.objects.get(pk=copy.pk), again)
        else:
            scan = fate.record(copy, again)
            _keep(copy, decision)
        attempt = attempt or scan
    return False


def _is_accepted(copy: Attachment, decision: Decision) -> bool:
    """Tell whether the copy may stay released: clean, or decided on for the same."""
    if decision.verdict == Verdict.CLEAN:
        return True
    alarm = FalseAlarm.objects.covering(
        copy.sha256, decision.signature, decision.verdict
    )
    if alarm is not None:
        return True
    if was_opened(copy) and _is_merely_locked(decision):
        return True
    is_same = decision.verdict == copy.verdict
    return (
        (copy.release_id is not None or bool(openness.decisions(copy)))
        and is_same
        and signature_of(copy) == decision.signature
    )


def _keep(copy: Attachment, decision: Decision) -> None:
    """Let a copy stay released; by reference to a false alarm, if there is one."""
    if copy.is_held:  # open to some of its recipients, and stays so
        if decision.verdict == Verdict.CLEAN:
            copy.verdict = Verdict.CLEAN
            fate.release(copy, Actor.system(fate.SCANNER, copy.keeper))
        else:
            copy.save_fate()
        return
    if decision.verdict == Verdict.CLEAN:
        copy.verdict, copy.release = Verdict.CLEAN, None
    elif copy.release_id is None:
        alarm = FalseAlarm.objects.covering(
            copy.sha256, decision.signature, decision.verdict
        )
        if alarm is None:
            raise ValueError(f"nobody has decided on {copy.pk}")
        copy.verdict = decision.verdict
        copy.release = fate.false_alarm_decision(alarm, copy)
        audit.record(
            copy,
            "scanning.release_decided",
            by=Actor.system(fate.SCANNER, copy.keeper),
            agency=copy.keeper,
            ground=copy.release.ground,
            sha256=copy.sha256,
        )
    copy.save_fate()


@transaction.atomic
def _hold_changed(attachment: Attachment) -> None:
    locked = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("keeper", "message", "submitted_by")
        .get(pk=attachment.pk)
    )
    if locked.is_held and not openness.decisions(locked):
        return
    locked.verdict = Verdict.ERROR
    found = (Found("bytes_changed"),)
    by = Actor.system(fate.SCANNER, locked.keeper)
    fate.hold(locked, QuarantineRule.INTEGRITY, found, by=by)


def _unseen(digest: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a queryset of attachments)
    """Keep what was released and these signatures have not seen, by the index."""
    other = Q(signature_digest__lt=digest) | Q(signature_digest__gt=digest)
    return Attachment.objects.filter(other, state=AttachmentState.RELEASED)


def _partly_unseen(digest: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a queryset of attachments)
    """Keep what is open to some recipients and these signatures have not seen."""
    return openness.partly().exclude(signature_digest=digest)


def was_opened(copy: Attachment) -> bool:
    """Tell whether a file is released because a scan saw it with its password."""
    if copy.verdict != Verdict.CLEAN or not copy.is_released:
        return False
    return copy.scans.filter(with_password=True, verdict=Verdict.CLEAN).exists()


def blindness(copy: Attachment) -> str:
    """Return why newer signatures cannot see all of a file; empty if they can.

    "locked": a password hides its content. "unseen": it was too much for the scanner,
    or broken, and people let it go.
    """
    if copy.verdict != Verdict.UNSCANNABLE:
        return "locked" if was_opened(copy) else ""
    codes = {one.code for one in copy.last_scan_findings}
    return "locked" if "encrypted" in codes else "unseen"


def _is_merely_locked(decision: Decision) -> bool:
    held_for = {one.code for one in decision.found if one.verdict != Verdict.CLEAN}
    return decision.verdict == Verdict.UNSCANNABLE and held_for == {"encrypted"}
