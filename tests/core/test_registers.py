"""Menus, panels and lookups: each app registers, the frame shows what serves."""

from datetime import date

import pytest

from portal.core import errors, navigation, panels, verification


class Asker:
    permissions = frozenset({"accounts.read"})


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(verification, "_lookups", [])


@pytest.mark.usefixtures("empty")
def test_the_menu_shows_in_order_what_serves_the_person():
    for label, url, permission, order in [
        ("Cuối", "c", None, 9),
        ("Không thấy", "x", "audit.read_all", 1),
        ("Đầu", "a", ("accounts.manage", "accounts.read"), 1),
    ]:
        navigation.register(
            navigation.Entry(label, url, permission=permission, order=order)
        )
    assert [e.label for e in navigation.entries_for(Asker())] == ["Đầu", "Cuối"]


@pytest.mark.usefixtures("empty")
def test_panels_belong_to_a_place_and_to_a_permission():
    def nothing(_actor):
        return {}

    mine = panels.register(panels.Panel("a.html", nothing, "accounts.read"))
    panels.register(panels.Panel("b.html", nothing, "audit.read_all"))
    front = panels.register(panels.Panel("c.html", nothing, place="front"))
    assert panels.panels_for(Asker()) == [mine]
    assert panels.panels_for(None, "front") == [front]


@pytest.mark.usefixtures("empty")
def test_every_lookup_is_asked():
    record = verification.Record(
        "Biên bản", "01/BB", "Về sự cố", "Sở", date(2026, 1, 1), "a" * 64, True
    )
    verification.register(lambda sha256, number: [record] if sha256 else [])
    verification.register(lambda sha256, number: [record] if number == "01/BB" else [])
    assert verification.find(sha256="a" * 64) == [record]
    assert verification.find(number="01/BB") == [record]
    assert verification.find(number="02/BB") == []


def test_a_refusal_has_a_code_and_a_sentence_in_the_readers_language():
    refusal = errors.TransitionError(was="đã đóng", wanted="đang mở")
    assert (refusal.code, refusal.status) == ("transition", 409)
    assert "đã đóng" in str(refusal)
