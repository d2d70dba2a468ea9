"""What is missing or unsafe in this installation, in words for whoever runs it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from access.models import Account, AgencyFunction, Function
from portal.core import clock, triggers
from portal.ops import health
from scanning import engine
from scanning.secrecy import pictures

SECRET_LETTERS = 50
FREE_SPACE = 2 * 1024**3  # bytes


class Weight(Enum):
    """How bad a finding is. Only what is WRONG makes the doctor exit with 1."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One fact about the installation, and what to do about it."""

    weight: Weight
    sentence: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Yield everything that was looked at, in the order in which to repair it."""
    examinations: list[Callable[[], Iterator[Finding]]] = [
        _safety,
        _address,
        _database,
        _parts,
        _duties,
        _mail,
        _files,
        _letters,
        _pictures,
    ]
    for examine in examinations:
        yield from examine()


def _wrong(sentence: str, remedy: str) -> Finding:
    return Finding(Weight.WRONG, sentence, remedy)


def _fine(sentence: str) -> Finding:
    return Finding(Weight.FINE, sentence)


def _safety() -> Iterator[Finding]:
    """Look for what must never be switched on where real people work."""
    if settings.PORTAL_DEMO:
        yield _wrong(
            _("This is a demonstration: its passwords lie in a file that can be read."),
            _("Install anew with PORTAL_DEMO=no; never put real data in here."),
        )
    if settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES:
        yield _wrong(
            _("Files are released although only reserve signatures looked at them."),
            _("Set PORTAL_ACCEPT_FALLBACK_SIGNATURES=no."),
        )
    if settings.DEBUG:
        yield _wrong(
            _("Errors are shown to visitors with all their details."),
            _("Set PORTAL_DEBUG=no."),
        )
    if len(settings.SECRET_KEY) < SECRET_LETTERS:
        yield _wrong(
            _("The secret key is too short to protect anything."),
            _(
                "Put at least %(count)d random letters into the file that "
                "PORTAL_SECRET_KEY_FILE names."
            )
            % {"count": SECRET_LETTERS},
        )
    else:
        yield _fine(_("The secret key is long enough; keep a copy in a safe place."))
    yield _stolen_passwords()


def _stolen_passwords() -> Finding:
    """Advise a list of stolen passwords; a wrong path would let nobody set one."""
    path = settings.PORTAL_BREACHED_PASSWORDS
    if not path:
        return Finding(
            Weight.NOTE,
            _("New passwords are not compared with those stolen elsewhere."),
            _("Set PORTAL_BREACHED_PASSWORDS to a sorted file of SHA-1 hashes."),
        )
    if not Path(path).is_file():
        return _wrong(
            _("The list of stolen passwords cannot be read, so none can be set."),
            _("Correct PORTAL_BREACHED_PASSWORDS, or leave it empty."),
        )
    return _fine(_("New passwords are compared with those stolen elsewhere."))


def _address() -> Iterator[Finding]:
    """Look at how browsers reach the portal."""
    if not settings.IS_HTTPS:
        yield _wrong(
            _("People reach the portal without encryption: %(address)s.")
            % {"address": settings.PORTAL_BASE_URL},
            _("Put a proxy with a certificate in front, and set PORTAL_BASE_URL."),
        )
    elif not settings.PORTAL_PROXIES:
        yield _wrong(
            _("The portal does not know the proxy that encrypts, so it redirects."),
            _("Set PORTAL_PROXIES to the number of your own proxies, usually 1."),
        )
    else:
        yield _fine(_("People reach the portal with encryption."))
    if "*" in settings.ALLOWED_HOSTS:
        yield _wrong(
            _("The portal answers to any host name."),
            _("Name its own in PORTAL_HOSTS."),
        )


def _database() -> Iterator[Finding]:
    """Look whether the rows are there, and in the form that this version wants."""
    reading = health.database()
    if not reading.is_ok:
        yield _wrong(reading.sentence, _("Check PORTAL_DATABASE_URL and the server."))
        return
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield _wrong(
            _("The database is older than this version: %(count)d changes wait.")
            % {"count": len(waiting)},
            _("Make a backup, then run manage.py prepare."),
        )
    if lost := triggers.missing(executor.loader):
        yield _wrong(
            _(
                "The database no longer guards its own rows: %(count)d guards "
                "(triggers) are missing, first of all %(name)s."
            )
            % {"count": len(lost), "name": lost[0]},
            _(
                "Find out who removed them, run manage.py audit verify, and restore "
                "the last good backup."
            ),
        )
    if connection.vendor == "sqlite":
        yield Finding(
            Weight.NOTE,
            _("The database is SQLite: right for one machine and some dozen people."),
            _("For more, set PORTAL_DATABASE_URL to a PostgreSQL server."),
        )
    else:
        yield _fine(reading.sentence)


def _parts() -> Iterator[Finding]:
    """Look at the queue, the scanner and the sweeps."""
    remedies = {
        "broker": _("Check PORTAL_BROKER_URL and the server."),
        "engine": _("Start it: manage.py clamd. Its log is clamav/clamd.log."),
        "signatures": _(
            "Let freshclam reach its mirror, or copy main and daily into the folder "
            "clamav/official by hand."
        ),
        "sweeps": _("Start the worker and the scheduler, then look at their logs."),
    }
    for reading in (health.broker(), *health.scanner(), health.sweeps()):
        if reading.is_ok:
            is_official = reading.facts.get("kind", "official") == "official"
            weight = Weight.FINE if is_official else Weight.NOTE
            remedy = "" if is_official else remedies[reading.part]
            yield Finding(weight, reading.sentence, remedy)
        else:
            yield _wrong(reading.sentence, remedies[reading.part])
    for host in engine.status().troubled_hosts:
        weight = Weight.NOTE if host.is_in_use else Weight.WRONG
        remedy = _("Look at manage.py clamd and at the signatures on that machine.")
        yield Finding(weight, host.sentence, remedy)


def _duties() -> Iterator[Finding]:
    """Look whether somebody is there to whom an incident can be reported."""
    try:
        has_people = Account.objects.filter(is_active=True).exists()
        held = set(
            AgencyFunction.objects.in_force(clock.today()).values_list(
                "function", flat=True
            )
        )
    except DatabaseError:
        return
    if not has_people:
        yield _wrong(
            _("Nobody can sign in yet."),
            _("Run manage.py invite: it prints a link for the first administrator."),
        )
    for function in Function:
        if function.value not in held:
            yield _wrong(
                _("No agency holds this function today: %(function)s.")
                % {"function": function.label},
                _("Enter it under the functions of agencies, with its legal basis."),
            )


def _mail() -> Iterator[Finding]:
    """Look whether notices reach anybody outside the portal."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield _fine(_("Mail goes out by %(host)s.") % {"host": settings.EMAIL_HOST})
        return
    sentence = _("Notices are written to files; nobody gets a mail.")
    remedy = _("Set PORTAL_EMAIL_BACKEND and PORTAL_EMAIL_HOST.")
    weight = Weight.NOTE if settings.PORTAL_DEMO else Weight.WRONG
    yield Finding(weight, sentence, remedy)


