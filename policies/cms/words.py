"""The texts of Wagtail's scripts, with what its own Vietnamese catalogue lacks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response

from policies.cms.wagtail_words import SCRIPT_WORDS


class ScriptCatalogue(JavaScriptCatalog):
    """Wagtail's own catalogue for scripts, completed from ours."""

    packages = ["wagtail.admin"]

    def get_catalog(self) -> dict[str, Any]:
        """Return message → translation in the language now active."""
        ours = {word: gettext(word) for word in SCRIPT_WORDS}
        translated = {word: said for word, said in ours.items() if said != word}
        return {**super().get_catalog(), **translated}


_catalogue = ScriptCatalogue.as_view()


def script_catalogue(request: HttpRequest) -> HttpResponse:
    """Return the catalogue for scripts in the language of the editor."""
    answer: HttpResponse = get_localized_response(_catalogue, request)
    return answer
