"""What scanning does later. No rules here: claim, do, note."""

import logging

from celery import shared_task

from portal.core.models import SweepRun
from scanning import fate, sealing
from scanning.models import ScanDuty
from scanning.services import (
    disposal,
    objections,
    rescans,
    second_looks,
    stuck_files,
)
from scanning.webhooks import delivery

logger = logging.getLogger(__name__)
# How many duties one sweep takes; the next comes in seconds.
SWEEP_TAKES = 50


@shared_task(acks_late=True, ignore_result=True)
def scan_attachment(_duty_id: int) -> None:
    """Do one duty, the most urgent there is: one message came for each that waits.

    So an urgent file overtakes all that were queued before it. Safe to run twice, or
    twice at once: the claim decides.
    """
    take_next()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Take everything due and undone, the most urgent first; seal what was held."""
    taken = 0
    while taken < SWEEP_TAKES and take_next():
        taken += 1
    sealing.seal_held(SWEEP_TAKES)
    sealing.unseal_released(SWEEP_TAKES)
    disposal.forget_due(SWEEP_TAKES)
    SweepRun.mark("scan", taken)


@shared_task(ignore_result=True)
def sweep_rescans() -> None:
    """Let the newest signatures see a slice of what older ones released or held."""
    rescans.sweep()
    second_looks.sweep()


@shared_task(ignore_result=True)
def sweep_objections() -> None:
    """Pass upwards what nobody answered in time, and tell of files that are stuck."""
    objections.sweep()
    stuck_files.alarm()


def take_next() -> bool:
    """Do the most urgent duty that is due; return whether there was one."""
    while True:
        due = ScanDuty.objects.claimable().in_order().values_list("pk", flat=True)
        first = due.first()
        if first is None:
            return False
        if take(first):
            return True


def take(duty_id: int) -> bool:
    """Claim a duty and do it; return whether it was ours to do."""
    if not ScanDuty.objects.claim(duty_id):
        logger.info("scan_not_claimed", extra={"duty": duty_id})
        return False
    fate.do(ScanDuty.objects.select_related("attachment__agency").get(pk=duty_id))
    return True


@shared_task(acks_late=True, ignore_result=True)
def send_webhook(delivery_id: int) -> None:
    """Send one notice to a connected system; the claim decides."""
    delivery.send(delivery_id)


@shared_task(ignore_result=True)
def sweep_webhooks() -> None:
    """Send the notices to connected systems that are due."""
    delivery.sweep()
