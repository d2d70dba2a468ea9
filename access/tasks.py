"""What access does later: seal the trail, mail the notices."""

from celery import shared_task

from access import notices, sealing
from portal.core.models import SweepRun


@shared_task(ignore_result=True)
def seal_audit() -> None:
    """Seal everything that waits."""
    sealed = 0
    while done := sealing.seal():
        sealed += done
    SweepRun.mark("seals", sealed)


@shared_task(ignore_result=True)
def send_notices() -> None:
    """Mail the notices that are due."""
    notices.send_due()
