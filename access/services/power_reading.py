"""Reading and exporting who could do what: acts of their own, with one entry each.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3 and 15.8.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from access import audit, powers
from access.actors import Actor
from access.models import Assignment
from access.permissions import label_of
from access.querysets import AssignmentQuerySet
from portal.core.clock import VIETNAM

# A program for tables takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\N{BYTE ORDER MARK}"  # without it, Excel does not see that this is UTF-8


def note(shown: Iterable[Assignment], asked: powers.Question, *, by: Actor) -> None:
    """Write into the trail that somebody looked at what others could do."""
    others = sum(right.account_id != by.person.pk for right in shown)
    if others:
        _record("access.powers_read", asked, by, others)


@transaction.atomic
def export(held: AssignmentQuerySet, asked: powers.Question, *, by: Actor) -> bytes:
    """Return the answer as CSV, one line for each thing that somebody could do."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    lines = 0
    with translation.override(settings.LANGUAGE_CODE):
        table.writerow(_head())
        for right in held:
            for power in powers.given_by(right, asked.permission):
                table.writerow([_safe(cell) for cell in _line(power, asked.day)])
                lines += 1
    _record("access.powers_exported", asked, by, lines)
    return (_MARK + text.getvalue()).encode()


def _record(event: str, asked: powers.Question, by: Actor, lines: int) -> None:
    target: models.Model = asked.account or asked.agency or by.agency or by.person
    day = asked.day.isoformat()
    audit.record(target, event, by=by, agency=asked.agency, day=day, lines=lines)


def _head() -> list[str]:
    return [
        _("As of day"),
        _("Full name"),
        _("User name"),
        _("Agency"),
        _("Identification code"),
        _("What the person could do"),
        _("Permission"),
        _("Role"),
        _("Decision"),
        _("From"),
        _("To"),
        _("Revoked"),
        _("Granted by"),
        _("Confirmed by"),
        _("On behalf of"),
    ]


def _line(power: powers.Power, day: date) -> list[str]:
    right = power.assignment
    return [
        _day(day),
        power.account.full_name,
        power.account.username,
        power.agency.name_on(day),
        power.agency.code,
        label_of(power.permission),
        power.permission,
        right.role.name,
        right.decision_number,
        _day(right.starts_on),
        _day(right.ends_on),
        _moment(right.revoked_at),
        right.granted_by.full_name if right.granted_by else "",
        right.confirmed_by.full_name if right.confirmed_by else "",
        power.delegator.full_name if power.delegator else "",
    ]


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if moment else ""


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
