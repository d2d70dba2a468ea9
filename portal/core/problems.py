"""What the programming interface answers when it refuses (RFC 9457).

The `code` never changes; the `detail` is the sentence that people would read, in the
language that the caller asked for.
"""

from http import HTTPStatus
from http.client import responses
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Field, Schema

from portal.core.errors import RefusalError

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One field that was not accepted."""

    field: str = Field(examples=["document_type"])
    detail: str = Field(examples=["Giá trị này không nằm trong danh sách."])


class Problem(Schema):
    """Why a call was refused. `errors`: field by field, if fields were wrong."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["not_released"])
    detail: str = Field(examples=["Tệp chưa được giải phóng nên chưa mở được."])
    errors: list[Fault] | None = None
    successor: str | None = Field(None, description="who took over, if one ended")
    successor_code: str | None = None


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:  # noqa: ANN401 (members of the JSON object)
    """Return the answer; more: further members of the object."""
    body = {
        "type": "about:blank",
        "title": responses.get(status, ""),
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    answer = JsonResponse(
        body,
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Cache-Control"] = "no-store"
    return answer


def of_refusal(refusal: RefusalError) -> HttpResponse:
    """Return a refusal as a problem; its `seconds` say when to come again."""
    named = ("successor", "successor_code")
    more = {name: refusal.details[name] for name in named if name in refusal.details}
    answer = problem(refusal.status, refusal.code, str(refusal), **more)
    if "seconds" in refusal.details:
        answer["Retry-After"] = str(refusal.details["seconds"])
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="portal"'
    return answer
