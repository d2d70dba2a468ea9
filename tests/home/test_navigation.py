"""The menu and the panels show what serves a person, and nothing else."""

from dataclasses import dataclass

import pytest

from portal.core import navigation, panels
from portal.core.navigation import Entry
from portal.core.panels import Panel


@dataclass
class Person:
    permissions: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def _empty_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(panels, "_panels", {})


def test_an_entry_shows_to_those_who_hold_one_of_its_permissions():
    navigation.register(Entry("Nhật ký", "trail", ("audit.a", "audit.b"), order=2))
    navigation.register(Entry("Trang đầu", "home", order=1))

    def menu(*held: str) -> list[str]:
        return [str(e.label) for e in navigation.entries_for(Person(frozenset(held)))]

    assert menu() == ["Trang đầu"]
    assert menu("audit.b") == ["Trang đầu", "Nhật ký"]


def test_registering_a_page_twice_leaves_one_entry():
    navigation.register(Entry("Cũ", "page"))
    navigation.register(Entry("Mới", "page"))

    assert [entry.label for entry in navigation.entries_for(Person())] == ["Mới"]


def test_public_panels_and_those_of_the_dashboard_are_kept_apart():
    panels.register(Panel("a.html", lambda _actor: {}, "x", place="dashboard"))
    panels.register(Panel("b.html", lambda _actor: {}, place="front"))

    assert panels.panels_for(Person()) == []
    assert [p.template for p in panels.panels_for(None, "front")] == ["b.html"]
    holder = Person(frozenset({"x"}))
    assert [p.template for p in panels.panels_for(holder)] == ["a.html"]