def _files() -> Iterator[Finding]:
    """Look at the room on the disk, and at who may read what lies there."""
    folder = settings.PORTAL_VAR
    free = shutil.disk_usage(folder).free
    if free < FREE_SPACE:
        yield _wrong(
            _("The disk is nearly full: %(megabytes)d MB are free.")
            % {"megabytes": free // 1024**2},
            _("Make room, or move the folder that PORTAL_VAR names."),
        )
    secret = Path(folder, "secret-key")
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield _wrong(
            _("Other users of this machine can read the secret key."),
            _("Run chmod 600 on %(file)s.") % {"file": secret},
        )
    if not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        yield _wrong(
            _("The files for browsers have not been collected."),
            _("Run manage.py prepare."),
        )


def _letters() -> Iterator[Finding]:
    """Look whether PDF files can be set in a type that has every Vietnamese letter."""
    remedy = _("Install the packages fontconfig and fonts-liberation2.")
    command = ["fc-list", ":lang=vi:family=Liberation Serif", "family"]
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        yield _wrong(_("The type for PDF files cannot be looked for."), remedy)
        return
    if listed.stdout.strip():
        yield _fine(_("The type for PDF files has every Vietnamese letter."))
    else:
        yield _wrong(_("No type for PDF files has every Vietnamese letter."), remedy)


def _pictures() -> Iterator[Finding]:
    """Look whether scanned pages can be read, if this installation wants that."""
    if not settings.PORTAL_OCR:
        return
    if package := pictures.missing():
        yield _wrong(
            _("Scanned pages cannot be looked through for stamps: all are held."),
            _("Install the package %(package)s, or set PORTAL_OCR=no.")
            % {"package": package},
        )
    else:
        yield _fine(_("Scanned pages are looked through for stamps of secrecy."))
