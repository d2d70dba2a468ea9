"""Is each part that the portal stands on there? For /readyz and the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from portal.celery import SWEEPS, app
from portal.core.models import SweepRun
from scanning import engine

BROKER_SECONDS = 2


@dataclass(frozen=True)
class Reading:
    """The state of one part.

    sentence: for people. facts: for machines; they name no host, path or version,
    because anybody may ask for them.
    """

    part: str
    is_ok: bool
    sentence: str
    facts: dict[str, object] = field(default_factory=dict)


def readings() -> Iterator[Reading]:
    """Yield the state of every part, measured now."""
    yield database()
    yield broker()
    yield from scanner()
    yield sweeps()


def database() -> Reading:
    """Ask the database for something."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Reading("database", False, _("The database does not answer."))
    return Reading("database", True, _("The database answers."))


def broker() -> Reading:
    """Open a channel to the broker of the queue."""
    try:
        with app.connection_for_write() as line:
            line.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
            line.channel()
    except (KombuError, OSError):
        sentence = _("The queue does not answer; the sweeps still do all that is due.")
        return Reading("broker", False, sentence)
    return Reading("broker", True, _("The queue answers."))


def scanner() -> Iterator[Reading]:
    """Have the engine prove itself, and look at what it knows."""
    found = engine.status()
    known = found.signatures
    counts: dict[str, object] = {}
    if len(found.hosts) > 1:
        in_use = sum(host.is_in_use for host in found.hosts)
        counts = {"hosts": len(found.hosts), "in_use": in_use}
    yield Reading("engine", found.is_working, found.engine_sentence, counts)
    facts: dict[str, object] = {"kind": known.kind.value, "count": known.count}
    if known.age is not None:
        facts["age_hours"] = int(known.age.total_seconds() // 3600)
    yield Reading(
        "signatures", known.kind.is_accepted, found.signatures_sentence, facts
    )


def sweeps() -> Reading:
    """Look at when each sweep last ran."""
    try:
        silent = SweepRun.silent(list(SWEEPS))
    except DatabaseError:
        silent = sorted(SWEEPS)
    if silent:
        sentence = _(
            "These sweeps have not run for ten minutes: %(names)s. "
            "Look whether the worker and the scheduler are running."
        ) % {"names": ", ".join(silent)}
        return Reading("sweeps", False, sentence, {"silent": silent})
    return Reading("sweeps", True, _("The worker and the scheduler are running."))
