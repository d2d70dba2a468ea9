"""The public catalogue of forms: found on a telephone, typed without marks."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from access.gate import public
from policies.models import FormGroup, FormTemplate, FormVersion
from policies.search import Query
from portal.core import clock

PER_PAGE = 25
NEAR_FORMS = 5


@public
@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """Show the catalogue by group, or what a search finds in it."""
    query = Query.of(request.GET.get("q", ""))
    group = FormGroup.objects.filter(slug=request.GET.get("nhom", "")).first()
    found = FormTemplate.objects.in_force().select_related("group", "agency")
    if group:
        found = found.filter(group=group)
    found = found.matching(query) if query else found.order_by("group", "name")
    page = Paginator(found.with_version_in_force(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "query": query,
        "group": group,
        "page": page,
        "groups": _groups(),
    }
    if not page.paginator.count:
        context["near"] = _near(query)
    return render(request, "policies/forms.html", context)


def _groups() -> QuerySet[FormGroup]:
    in_force = FormVersion.objects.in_force().filter(template=OuterRef("forms"))
    counted = FormGroup.objects.filter(Exists(in_force))
    # Named again: a query that counts forgets the order of its model.
    return counted.annotate(forms_in_force=Count("forms", distinct=True)).order_by(
        "position", "name"
    )


def _near(query: Query) -> list[FormTemplate]:
    near = FormTemplate.objects.in_force().near(query).select_related("group", "agency")
    return list(near.with_version_in_force()[:NEAR_FORMS])


@public
@require_safe
def form(request: HttpRequest, code: str) -> HttpResponse:
    """Show the version in force today, or on the day that `?ngay=` names."""
    if code != code.upper():
        query = request.META.get("QUERY_STRING", "")
        address = reverse("policies:form", args=[code.upper()])
        return redirect(f"{address}?{query}" if query else address)
    asked = request.GET.get("ngay", "")
    day = _day(asked)
    template = _published(code)
    versions = list(template.versions.approved().prefetch_related("files"))
    on = day or clock.today()
    version = next((v for v in versions if v.is_in_force(on)), None)
    context = _form_context(template, versions, version)
    context |= {"day": day, "is_bad_day": bool(asked) and day is None}
    return render(request, "policies/form.html", context)


@public
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version for ever; it says whether it still holds."""
    template = _published(code.upper())
    versions = list(template.versions.approved().prefetch_related("files"))
    found = next((v for v in versions if v.number == number), None)
    if found is None:
        raise Http404
    context = _form_context(template, versions, found)
    return render(request, "policies/form.html", context | {"is_permanent": True})


def _published(code: str) -> FormTemplate:
    published = FormTemplate.objects.published().select_related(
        "group", "agency", "legal_basis"
    )
    template: FormTemplate = get_object_or_404(published, code=code)
    return template


def _form_context(
    template: FormTemplate, versions: list[FormVersion], shown: FormVersion | None
) -> dict[str, Any]:
    current = next((v for v in versions if v.is_in_force()), None)
    today = clock.today()
    return {
        "form": template,
        "versions": versions,
        "version": shown,
        "files": list(shown.files.all()) if shown else [],
        "current": current,
        "is_shown_in_force": shown is not None and shown == current,
        "is_shown_upcoming": shown is not None and shown.in_force_from > today,
        "upcoming": next((v for v in versions if v.in_force_from > today), None),
    }


def _day(asked: str) -> date | None:
    """Return the day that was asked for, or None if it is no day."""
    try:
        return parse_date(asked.strip())
    except ValueError:
        return None
