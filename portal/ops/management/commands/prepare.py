import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Makes an installation ready to start, after it was installed or updated: "
        "text catalogues, files for browsers, the database, reference data. Doing it "
        "twice changes nothing."
    )
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        call_command("messages", compile=True)
        self._collect_static_files()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("reference")
        if settings.PORTAL_DEMO:
            call_command("demo")

    def _collect_static_files(self) -> None:
        """Collect, compress and fingerprint, unless nothing has changed since."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        present = _fingerprint()
        if stamp.is_file() and stamp.read_text(encoding="ascii") == present:
            return
        self.stderr.write("Collecting the files for browsers …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(present, encoding="ascii")


def _fingerprint() -> str:
    """Return a digest of the names and contents of all files for browsers.

    Their times say nothing: some are built anew at each start.
    """
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            digest.update(name.encode())
            digest.update(Path(storage.path(name)).read_bytes())
    return digest.hexdigest()
