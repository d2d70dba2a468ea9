"""Celery: the queue hurries what the rows demand, and Beat sweeps what it lost."""

import logging
import os
from typing import Any

from celery import Celery, Task
from celery.result import AsyncResult
from celery.signals import beat_init, worker_init
from kombu.exceptions import ChannelError, OperationalError

from portal.core import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

logger = logging.getLogger(__name__)


class HurryingTask(Task):
    """A task whose duty is a row already, so a dead broker stops nobody's work."""

    def apply_async(self, *args: Any, **kwargs: Any) -> AsyncResult[Any] | None:  # type: ignore[override]  # noqa: ANN401 - the arguments are Celery's affair
        """Queue the task; if the broker is gone, log it: the sweep comes by."""
        try:
            return super().apply_async(*args, **kwargs)
        except (OperationalError, ChannelError, OSError) as error:
            facts = {"task": self.name, "error": str(error)}
            logger.warning("task_not_queued", extra=facts)
            return None


# Each is short, may run twice at once, and takes all that is due and undone. One that
# waited longer than its own interval is dropped: the next is already in the queue.
SWEEPS: dict[str, tuple[str, float]] = {
    "seals": ("access.tasks.seal_audit", 2),
    "notices": ("access.tasks.send_notices", 10),
    "scan": ("scanning.tasks.sweep", 10),
    "rescans": ("scanning.tasks.sweep_rescans", 10),
    "objections": ("scanning.tasks.sweep_objections", 60),
    "webhooks": ("scanning.tasks.sweep_webhooks", 10),
    "incidents": ("incidents.tasks.sweep", 15),
    "agencies": ("access.tasks.apply_reorganisations", 60),
    "reviews": ("access.tasks.sweep_reviews", 60),
    "idle": ("access.tasks.sweep_idle", 60),
}

app = Celery("portal", task_cls=HurryingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, (task, seconds) in SWEEPS.items()
}
app.conf.beat_schedule["old-sessions"] = {
    "task": "access.tasks.forget_sessions",
    "schedule": 900,
    "options": {"expires": 900},
}
app.conf.beat_schedule["audit-check"] = {
    "task": "access.tasks.check_audit",
    "schedule": 3600,
    "options": {"expires": 3600},
}


@worker_init.connect
def keep_memory(**_facts: object) -> None:
    """Let the workers, which come of this process, keep their memory for pieces."""
    memory.keep_for_pieces()


@beat_init.connect
def sweep_at_once(**_facts: object) -> None:
    """Let every sweep run when the scheduler starts, not one interval later.

    Else what fell due while nothing ran would wait, and /readyz with it.
    """
    for task, seconds in SWEEPS.values():
        app.send_task(task, expires=seconds)
