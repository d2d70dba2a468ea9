from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.ops import browsing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = Path("docs/images")
EVERYBODY = [
    "quantri.tinh",
    "dieuphoi",
    "quantri.noivu",
    "antt.donxoai",
    "vanthu.noivu",
    "lanhdao.noivu",
    "bientap",
    "kiemduyet",
    "thanhtra",
]


class Command(BaseCommand):
    help = (
        "Make the pictures of the README from the running portal with demo data; or "
        "with --all every page, for several people, two widths, light and dark."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask which portal, and whether all of it."""
        parser.add_argument("--url", default=settings.PORTAL_BASE_URL)
        parser.add_argument("--all", metavar="DIR", type=Path, dest="folder")
        parser.add_argument("--people", nargs="*", default=EVERYBODY)

    def handle(
        self, *, url: str, folder: Path | None, people: list[str], **_options: object
    ) -> None:
        """Take the pictures."""
        if not settings.PORTAL_DEMO:
            raise CommandError("Only demo data may be shown in pictures.")
        with browsing.chromium() as browser:
            if folder is None:
                self._for_readme(browser, url)
            else:
                self._everything(browser, url, folder, people)

    def _for_readme(self, browser: "Browser", url: str) -> None:
        IMAGES.mkdir(parents=True, exist_ok=True)
        accounts = browsing.demo_accounts(settings.PORTAL_VAR)
        citizen = self._page(browser, "telephone", "light")
        citizen.goto(f"{url}/")
        citizen.screenshot(path=IMAGES / "citizen.png")
        officer = self._page(browser, "desk", "light")
        browsing.sign_in(officer, url, accounts["antt.donxoai"])
        officer.goto(f"{url}/su-co/")
        officer.locator("main table a").first.click()
        officer.screenshot(path=IMAGES / "incident.png")
        officer.emulate_media(color_scheme="dark")
        officer.goto(f"{url}/bang-dieu-khien/")
        officer.screenshot(path=IMAGES / "dashboard-at-night.png")
        for name in ("citizen", "incident", "dashboard-at-night"):
            self.stdout.write(str(IMAGES / f"{name}.png"))

    def _everything(
        self, browser: "Browser", url: str, folder: Path, people: list[str]
    ) -> None:
        accounts = browsing.demo_accounts(settings.PORTAL_VAR)
        for username in ["", *people]:
            page = self._page(browser, "desk", "light")
            if username:
                browsing.sign_in(page, url, accounts[username])
            start = "/bang-dieu-khien/" if username else "/"
            target = folder / (username or "nguoi-dan")
            target.mkdir(parents=True, exist_ok=True)
            for name, address in browsing.walk(page, url, start):
                self._all_looks(page, target / name.replace(":", "."))
                self.stdout.write(f"{username or '-'} {name} {address}")
            page.context.close()

    def _all_looks(self, page: "Page", stem: Path) -> None:
        for size, (width, height) in browsing.WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{stem}-{size}-{scheme}.png", full_page=True)
            spills = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if spills > 0:
                self.stderr.write(f"{stem.name} is {spills} px too wide: {size}")

    @staticmethod
    def _page(browser: "Browser", size: str, scheme: str) -> "Page":
        width, height = browsing.WIDTHS[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="vi-VN",
            reduced_motion="reduce",  # or a picture catches colours half changed
        )
        return context.new_page()
