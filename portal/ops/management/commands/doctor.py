from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ops.doctor import Finding, Weight, findings


class Command(BaseCommand):
    help = "Says in plain words what is missing or unsafe here; exit 1 if anything is."
    # It must still speak when a check would stop any other command.
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        found = Counter[Weight]()
        for finding in findings():
            found[finding.weight] += 1
            self._say(finding)
        self.stdout.write("")
        if wrong := found[Weight.WRONG]:
            raise CommandError(
                ngettext(
                    "%(count)d thing must be repaired before real people work here.",
                    "%(count)d things must be repaired before real people work here.",
                    wrong,
                )
                % {"count": wrong}
            )
        self.stdout.write(_("This installation is complete and safe to work with."))

    def _say(self, finding: Finding) -> None:
        marks = {
            Weight.FINE: ("✓", self.style.SUCCESS),
            Weight.NOTE: ("•", self.style.WARNING),
            Weight.WRONG: ("✗", self.style.ERROR),
        }
        mark, paint = marks[finding.weight]
        self.stdout.write(f"{paint(mark)} {finding.sentence}")
        if finding.remedy:
            self.stdout.write(f"    → {finding.remedy}")
