"""Which agencies there are, read from the files into plain values. Pure.

The chapters are merged before anything is stored: a later one may end what an earlier
one began, and the database sees only the outcome.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from access.models import AgencyType

FOLDER = Path(__file__).parent
CHAPTERS = ("house-2012", "authority-2025", "dong-nai-2025")


@dataclass
class Span:
    """First and last day, both included; no last day means without end."""

    starts_on: date
    ends_on: date | None = None

    def end(self, last_day: date) -> None:
        """End on that day what has begun by then and has not ended before."""
        if self.starts_on <= last_day and (self.ends_on or last_day) >= last_day:
            self.ends_on = last_day

    def holds(self, day: date) -> bool:
        """Tell whether this holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass
class AgencyRow(Span):
    """An agency under its code, with the day on which the code was opened."""

    code: str = ""
    name: str = ""
    short_name: str = ""
    level: str = ""
    agency_type: str = AgencyType.ADMINISTRATIVE
    code_opened_on: date | None = None


@dataclass
class LineRow(Span):
    """Which agency is directly superior to which; both by code."""

    agency: str = ""
    superior: str = ""
    basis: str = ""
    verified: bool = False


@dataclass
class FunctionRow(Span):
    """Which agency holds a function; by code."""

    function: str = ""
    agency: str = ""
    basis: str = ""
    verified: bool = False


@dataclass(frozen=True)
class EventRow:
    """A reorganisation: who ends or shrinks, and who takes over; by code."""

    kind: str
    effective_on: date
    basis: str
    note: str
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]


@dataclass
class House:
    """Every agency, line and function that the chapters name."""

    agencies: dict[str, AgencyRow] = field(default_factory=dict)
    lines: list[LineRow] = field(default_factory=list)
    functions: list[FunctionRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)

    def end(self, code: str, last_day: date) -> None:
        """End an agency, and with it every line and function that hangs on it."""
        self.agencies[code].end(last_day)
        for line in self.lines:
            if code in {line.agency, line.superior}:
                line.end(last_day)
        for function in self.functions:
            if function.agency == code:
                function.end(last_day)

    def holder(self, function: str, day: date) -> str | None:
        """Return the code of the agency that holds the function on that day."""
        held = [f for f in self.functions if f.function == function and f.holds(day)]
        return max(held, key=lambda f: f.starts_on).agency if held else None


def read(name: str) -> dict[str, Any]:
    """Return the content of one reference file."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def chapters(*, for_demo: bool) -> list[dict[str, Any]]:
    """Return the chapters of an installation, the oldest first.

    for_demo: leave out what would end the agencies of the demonstration.
    """
    content = [read(name) for name in CHAPTERS]
    return [
        each
        for each in content
        if not (for_demo and each["chapter"].get("skipped_in_demo"))
    ]


def build(content: Iterable[dict[str, Any]]) -> House:
    """Merge chapters into one house.

    Raises KeyError if a row names an agency that no chapter up to it knows.
    """
    house = House()
    for each in content:
        _add_agencies(house, each)
        _end_agencies(house, each)
        _add_lines_and_functions(house, each)
        _add_events(house, each)
    return house


def _add_agencies(house: House, content: dict[str, Any]) -> None:
    chapter = content["chapter"]
    opened = chapter.get("codes_opened_on")
    for row in content.get("agency", []):
        starts_on = row.get("starts_on", chapter["starts_on"])
        house.agencies[row["code"]] = AgencyRow(
            starts_on=starts_on,
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            agency_type=row.get("type", AgencyType.ADMINISTRATIVE),
            code_opened_on=row.get("codes_opened_on", opened or starts_on),
        )
        if "superior" in row:
            house.lines.append(
                LineRow(
                    starts_on=starts_on,
                    agency=row["code"],
                    superior=house.agencies[row["superior"]].code,
                    basis=chapter["basis"],
                )
            )


def _end_agencies(house: House, content: dict[str, Any]) -> None:
    for row in content.get("ending", []):
        house.end(row["agency"], row["last_day"])
    for row in content.get("ending_of_codes", []):
        for code in house.agencies:
            if code.endswith(row["suffix"]):
                house.end(code, row["last_day"])


def _add_lines_and_functions(house: House, content: dict[str, Any]) -> None:
    chapter = content["chapter"]
    for row in content.get("line", []):
        line = LineRow(
            starts_on=row.get("starts_on", chapter["starts_on"]),
            agency=house.agencies[row["agency"]].code,
            superior=house.agencies[row["superior"]].code,
            basis=row.get("basis", chapter["basis"]),
            verified=row.get("verified", False),
        )
        line.ends_on = house.agencies[line.agency].ends_on
        house.lines.append(line)
    for row in content.get("function", []):
        agency = house.agencies[row["agency"]]
        house.functions.append(
            FunctionRow(
                starts_on=row.get("starts_on", chapter["starts_on"]),
                ends_on=agency.ends_on,
                function=row["function"],
                agency=agency.code,
                basis=row["basis"],
                verified=row.get("verified", False),
            )
        )


def _add_events(house: House, content: dict[str, Any]) -> None:
    for row in content.get("event", []):
        house.events.append(
            EventRow(
                kind=row["kind"],
                effective_on=row["effective_on"],
                basis=row["basis"],
                note=row["note"],
                predecessors=tuple(house.agencies[code].code for code in row["from"]),
                successors=tuple(house.agencies[code].code for code in row["to"]),
            )
        )
