"""/api/v1/: the calls of all apps under one description and one way to refuse."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from access.api import router as directory
from access.calling import SCHEME
from access.connecting import SCOPES
from access.gate import public
from access.refusals import NoTokenError
from policies.api import router as forms
from portal.core import problems
from portal.core.errors import RefusalError
from scanning.api.attachments import router as attachments
from scanning.api.events import router as events
from scanning.api.receipts import router as receipts
from scanning.refusals import SecrecyRefusedError

# Of each kind of error that pydantic names, what people are told.
_FAULTS = {
    "missing": _("This field is needed."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long."),
    "too_short": _("At least one is needed."),
    "too_long": _("These are too many."),
    "literal_error": _("This is none of the values that are allowed."),
    "string_pattern_mismatch": _("This holds characters that are not allowed here."),
    "timezone_aware": _("A time needs its timezone."),
}
_OTHER_FAULT = _("This value is not accepted here.")
# What every caller may meet besides what an operation names.
_ALWAYS = (400, 404, 405, 500)


class Api(NinjaAPI):
    """The calls, with a description that says whose token and which refusal."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:  # noqa: ANN401 (ninja's own)
        """Return the OpenAPI description."""
        schema = super().get_openapi_schema(**options)
        words = {name: str(label) for name, label in SCOPES.items()}
        flow = {"tokenUrl": f"{settings.PORTAL_BASE_URL}/o/token/", "scopes": words}
        schema["components"]["securitySchemes"] = {
            SCHEME: {"type": "oauth2", "flows": {"clientCredentials": flow}}
        }
        for path in schema["paths"].values():
            for operation in path.values():
                _describe_refusals(operation["responses"])
        return schema


def _describe_refusals(answers: dict[Any, Any]) -> None:
    wanted = {"$ref": "#/components/schemas/Problem"}
    for status in _ALWAYS:
        answers.setdefault(status, {})
    for status, answer in answers.items():
        if int(status) < HTTPStatus.BAD_REQUEST:
            if (
                answer.get("content", {})
                .get("application/json", {})
                .get("schema", {})
                .get("format")
                == "binary"
            ):
                answer["content"] = {
                    "application/octet-stream": answer["content"]["application/json"]
                }
            continue
        phrase = HTTPStatus(int(status))
        answer["description"] = phrase.description or phrase.phrase
        example = {
            "type": "about:blank",
            "title": phrase.phrase,
            "status": int(status),
            "code": phrase.name.lower(),
            "detail": phrase.phrase,
        }
        content = {"schema": wanted, "example": example}
        answer["content"] = {problems.MEDIA_TYPE: content}


api = Api(
    title="Cổng an toàn văn bản điện tử",
    version="1",
    description="Quét tệp, biên nhận, sự kiện trao đổi, danh bạ cơ quan và biểu mẫu.",
    docs_url=None,
    urls_namespace="api",
    auth=None,
)
for router in (attachments, events, receipts, directory, forms):
    api.add_router("", router)


@api.exception_handler(RefusalError)
def _refused(_request: HttpRequest, refusal: RefusalError) -> HttpResponse:
    return problems.of_refusal(refusal)


@api.exception_handler(ValidationError)
def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {
            "field": _field(each["loc"]),
            "detail": str(_FAULTS.get(each["type"], _OTHER_FAULT)),
        }
        for each in error.errors
    ]
    if any(
        fault["field"] == "secrecy" and each["type"] != "missing"
        for fault, each in zip(faults, error.errors, strict=True)
    ):
        return problems.of_refusal(SecrecyRefusedError())
    detail = gettext("Some fields are missing or wrong. Look at each of “errors”.")
    return problems.problem(422, "not_valid", detail, errors=faults)


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    detail = gettext("There is nothing under this address for you.")
    return problems.problem(404, "not_found", detail)


@api.exception_handler(HttpError)
def _refused_by_ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return _refused(request, NoTokenError())
    detail = gettext("The request is malformed. Compare it with the description.")
    return problems.problem(error.status_code, "bad_request", detail)


def _field(place: tuple[object, ...]) -> str:
    """Return where an error lies, without the names of our own parameters."""
    names = [str(part) for part in place[1:] if part not in {"told", "file_data"}]
    return ".".join(names) or str(place[0])


def addresses() -> list[Any]:
    """Return the addresses; each call asks for its token itself, so none is gated."""
    patterns, _app, _namespace = api.urls
    for pattern in patterns:
        if pattern.callback is not None:
            public(pattern.callback)
    return [*patterns, re_path("", _absent)]


@public
@csrf_exempt
def _absent(request: HttpRequest) -> HttpResponse:
    """Answer for every other address here; the pages of the portal begin elsewhere."""
    return _not_found(request, Http404())
