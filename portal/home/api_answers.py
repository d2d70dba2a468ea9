"""Under /api/ no answer is a page: what went wrong before a call is a problem too."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.core import problems

_AREA = "/api/"
_KNOWN = {
    400: (
        "bad_request",
        _("The request is malformed. Compare it with the description."),
    ),
    403: ("forbidden", _("This is not allowed.")),
    404: ("not_found", _("There is nothing under this address for you.")),
    405: ("method_not_allowed", _("This address does not know that method.")),
    413: ("too_large", _("More was sent than may be sent at once.")),
}
_BROKEN = (
    "internal",
    _("Something went wrong here, not with you. Try again in a few minutes."),
)


def wanted_language(request: HttpRequest) -> str:
    """Return the language that the caller asks for, Vietnamese if he asks for none."""
    offered = dict(settings.LANGUAGES)
    for code, _weight in parse_accept_lang_header(
        request.headers.get("Accept-Language", "")
    ):
        base = code.partition("-")[0]
        if base in offered:
            return base
    return settings.LANGUAGE_CODE


class ProblemMiddleware:
    """Answer calls in the caller's language, and every error as a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_AREA):
            return self.get_response(request)
        language = wanted_language(request)
        with translation.override(language):
            answer = self.get_response(request)
            kind = answer.headers.get("Content-Type", "")
            if answer.status_code >= HTTPStatus.BAD_REQUEST and not kind.startswith(
                problems.MEDIA_TYPE
            ):
                answer = _as_problem(answer)
        answer["Content-Language"] = language
        if (standing := getattr(request, "standing", None)) is not None:
            answer["RateLimit-Policy"] = f'"calls";q={standing.limit};w=60'
            answer["RateLimit"] = f'"calls";r={standing.left};t={standing.seconds}'
        return answer


def _as_problem(answer: HttpResponse) -> HttpResponse:
    code, detail = _KNOWN.get(answer.status_code, _BROKEN)
    made = problems.problem(answer.status_code, code, str(detail))
    for name in ("Allow", "Retry-After"):
        if name in answer.headers:
            made[name] = answer.headers[name]
    return made
