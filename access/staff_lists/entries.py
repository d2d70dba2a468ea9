"""A line of a staff list, understood cell by cell; each fault names line and column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from access.identity import Identity
from access.models import Role, Scope
from access.refusals import IdentityInvalidError
from access.staff_lists import spelling
from access.staff_lists.columns import BY_KEY
from access.staff_lists.reading import Cell, Line
from access.staff_lists.refusals import OldFontError
from access.staff_lists.workbooks import Formula
from portal.core import clock, text

Found = TypeVar("Found")

_LONGEST = {
    "full_name": 120,
    "username": 60,
    "email": 254,
    "telephone": 40,
    "position": 120,
    "decision_number": 60,
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_TELEPHONE = re.compile(r"[0-9+][0-9 .()+/-]*")
_SCOPES = {
    "trong co quan": Scope.INSIDE,
    "inside": Scope.INSIDE,
    "lien co quan": Scope.BETWEEN,
    "between": Scope.BETWEEN,
}
_is_username = ASCIIUsernameValidator()


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do: line, heading of the column, sentence."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Entry:
    """One person with one post, as the list has them. Of the number only hashes."""

    line: int
    full_name: str
    role: str
    starts_on: date
    ends_on: date | None = None
    identity: Identity = field(default=Identity(()), repr=False)
    username: str = ""
    email: str = ""
    telephone: str = ""
    position: str = ""
    scope: str = Scope.BETWEEN
    decision_number: str = ""


class _CellError(Exception):
    """A cell cannot be read; the sentence says what to write."""


def parse(line: Line, roles: Mapping[str, Role]) -> tuple[Entry | None, list[Problem]]:
    """Read one line; return the person, or what is wrong with it.

    roles: those that may be granted, by code.

    Raises OldFontError, for then every line is wrong.
    """
    problems: list[Problem] = []

    def take(key: str, read: Callable[[Cell], Found]) -> Found | None:
        try:
            return read(line.cells.get(key))
        except _CellError as error:
            problems.append(Problem(line.number, BY_KEY[key].heading, str(error)))
            return None

    words = {key: take(key, _words(key)) for key in _LONGEST}
    if spelling.is_of_an_old_font(words["full_name"] or ""):
        raise OldFontError(line=line.number, text=words["full_name"])
    starts = take("starts_on", _day) or clock.today()
    ends = take("ends_on", _day)
    identity = take("identity", _identity)
    role = take("role", lambda cell: _role(cell, roles))
    scope = take("scope", _scope)
    if ends and ends < starts:
        sentence = _("The last day is before the first.")
        problems.append(Problem(line.number, BY_KEY["ends_on"].heading, sentence))
    if problems or identity is None or role is None or scope is None:
        return None, problems
    entry = Entry(
        line=line.number,
        role=role,
        starts_on=starts,
        ends_on=ends,
        identity=identity,
        scope=scope,
        **{key: value or "" for key, value in words.items()},
    )
    return entry, []


def _words(key: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        value = _text(cell)
        if len(value) > _LONGEST[key]:
            raise _CellError(
                _("At most %(most)d characters fit here.") % {"most": _LONGEST[key]}
            )
        return _CHECKS[key](value) if key in _CHECKS else value

    return read


def _text(cell: Cell) -> str:
    """Return what stands in a cell, in NFC with single blanks."""
    formula = _("This cell holds a formula. Type the value itself.")
    if isinstance(cell, Formula):
        raise _CellError(formula)
    if isinstance(cell, datetime | date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    value = text.nfc(" ".join(str("" if cell is None else cell).split()))
    # Our own exports quote what a spreadsheet program might compute.
    if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"}:
        return value[1:]
    if value.startswith(("=", "@")):
        raise _CellError(formula)
    return value


def _full_name(value: str) -> str:
    if not value:
        raise _CellError(_("Write the person’s full name."))
    if not (spelling.is_a_name(value) or spelling.is_of_an_old_font(value)):
        raise _CellError(_("A name has letters only. Remove digits and other signs."))
    return value


def _username(value: str) -> str:
    value = value.lower()
    try:
        if value:
            _is_username(value)
    except ValidationError:
        raise _CellError(
            _("A user name has letters without marks, digits and dots only.")
        ) from None
    return value


def _email(value: str) -> str:
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise _CellError(_("This is no e-mail address.")) from None
    return value


def _telephone(value: str) -> str:
    if value and not _TELEPHONE.fullmatch(value):
        raise _CellError(_("A telephone number has digits, blanks and signs only."))
    return value


_CHECKS: dict[str, Callable[[str], str]] = {
    "full_name": _full_name,
    "username": _username,
    "email": _email,
    "telephone": _telephone,
}


def _identity(cell: Cell) -> Identity:
    value = _text(cell)
    if not value:
        raise _CellError(
            _("The identity number is missing. Without it nobody gets an account.")
        )
    # Spreadsheet programs drop the zeros in front of a number, and cut long ones.
    is_number = isinstance(cell, int | float) and len(value) not in {9, 12}
    if is_number or "E+" in value.upper():
        raise _CellError(
            _(
                "The spreadsheet program has changed this number. Format the column as "
                "text and type all 12 digits again, zeros in front too."
            )
        )
    try:
        return Identity.of(value)
    except IdentityInvalidError as error:
        raise _CellError(str(error)) from error


def _role(cell: Cell, roles: Mapping[str, Role]) -> str:
    value = _text(cell)
    for role in roles.values():
        if text.fold(value) in {text.fold(role.name), text.fold(role.code)}:
            return role.code
    names = "; ".join(sorted(role.name for role in roles.values()))
    if not value:
        raise _CellError(_("Choose a role: %(names)s.") % {"names": names})
    raise _CellError(
        _("You cannot grant the role “%(role)s”. Choose one of these: %(names)s.")
        % {"role": value[:60], "names": names}
    )


def _scope(cell: Cell) -> str:
    value = text.fold(_text(cell))
    if value and value not in _SCOPES:
        raise _CellError(
            _("Write “Trong cơ quan” or “Liên cơ quan”, or leave it empty.")
        )
    return _SCOPES.get(value, Scope.BETWEEN)


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return _sensible(cell.date())
    if isinstance(cell, date):
        return _sensible(cell)
    value = _text(cell)
    if not value:
        return None
    parts = _DAY.fullmatch(value)
    try:
        if parts and isinstance(cell, str):
            day, month, year = map(int, parts.groups())
            return _sensible(date(year, month, day))
    except ValueError:
        pass
    raise _CellError(
        _("“%(text)s” is no day. Write day/month/year, such as 01/12/2026.")
        % {"text": value[:30]}
    )


def _sensible(day: date) -> date:
    if not clock.today().year - 60 <= day.year <= clock.today().year + 60:
        raise _CellError(_("The year %(year)d cannot be right.") % {"year": day.year})
    return day
