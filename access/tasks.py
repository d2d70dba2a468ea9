"""What access does later: seal the trail, mail the notices."""

import logging

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access import checking, notices, sealing, witness
from access.models import Account
from access.services import connectors, idle, reorganisation, staff_lists
from portal.core.models import SweepRun

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def seal_audit() -> None:
    """Tell of what the database saw, and seal everything that waits."""
    witness.tell_all()
    SweepRun.mark("seals", sealing.seal_all())


@shared_task(ignore_result=True)
def send_notices() -> None:
    """Mail the notices that are due."""
    notices.send_due()


@shared_task(ignore_result=True)
def apply_reorganisations() -> None:
    """Apply the reorganisations whose day has come."""
    reorganisation.sweep()


@shared_task(ignore_result=True)
def sweep_idle() -> None:
    """Suspend accounts that nobody uses, and forget staff lists that nobody applied."""
    forgotten = staff_lists.forget_expired()
    SweepRun.mark("idle", idle.sweep() + forgotten)


@shared_task(ignore_result=True)
def forget_sessions() -> None:
    """Delete what is kept for browsers and systems whose time has run out.

    Sign-ins stay on record. Whoever knocks at the door leaves a row; nothing is lost
    when this does not run.
    """
    SessionStore.clear_expired()
    connectors.forget_expired()


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


@shared_task(ignore_result=True)
def sweep_reviews() -> None:
    """Remind reviewers, decide on silence, close, and issue reports."""
    from access.services import review_sweep  # noqa: PLC0415 (services queue this)

    SweepRun.mark("reviews", review_sweep.sweep())
