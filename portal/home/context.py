"""What the frame of every page needs: names, menu, look, and who is acting."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.models import Notice
from portal.core import clock, navigation
from portal.home import contact

PORTAL_NAME = _("Portal for the safe exchange of electronic documents")
PORTAL_SHORT_NAME = _("Safe document portal")
THEME_COOKIE = "theme"
THEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}
FORMS_ADDRESS = "/bieu-mau/"
REPORT_ADDRESS = "/bao-su-co/"
# The citizen's menu: addresses that stay the same for ever.
PUBLIC_PAGES = {
    FORMS_ADDRESS: _("Forms"),
    REPORT_ADDRESS: _("Report an incident"),
    "/kiem-tra/": _("Check a document"),
    "/van-ban/": _("Legal documents"),
}


@cache
def _is_served(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


@dataclass(frozen=True)
class Link:
    """A menu entry with its address, and whether the reader stands on it."""

    label: str | Promise
    url: str
    is_current: bool
    icon: str = ""


class Frame:
    """Asked by templates; each answer is worked out when it is first asked for."""

    portal_name = PORTAL_NAME
    portal_short_name = PORTAL_SHORT_NAME
    themes = THEMES
    languages = settings.LANGUAGES

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def actor(self) -> Actor | None:
        """Who is acting, once both factors were shown; else None."""
        # A request that failed before the middleware has no such attribute.
        return getattr(self._request, "actor", None)

    @property
    def base(self) -> str:
        """The frame that fits the reader, for pages that serve both kinds."""
        return "staff.html" if self.actor else "public.html"

    @property
    def province_name(self) -> str:
        """The province, as the settings name it."""
        return settings.PORTAL_PROVINCE_NAME

    @property
    def is_demo(self) -> bool:
        """Whether this installation holds invented data."""
        return settings.PORTAL_DEMO

    @cached_property
    def contact(self) -> contact.Contact:
        """Whom to ask for help."""
        return contact.present()

    @property
    def forms_url(self) -> str:
        """Where forms are searched."""
        return FORMS_ADDRESS

    @property
    def report_url(self) -> str:
        """Where it is said how to report an incident, if anything serves that."""
        return REPORT_ADDRESS if _is_served(REPORT_ADDRESS) else ""

    @property
    def public_menu(self) -> list[Link]:
        """The citizen's menu, without what this installation does not serve."""
        path = self._request.path
        return [
            Link(label, address, is_current=path.startswith(address))
            for address, label in PUBLIC_PAGES.items()
            if _is_served(address)
        ]

    @property
    def today(self) -> date:
        """The present day in Vietnam."""
        return clock.today()

    @property
    def theme(self) -> str:
        """The look that this browser chose: auto, light or dark."""
        wanted = self._request.COOKIES.get(THEME_COOKIE, "")
        return wanted if wanted in THEMES else "auto"

    @property
    def here(self) -> str:
        """The address to come back to after a choice of look or language."""
        is_page = self._request.method in {"GET", "HEAD"}
        return self._request.get_full_path() if is_page else self._request.path

    @cached_property
    def unread(self) -> int:
        """How many notices the acting person has not read."""
        if not self.actor:
            return 0
        mine = Notice.objects.visible_to(self.actor.person)
        return mine.filter(read_at=None).count()

    @cached_property
    def menu(self) -> list[Link]:
        """The menu of the acting person; empty for visitors."""
        if not self.actor:
            return []
        entries = navigation.entries_for(self.actor)
        addresses = {entry.url_name: reverse(entry.url_name) for entry in entries}
        path = self._request.path
        # The longest address wins: /tai-khoan-don-vi/ must not light /tai-khoan/ too.
        standing = [url for url in addresses.values() if path.startswith(url)]
        current = max(standing, key=len, default="")
        return [
            Link(
                entry.label,
                addresses[entry.url_name],
                is_current=addresses[entry.url_name] == current,
                icon=entry.icon,
            )
            for entry in entries
        ]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give every template a `frame`."""
    return {"frame": Frame(request)}
