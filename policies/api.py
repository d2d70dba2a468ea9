"""The catalogue of standard forms, for whoever asks.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.5 and 2.6.
"""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from policies.models import FormTemplate, FormVersion
from policies.search import Query as Words
from portal.core.problems import Problem

router = Router(tags=["forms"])
_MOST = 50
_CODE = r"^[-\w]{1,60}$"
_TEXT = r"^[^\x00-\x1f\x7f]*$"


class File(Schema):
    """One file of a form, under its lasting address."""

    kind: str = Field(examples=["pdf"])
    address: str
    sha256: str
    size: int


class Form(Schema):
    """A form and its version in force."""

    code: str = Field(examples=["BM-01"])
    name: str
    group: str
    agency: str
    page: str
    version: int
    in_force_from: date
    in_force_to: date | None
    files: list[File]


class Forms(Schema):
    """One page of the catalogue."""

    count: int
    forms: list[Form]


@router.get(
    "/forms",
    auth=None,
    response={200: Forms, 422: Problem},
    summary="Search the catalogue of forms",
    operation_id="forms",
)
def forms(
    request: HttpRequest,
    q: str = Query("", max_length=200, pattern=_TEXT),
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, object]:
    """List the forms in force that have all the words, marks of letters or not."""
    found = FormTemplate.objects.in_force().select_related("group", "agency")
    words = Words.of(q)
    found = found.matching(words) if words else found.order_by("code")
    first = (page - 1) * _MOST
    shown = found.with_version_in_force()[first : first + _MOST]
    return {"count": found.count(), "forms": [_written(form) for form in shown]}


@router.get(
    "/forms/{code}",
    auth=None,
    response={200: Form, (404, 422): Problem},
    summary="One form, its version in force",
    operation_id="form",
)
def form(request: HttpRequest, code: str) -> dict[str, object]:
    """Return the form of that code if a version is in force today."""
    found = FormTemplate.objects.in_force().select_related("group", "agency")
    one = found.with_version_in_force().filter(code=code.upper()[:60]).first()
    if one is None:
        raise Http404
    return _written(one)


def _written(form: FormTemplate) -> dict[str, object]:
    version: FormVersion = form.current_versions[0]  # type: ignore[attr-defined] # prefetched
    return {
        "code": form.code,
        "name": form.name,
        "group": form.group.name,
        "agency": form.agency.name,
        "page": _address("policies:form", form.code),
        "version": version.number,
        "in_force_from": version.in_force_from,
        "in_force_to": version.in_force_to,
        "files": [
            {
                "kind": file.kind,
                "address": _address(
                    "policies:version-download", form.code, version.number, file.kind
                ),
                "sha256": file.sha256,
                "size": file.size,
            }
            for file in version.files.all()
        ],
    }


def _address(name: str, *args: object) -> str:
    return settings.PORTAL_BASE_URL + reverse(name, args=args)
