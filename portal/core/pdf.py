"""PDF for the archive: tagged, in a language, and made of our own files alone.

WeasyPrint would follow any address that a page names. Here nothing leaves the machine,
and of the machine nothing but our static files can be read.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from portal.core import text

# PDF/A-2 level A: for the archive, tagged, with language and title.
VARIANT = "pdf/a-2a"


class ForeignAddressError(FatalURLFetchingError):
    """A page to be printed names an address that is not ours: a bug, so it stops."""


class OwnFilesOnly(URLFetcher):
    """Reads `data:` addresses and files below static/, and nothing else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 (WeasyPrint ships no types)
        """Return the content of one of our own addresses.

        Raises ForeignAddressError for every other one.
        """
        if not (url.startswith("data:") or self._is_ours(url)):
            raise ForeignAddressError(f"{url[:200]} may not be printed")
        response: URLFetcherResponse = super().fetch(url, headers)
        return response

    @staticmethod
    def _is_ours(url: str) -> bool:
        if not url.startswith("file:///"):
            return False
        own = (settings.BASE_DIR / "static").resolve()
        return Path(url.removeprefix("file://")).resolve().is_relative_to(own)


def render(page: str, style: str) -> bytes:
    """Return an A4 document as PDF/A-2a; the same input gives the same bytes.

    page: a whole HTML page with `lang`, `<title>` and `<meta name="author">`; it is
    brought to NFC, so that what people copy out of the file is what we stored.
    style: CSS for print.

    Raises ForeignAddressError if the page or the style names a foreign address.
    """
    fetcher = OwnFilesOnly()
    sheet = CSS(string=style, url_fetcher=fetcher)
    document = HTML(string=text.nfc(page), url_fetcher=fetcher)
    content: bytes = document.write_pdf(stylesheets=[sheet], pdf_variant=VARIANT)
    return content
