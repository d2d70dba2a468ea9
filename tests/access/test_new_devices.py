"""A sign-in from a browser never used before is told to the person (ASVS 6.3.5)."""

import pytest
from django.test import Client

from access.login import devices
from access.models import KnownDevice, Notice, TotpDevice
from portal.core import clock
from tests.factories.access import actor
from tests.signed_in import PASSWORD, digits, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return actor("records_clerk")


def come_in(browser, who, **headers):
    """Sign in by the pages; the next code of the authenticator is made to count."""
    TotpDevice.objects.update(last_step=-1)
    form = {"username": who.person.username, "password": PASSWORD}
    browser.post("/dang-nhap/", form, headers=headers)
    code = {"code": digits(enrolled(who))}
    return browser.post("/dang-nhap/ma-xac-thuc/", code, headers=headers)


def told(who):
    return list(
        Notice.objects.filter(
            recipient=who.person, subject="Đăng nhập từ thiết bị mới"
        ).values_list("body", flat=True)
    )


def test_a_new_device_is_told_and_a_known_one_is_not(client, clerk):
    enrolled(clerk)
    first = come_in(client, clerk)
    assert not told(clerk)  # the browser of the enrolment
    cookie = first.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert KnownDevice.objects.get().digest != cookie.value

    client.post("/dang-xuat/")
    come_in(client, clerk)
    assert not told(clerk)

    thief = Client(REMOTE_ADDR="203.0.113.66")
    come_in(thief, clerk, **{"User-Agent": "Mozilla/5.0 (Windows) Firefox/130.0"})
    [body] = told(clerk)
    assert "Firefox, Windows" in body
    assert "203.0.113.66" in body
    assert "kết thúc mọi phiên đăng nhập" in body
    thief.post("/dang-xuat/")
    come_in(thief, clerk)
    assert len(told(clerk)) == 1


def test_a_mark_that_nobody_gave_is_replaced(client, clerk):
    enrolled(clerk)
    client.cookies["device"] = "planted"
    answer = come_in(client, clerk)
    assert answer.cookies["device"].value != "planted"


def test_colleagues_at_one_machine_share_its_mark(client, clerk):
    other = actor("auditor")
    for who in (clerk, other, clerk, other):
        enrolled(who)
        come_in(client, who)
        client.post("/dang-xuat/")
    assert not told(clerk)
    assert not told(other)
    assert KnownDevice.objects.count() == 2


def test_a_device_not_seen_for_long_is_forgotten(client, clerk, monkeypatch):
    enrolled(clerk)
    come_in(client, clerk)
    KnownDevice.objects.update(last_seen_at=clock.now() - devices.LASTS * 1.01)
    client.post("/dang-xuat/")
    come_in(client, clerk)
    assert len(told(clerk)) == 1
