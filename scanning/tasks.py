"""What scanning does later. No rules here: claim, do, note."""

import logging

from celery import shared_task

from portal.core.models import SweepRun
from scanning import fate, sealing
from scanning.models import ScanDuty

logger = logging.getLogger(__name__)
# How many duties one sweep takes; the next comes in seconds.
SWEEP_TAKES = 50


@shared_task(acks_late=True, ignore_result=True)
def scan_attachment(duty_id: int) -> None:
    """Do one duty. Safe to run twice, or twice at once: the claim decides."""
    take(duty_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Take everything due and undone, the most urgent first; seal what was held."""
    due = ScanDuty.objects.claimable().in_order().values_list("pk", flat=True)
    taken = sum(take(pk) for pk in list(due[:SWEEP_TAKES]))
    sealing.seal_held(SWEEP_TAKES)
    SweepRun.mark("scan", taken)


def take(duty_id: int) -> bool:
    """Claim a duty and do it; return whether it was ours to do."""
    if not ScanDuty.objects.claim(duty_id):
        logger.info("scan_not_claimed", extra={"duty": duty_id})
        return False
    duty = ScanDuty.objects.select_related("attachment__agency").get(pk=duty_id)
    try:
        fate.scan(duty)
    except Exception as error:
        # One file that breaks us must not stop those behind it; it stays locked.
        logger.exception("scan_broke", extra={"duty": duty_id})
        duty.postpone(type(error).__name__)
    return True
