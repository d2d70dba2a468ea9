from argparse import ArgumentParser
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from access import checking, sealing


class Command(BaseCommand):
    help = "The audit trail: `verify` checks its chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        verify = tasks.add_parser(
            "verify", help="exit 1 and name the first broken entry, if there is one"
        )
        verify.set_defaults(run=self._verify)

    def handle(self, *, run: Callable[[], None], **_options: object) -> None:
        run()

    def _verify(self) -> None:
        while sealing.seal():
            pass  # what waits for its seal belongs to the chain as well
        flaw = checking.verify()
        if flaw is not None:
            raise CommandError(
                _("The audit trail is broken. %(flaw)s") % {"flaw": flaw}
            )
        length = sealing.state().position
        said = _("The audit trail is whole: %(length)s entries.")
        self.stdout.write(said % {"length": length})
