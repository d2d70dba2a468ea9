"""One installation for the tests of this folder, and a browser for each test."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_django
from django_otp.oath import totp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal import settings as configured
from tests.e2e.installation import Installation

CHROMIUM = "/usr/bin/chromium"
# Debian's Chromium as any user, and without a word to the outside.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TELEPHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def portal(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Run a whole portal with its demo data; end what was started.

    It begins with the tables that the tests' own database was given.
    """
    installation = Installation(tmp_path_factory.mktemp("installation"))
    try:
        installation.prepare()
        # Before the sweeps and the tests change it.
        installation.untouched = installation.copy(tmp_path_factory.mktemp("untouched"))
        installation.start_all()
        yield installation
    finally:
        installation.stop_all()


@pytest.fixture
def as_built(
    portal: Installation,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Iterator[Installation]:
    """Give the portal with its demo before anything ran; the models read its rows."""
    untouched = portal.untouched
    assert untouched
    monkeypatch.setattr("access.sealing.head_file", lambda: untouched.heads)
    monkeypatch.setattr("access.checking.head_file", lambda: untouched.heads)
    settings.PASSWORD_HASHERS = configured.PASSWORD_HASHERS
    with django_db_blocker.unblock(), untouched.asked_from_here():
        yield untouched


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Start a real Chromium; one for each test, so that no event loop outlives it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def digits(secret: str) -> str:
    """Return the six digits that an authenticator with that base32 secret shows."""
    return f"{totp(base64.b32decode(secret)):06d}"


def fresh_digits(secret: str, used: set[str]) -> str:
    """Return digits that were not used before, waiting for the next ones if needed."""
    while (now := digits(secret)) in used:
        time.sleep(1)
    used.add(now)
    return now


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(portal: Installation, browser: Browser) -> Iterator[SignIn]:
    """Return what signs a demo person in, in a browser context of his own.

    Whoever signed in with the digits of this half minute has them no more: he comes
    with the cookies that he was given then, if they still open the door.
    """
    contexts: list[BrowserContext] = []

    def context(viewport: dict[str, int], **more: Any) -> BrowserContext:
        made = browser.new_context(
            viewport=viewport, locale="vi-VN", accept_downloads=True, **more
        )
        contexts.append(made)
        return made

    def come_back(username: str, viewport: dict[str, int]) -> Page | None:
        cookies = portal.cookies.get(username)
        page = context(viewport, storage_state=cookies).new_page()
        page.goto(f"{portal.url}/bang-dieu-khien/")
        return page if page.url == f"{portal.url}/bang-dieu-khien/" else None

    def enter(username: str, viewport: dict[str, int] = DESK) -> Page:
        person = portal.accounts()[username]
        has_none_left = digits(person["totp_secret"]) in portal.used_digits
        if has_none_left and (page := come_back(username, viewport)):
            return page
        page = context(viewport).new_page()
        page.goto(f"{portal.url}/dang-nhap/")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(person["password"])
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_label("Mã xác thực").fill(
            fresh_digits(person["totp_secret"], portal.used_digits)
        )
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"{portal.url}/bang-dieu-khien/")
        portal.cookies[username] = page.context.storage_state()
        return page

    yield enter
    for each in contexts:
        each.close()
