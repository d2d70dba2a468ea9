"""Scan what the newest signatures have not seen; stop it and run it again at will."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from scanning.services import rescans
from scanning.verdicts import Verdict


class Command(BaseCommand):
    """Each file is an act of its own; workers may do the same at the same time."""

    help = "Scan released files that the newest signatures have not seen."
    report_every = 100  # different contents

    def handle(self, **_options: object) -> None:
        """Scan until nothing is left that can be scanned now."""
        signatures = rescans.present_signatures()
        if signatures is None:
            raise CommandError(
                "The engine does not work, or has no signatures that release anything."
            )
        outcomes: Counter[str] = Counter()
        while rescans.plan(signatures) or rescans.due():
            for pk in rescans.due():
                outcomes[rescans.take(pk)] += 1
                if outcomes.total() % self.report_every == 0:
                    self.stderr.write(f"{outcomes.total()} scanned")
        self.stdout.write(f"clean: {outcomes[Verdict.CLEAN]}")
        self.stdout.write(f"recalled: {outcomes[rescans.RECALLED]}")
        self.stdout.write(f"not scanned: {outcomes[Verdict.ERROR]}")
        if outcomes[Verdict.ERROR]:
            raise CommandError("What could not be scanned is tried again later.")
