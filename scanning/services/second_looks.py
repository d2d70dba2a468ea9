"""Newer signatures look at what older ones called malware: some were mistaken.

A file that is held for a mistake is blocked without right. If the same bytes came in
today, they would pass; so those that lie here pass too, with their entries and notices.
What our own inspection holds, what may be a secret and what locks itself stays: new
signatures say nothing of it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 12.4.
"""

import time

from django.db import transaction

from access.actors import Actor
from scanning import fate, telling
from scanning.judging import Decision, judge
from scanning.models import Attachment, AttachmentState, Decided, Disposal, ScanDuty
from scanning.querysets import AttachmentQuerySet
from scanning.services.rescans import SLICE_SECONDS, present_signatures
from scanning.verdicts import Verdict

_AT_ONCE = 100


def sweep() -> int:
    """Look at a slice of what waits; return how many files were let go.

    New files go first: it ends as soon as one waits, but never before it has done one.
    """
    signatures = present_signatures()
    if signatures is None:
        return 0
    released, end = 0, time.monotonic() + SLICE_SECONDS
    for each in list(waiting(signatures.digest)[:_AT_ONCE]):
        released += take(each)
        if time.monotonic() > end or ScanDuty.objects.claimable().exists():
            break
    return released


def waiting(digest: str) -> AttachmentQuerySet:
    """Return what is held as malware and these signatures have not seen.

    The one that was looked at longest ago comes first. What somebody has proposed to
    destroy waits for the second person.
    """
    proposed = Disposal.objects.filter(state=Decided.State.PROPOSED)
    held = Attachment.objects.filter(
        state=AttachmentState.HELD, verdict=Verdict.INFECTED, disposed_at=None
    )
    unseen = held.exclude(signature_digest=digest)
    kept = unseen.exclude(pk__in=proposed.values("attachment"))
    return kept.select_related("agency").order_by("scanned_at", "pk")


def take(attachment: Attachment) -> bool:
    """Have one file judged anew; return whether it was let go."""
    return _settle(attachment.pk, judge(attachment))


@transaction.atomic
def _settle(pk: int, decision: Decision) -> bool:
    """Store what the scan says. Of two who judged it at once, the second does nothing.

    A failed attempt leaves the verdict and what proves it; its file goes last.
    """
    locked = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("keeper", "agency", "message", "submitted_by", "connector")
        .get(pk=pk)
    )
    if not locked.is_held or locked.verdict != Verdict.INFECTED or locked.disposed_at:
        return False
    by = Actor.system(fate.SCANNER, locked.keeper)
    if decision.verdict == Verdict.ERROR and not decision.bytes_changed:
        failed = fate.record(Attachment.objects.get(pk=pk), decision)
        locked.scanned_at = failed.ended_at
        locked.save_fate()
        return False
    attempt = fate.record(locked, decision)
    locked.verdict = decision.verdict
    if decision.verdict == Verdict.CLEAN:
        fate.release(locked, by)
        telling.tell_cleared(locked)
        return True
    if decision.verdict == Verdict.INFECTED:
        locked.save_fate()
    else:
        fate.hold(locked, fate.rule_for(decision), decision.found, by=by, scan=attempt)
    return False
