"""A real browser that walks through the portal as a person does, page after page.

Used to make pictures and to look for what hinders people; needs the packages for
development and Debian's Chromium.
"""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from django_otp.oath import totp

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, Page, Response

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
WIDTHS = {"telephone": (375, 740), "desk": (1280, 800)}
# Other people's pages, and what answers with a file or ends the session.
NOT_WALKED = ("/cms/", "/static/", "/dang-xuat/")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser, and end it afterwards."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (development only)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def demo_accounts(var: Path) -> dict[str, dict[str, str]]:
    """Return the demo accounts by user name."""
    rows = json.loads((var / "demo-accounts.json").read_text(encoding="utf-8"))
    return {row["username"]: row for row in rows}


def sign_in(page: Page, base_url: str, account: dict[str, str]) -> None:
    """Sign a demo person in with password and authenticator.

    Six digits serve once: if they were used just now, the next ones are waited for.
    """
    page.goto(f"{base_url}/dang-nhap/")
    page.locator("input[name=username]").fill(account["username"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("main form button[type=submit]").first.click()
    for _try in range(3):
        code = f"{totp(base64.b32decode(account['totp_secret'])):06d}"
        page.locator("main form input:not([type=hidden])").first.fill(code)
        page.locator("main form button[type=submit]").first.click()
        if "/dang-nhap/" not in page.url:
            return
        time.sleep(31)
    raise RuntimeError(f"{account['username']} was not let in: {page.url}")


def view_name(address: str) -> str | None:
    """Return the name of the view behind an address; None if no page of ours."""
    path = urlsplit(address).path
    if path.startswith(NOT_WALKED):
        return None
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def walk(page: Page, base_url: str, start: str = "/") -> Iterator[tuple[str, str]]:
    """Visit one page of each kind that links lead to; yield its view and address.

    The page stands on the address that was yielded, until the next one is asked for.

    Raises RuntimeError if a link of ours leads to a refusal or a fault.
    """
    waiting, seen = deque([urljoin(base_url, start)]), set[str]()
    while waiting:
        address = waiting.popleft()
        name = view_name(address)
        if name is None or name in seen:
            continue
        seen.add(name)
        answer = _opened(page, address)
        if not answer.ok:
            raise RuntimeError(f"{address} answers {answer.status}")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield name, page.url
        links = page.eval_on_selector_all(
            "a[href]:not([download])", "found => found.map(link => link.href)"
        )
        waiting.extend(link for link in links if link.startswith(f"{base_url}/"))


def _opened(page: Page, address: str) -> Response | APIResponse:
    """Open an address in the browser; what is a file to keep is asked for beside it."""
    from playwright.sync_api import Error  # noqa: PLC0415 (development only)

    try:
        answer = page.goto(address)
    except Error:
        return page.request.get(address)
    return answer or page.request.get(address)
