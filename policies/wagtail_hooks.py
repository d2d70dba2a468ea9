"""What we hang into Wagtail's admin: fewer doors, and our audit trail.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections.abc import Iterable

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page

from access import audit
from policies.cms.doors import closed

# The rest of the menu leads to addresses that do not exist here.
MENU = {"explorer", "reports"}
REPORTS = {"site-history", "aging-pages"}


class NothingThere:
    """Stands where Wagtail's images and documents would answer: it asks their names."""

    class model:  # noqa: N801 (the router asks every endpoint for this name)
        """Of which no page is a kind."""

    @staticmethod
    def get_urlpatterns() -> list[URLPattern]:
        """Return one address, which does not exist for anybody."""
        return [path("", closed, name="listing")]


@hooks.register("construct_admin_api")
def name_what_is_missing(router: WagtailAPIRouter) -> None:
    """Let Wagtail 8.0 write the addresses of its absent apps into its pages."""
    router.register_endpoint("images", NothingThere)
    router.register_endpoint("documents", NothingThere)


@hooks.register("insert_global_admin_css")
def hide_dead_links() -> SafeString:
    """Hide the links that Wagtail writes to addresses which do not exist here."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/cms.css"))


@hooks.register("construct_main_menu")
def shorten_menu(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Show what there is: pages, and the reports on them."""
    items[:] = [item for item in items if item.name in MENU]


@hooks.register("construct_reports_menu")
def shorten_reports(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Show the reports that concern pages."""
    items[:] = [item for item in items if item.name in REPORTS]


@hooks.register("after_publish_page")
def record_published(request: HttpRequest, page: Page) -> None:
    """Write into our own trail that a page was published: Wagtail's log can go."""
    _record(request, "policies.page_published", page)


@hooks.register("after_unpublish_page")
def record_unpublished(request: HttpRequest, page: Page) -> None:
    """Write into our own trail that a page was taken off the site."""
    _record(request, "policies.page_unpublished", page)


@hooks.register("after_delete_page")
def record_deleted(request: HttpRequest, page: Page) -> None:
    """Write into our own trail that a page was deleted."""
    _record(request, "policies.page_deleted", page)


BULK_EVENTS = {
    "publish": "policies.page_published",
    "unpublish": "policies.page_unpublished",
    "delete": "policies.page_deleted",
}


@hooks.register("after_bulk_action")
def record_bulk(
    request: HttpRequest, action: str, pages: Iterable[Page], _instance: object
) -> None:
    """Write one entry for each page of an act on several."""
    if action in BULK_EVENTS:
        for page in pages:
            _record(request, BULK_EVENTS[action], page)


def _record(request: HttpRequest, event: str, page: Page) -> None:
    audit.record(page, event, by=request.actor, title=page.title, path=page.url_path)
