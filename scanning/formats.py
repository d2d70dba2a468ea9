"""The table of allowed types, as it is for one agency on one day.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1.
"""

from dataclasses import dataclass
from datetime import date

from access.models import Agency
from access.querysets.prepared import Prepared
from scanning.inspection import TrueType
from scanning.models import FormatRule


@dataclass(frozen=True)
class FormatTable:
    """The rules that hold: for everybody, and for the field of the agency."""

    rules: list[FormatRule]

    def allowed(self) -> dict[str, frozenset[TrueType]]:
        """Return what the rules allow: extension → the true types that may bear it."""
        found: dict[str, frozenset[TrueType]] = {}
        for rule in self.rules:
            both = found.get(rule.extension, frozenset()) | {TrueType(rule.true_type)}
            found[rule.extension] = both
        return found

    def rule_on(self, extension: str, true_type: str) -> FormatRule | None:
        """Return the rule by which this type may bear this extension."""
        fits = (each for each in self.rules if each.extension == extension)
        return next((each for each in fits if each.true_type == true_type), None)


def table_for(agency: Agency, on: date) -> FormatTable:
    """Return the table of that Vietnamese day; one query."""
    return FormatTable(_IN_FORCE.instances(agency=agency.pk, on=on))


_IN_FORCE = Prepared[FormatRule](FormatRule.objects.for_agency, agency=int, on=date)
