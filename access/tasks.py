"""What access does later: seal the trail, mail the notices."""

import logging

from celery import shared_task
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access import checking, notices, sealing
from access.models import Account
from portal.core.models import SweepRun

logger = logging.getLogger(__name__)


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


@shared_task(ignore_result=True)
def check_audit() -> None:
    """Check the chain; a flaw alarms every auditor at once."""
    flaw = checking.verify()
    if flaw is None:
        return
    logger.critical("audit_chain_broken", extra={"position": flaw.position})
    for auditor in Account.objects.holding("audit.read_all"):
        notices.notify(
            auditor,
            _("The chain of the audit trail is broken"),
            body=str(flaw),
            path=reverse("access:audit"),
        )
