"""Which Wagtail page is shown where the address is not Wagtail's own."""

from policies.models import FrontPage


def front_page() -> FrontPage | None:
    """Return the live text of the front page, or None if there is none; one query."""
    found: FrontPage | None = FrontPage.objects.live().first()
    return found
