"""Run the portal's own clamd in the foreground."""

import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.core import env
from scanning.engine import layout, process


class Command(BaseCommand):
    """Run clamd on our configuration, with the newest signatures that can be had."""

    help = "Run the malware scanner in the foreground, on a configuration of our own."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        supervisor = process.Supervisor(
            layout.present(),
            upload_megabytes=settings.PORTAL_UPLOAD_LIMIT // 1024**2,
            fetches=env.flag("PORTAL_FRESHCLAM", default=True),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        try:
            supervisor.run()
        except process.MissingProgramError:
            raise CommandError(
                "clamd is not installed: apt-get install clamav-daemon."
            ) from None
