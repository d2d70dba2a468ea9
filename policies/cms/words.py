"""The texts of Wagtail's scripts, with what its own Vietnamese catalogue lacks."""

from django.http import HttpRequest, HttpResponse
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response

_catalogue = JavaScriptCatalog.as_view(packages=["wagtail.admin", "policies"])


def script_catalogue(request: HttpRequest) -> HttpResponse:
    """Return the catalogue for scripts in the language of the editor."""
    answer: HttpResponse = get_localized_response(_catalogue, request)
    return answer
