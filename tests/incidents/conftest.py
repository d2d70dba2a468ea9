"""The people of an incident, and a browser for each of them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from access.actors import Actor
from access.models import Agency
from incidents import tasks
from tests.factories.access import (
    AgencyFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.factories.incidents import ClockRuleFactory
from tests.signed_in import sign_in


@pytest.fixture
def enter() -> Callable[[Actor], Client]:
    """Return a way to get a browser in which a person signed in with both factors."""

    def browser(person: Actor) -> Client:
        client = Client()
        sign_in(client, person)
        return client

    return browser


@dataclass
class Case:
    """A town with an incident to report, and everybody who must know."""

    town: Agency
    superior: Agency
    authority: Agency
    coordinator: Agency
    officer: Actor
    superior_officer: Actor
    authority_officer: Actor
    coordinator_officer: Actor
    stranger: Actor
    auditor: Actor


@pytest.fixture
def case(roles: None) -> Case:
    """Give a town with a superior, an authority, a coordinator and their clocks."""
    for trait in ("minutes", "receipt", "directive"):
        ClockRuleFactory(**{trait: True})
    ClockRuleFactory()
    town, superior = AgencyFactory(), AgencyFactory(telephone="02713 879 999")
    authority, coordinator = AgencyFactory(), AgencyFactory()
    ReportingLineFactory(agency=town, superior=superior)
    AuthorityFactory(agency=authority)
    AuthorityFactory(agency=coordinator, function="incident_coordinator")
    return Case(
        town=town,
        superior=superior,
        authority=authority,
        coordinator=coordinator,
        officer=actor(agency=town),
        superior_officer=actor("agency_head", superior),
        authority_officer=actor(agency=authority),
        coordinator_officer=actor("incident_coordinator", coordinator),
        stranger=actor(),
        auditor=actor("auditor"),
    )


@pytest.fixture
def swept(db: None) -> Callable[[], None]:
    """Return a way to let the sweep come round, as Beat does."""
    return tasks.sweep
