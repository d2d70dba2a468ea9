from django.core.management.base import BaseCommand

from portal.ops import reference


class Command(BaseCommand):
    help = (
        "Loads roles, agencies, legal bases, clocks, file types and first pages. A "
        "second run changes nothing; an edited row of a file is taken over."
    )

    def handle(self, **_options: object) -> None:
        tally = reference.load()
        self.stdout.write(f"Reference data: {tally.added} new, {tally.changed} changed")
