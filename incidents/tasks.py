"""What incidents do later. No rules here: claim, do, note."""

from celery import shared_task

from portal.core.models import SweepRun


@shared_task(acks_late=True, ignore_result=True)
def send_step(step_id: int) -> None:
    """Deliver one report. Safe to run twice, or twice at once: the claim decides."""
    from incidents.services import delivering  # noqa: PLC0415 (services queue this)

    delivering.take(step_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Take every report and every clock that is due."""
    from incidents.services import sweeping  # noqa: PLC0415 (services queue this)

    SweepRun.mark("incidents", sweeping.sweep())
