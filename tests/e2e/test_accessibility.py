"""Every page a person can reach: axe finds nothing serious, and nothing spills over.

Axe (WCAG 2.2 AA and best practice) runs in the very browser, on a telephone in the dark
and on a desk in the light. On PostgreSQL the same rows make the same pages, at which
`make test` has looked: there the walk shows that each of them opens and fits.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.ops import browsing
from tests import services

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# To name each element by a selector takes a third of the time: only where one is to be
# told. What is loaded ahead serves rules on sound and on how a telephone is turned.
LOOK = """more => axe.run(
    document, {resultTypes: ['violations'], preload: false, ...more})"""
SERIOUS = {"serious", "critical"}
LOOKS = [("telephone", "dark"), ("desk", "light")]

pytestmark = pytest.mark.slow


def hindrances(page: Page) -> list[str]:
    """Return what axe calls serious on the page, one line each."""
    if not page.evaluate("'axe' in window"):
        # Playwright runs it beside the page: our policy would refuse it inside.
        page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = page.evaluate(LOOK, {"selectors": False})
    if any(violation["impact"] in SERIOUS for violation in found["violations"]):
        found = page.evaluate(LOOK, {"selectors": True})
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def spills(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def faults_of(page: Page, base_url: str, start: str) -> dict[str, list[str]]:
    """Walk through the portal; return the faults of each page that has any."""
    faults: dict[str, list[str]] = {}
    seen = 0
    for name, address in browsing.walk(page, base_url, start):
        seen += 1
        for size, scheme in LOOKS:
            width, height = browsing.WIDTHS[size]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = [] if services.ONLY else hindrances(page)
            if (wide := spills(page)) > 0:
                found.append(f"{wide} px too wide")
            if found:
                faults[f"{name} {address} {size} {scheme}"] = found
    assert seen > 3, "the walk must reach some pages"
    return faults


def test_a_citizen_is_hindered_nowhere(portal, browser):
    page = browser.new_page(locale="vi-VN")

    assert not faults_of(page, portal.url, "/")


@pytest.mark.parametrize(
    "username",
    # Between them they reach every page of the staff.
    ["antt.donxoai", "quantri.noivu", "quantri.tinh", "bientap"],
)
def test_an_officer_is_hindered_nowhere(portal, sign_in, username):
    page = sign_in(username)

    assert not faults_of(page, portal.url, "/bang-dieu-khien/")


def test_axe_notices_a_page_that_hinders(browser):
    page = browser.new_page()
    page.set_content('<html lang="vi"><title>x</title><img src="a.png"></html>')

    assert any(line.startswith("image-alt") for line in hindrances(page))
