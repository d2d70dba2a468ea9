"""Internal rules of some agencies, and who has read them."""

from datetime import date, timedelta
from typing import Any

from access.models import Agency
from policies.services import rules
from portal.ops.demo import past
from portal.ops.demo.content import read
from portal.ops.demo.people import Cast

# Everybody but each fourth has acknowledged: a page without gaps shows nothing.
_HAS_NOT_READ = 4


def publish(cast: Cast) -> None:
    """Create each rule with its versions and acknowledgements."""
    content = read("rules")
    for row in content["rule"]:
        _publish(row, content["common"], cast)
    _acknowledge_everything(cast)


def _publish(row: dict[str, Any], common: str, cast: Cast) -> None:
    agency = cast.agencies[row["agency"]]
    officer, head = cast.of("antt", row["agency"]), cast.of("lanhdao", row["agency"])
    with past.at(past.morning(_drafted_on(row["versions"][0]))):
        rule = rules.create_rule(row["title"], by=officer, agency=agency)
    for version in row["versions"]:
        with past.at(past.morning(_drafted_on(version))):
            drafted = rules.draft_version(
                rule,
                by=officer,
                number=f"{version['number']}/{row['notation']}",
                text=_text(common, agency, row["office"]),
                issued_on=_drafted_on(version) + timedelta(days=5),
                in_force_from=version["from"],
                change_note=version.get("change", ""),
            )
            rules.submit(drafted, by=officer)
        if not row.get("waits"):
            with past.at(past.morning(_drafted_on(version) + timedelta(days=5))):
                rules.approve(drafted, by=head)


def _acknowledge_everything(cast: Cast) -> None:
    for number, (username, person) in enumerate(cast.people.items()):
        if number % _HAS_NOT_READ == 0:
            continue
        actor = cast.actor(username)
        if not actor.may("rules.acknowledge"):
            continue
        with past.at(past.days_ago(30 + number % 60, hour=8, minute=number % 60)):
            agency = cast.agencies[person.agency]
            for version in rules.to_acknowledge(person.account, agency):
                rules.acknowledge(version, by=actor)


def _text(common: str, agency: Agency, office: str) -> str:
    return common.strip().format(agency=agency.name, office=office)


def _drafted_on(version: dict[str, Any]) -> date:
    """Return a day before the version holds, and in any case before today."""
    day: date = version["from"] - timedelta(days=20)
    return min(day, past.days_ago(9).date())
