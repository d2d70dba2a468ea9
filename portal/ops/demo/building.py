"""The demo from its first row to its last, all of it or nothing."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import translation

from access import audit
from access.models import Account, Agency, Notice
from access.tasks import seal_audit
from incidents.models import Incident
from policies.models import FormVersion, RuleVersion
from portal.core import clock
from portal.ops.demo import (
    decisions,
    documents,
    engine,
    forms,
    governance,
    incidents,
    people,
    rules,
    systems,
)
from scanning.models import Attachment

# Notices of the last days stay unread; older ones were read long ago.
_STAYS_UNREAD = timedelta(days=3)


class AlreadyThereError(Exception):
    """The demo was built before; it is never built twice, nor over real people."""


class NoReferenceError(Exception):
    """There are no agencies yet."""


@dataclass(frozen=True)
class Built:
    """What was built, in numbers, and where the credentials lie."""

    credentials: Path
    accounts: int
    incidents: int
    attachments: int
    forms: int
    rules: int


def build(say: Callable[[str], object] = lambda _words: None) -> Built:
    """Build the whole demo in one transaction; say: told what comes next.

    Raises AlreadyThereError, NoReferenceError, NoEngineError, or ImproperlyConfigured
    where PORTAL_DEMO is not yes.
    """
    if not settings.PORTAL_DEMO:
        raise ImproperlyConfigured("Demo data are loaded only where PORTAL_DEMO=yes.")
    if Account.objects.exists():
        raise AlreadyThereError
    if not Agency.objects.exists():
        raise NoReferenceError
    # Tasks that the services queue are done here: no worker runs yet, and later it
    # would find everything done.
    current_app.conf.task_always_eager = True
    try:
        language = translation.override("vi")
        with engine.running(), language, _quiet_past(), transaction.atomic():
            built = _build(say)
    except BaseException:
        people.credentials_file().unlink(missing_ok=True)
        systems.credentials_file().unlink(missing_ok=True)
        raise
    finally:
        current_app.conf.task_always_eager = False
    # Some are written only now, by what was to follow the commit.
    _settle_notices()
    say("sealing the trail")
    seal_audit()
    return built


@contextmanager
def _quiet_past() -> Iterator[None]:
    """Keep warnings of what the stories tell from who waits for the portal to start.

    A report that nobody could read weeks ago is on the page of its incident, a notice
    that was given up on that of its system.
    """
    rooms = [logging.getLogger(name) for name in ("incidents", "scanning.webhooks")]
    before = [room.level for room in rooms]
    for room in rooms:
        room.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for room, level in zip(rooms, before, strict=True):
            room.setLevel(level)


def _build(say: Callable[[str], object]) -> Built:
    say("people")
    cast = people.gather()
    say("rules")
    rules.publish(cast)
    say("forms")
    forms.publish(cast)
    say("incidents")
    incidents.tell(cast)
    say("files")
    documents.send_in(cast)
    decisions.tell(cast)
    say("rights")
    governance.go_on(cast)
    systems.connect(cast)
    audit.record(cast.agencies["000.00.00.H10"], "ops.demo_loaded", by=people.BUILDER)
    return Built(
        credentials=people.write_credentials(cast),
        accounts=Account.objects.count(),
        incidents=Incident.objects.count(),
        attachments=Attachment.objects.count(),
        forms=FormVersion.objects.count(),
        rules=RuleVersion.objects.count(),
    )


def _settle_notices() -> None:
    """Let nobody be mailed about the past; old notices count as read.

    In bulk, since thousands of rows change alike and no service reads a notice for
    somebody else.
    """
    now = clock.now()
    Notice.objects.filter(done_at=None).update(done_at=now)
    old = Notice.objects.filter(created_at__lt=now - _STAYS_UNREAD)
    old.update(read_at=now)
