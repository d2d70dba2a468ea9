"""Agencies as of any day: names, codes, superiors, functions, heirs."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from access import rights
from access.forms import DayForm
from access.models import Agency
from portal.core import clock

ROWS_ON_A_PAGE = 50


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies of one day."""
    form, day = _asked(request)
    visible = Agency.objects.visible_to(request.actor.person)
    found = visible.in_force(day).with_superior(day).by_rank()
    page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "day": day, "page": page}
    return render(request, "access/agencies/list.html", context)


@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one agency with all that was ever said of it, by day."""
    form, day = _asked(request)
    visible = Agency.objects.visible_to(request.actor.person)
    found = get_object_or_404(visible, pk=pk)
    context = {
        "form": form,
        "day": day,
        "agency": found,
        "name_then": found.name_on(day),
        "exists_then": found.is_in_force(day),
        "names": found.names.order_by("starts_on"),
        "codes": found.codes.order_by("opened_on"),
        "lines": found.reporting_lines.select_related("superior", "legal_basis"),
        "subordinates": found.subordinate_lines.in_force(day).select_related("agency"),
        "functions": found.functions.select_related("legal_basis"),
        "heirs": found.succeeded_by.select_related("successor", "event__legal_basis"),
        "took_over": found.took_over.select_related(
            "predecessor", "event__legal_basis"
        ),
    }
    return render(request, "access/agencies/agency.html", context)


def _asked(request: HttpRequest) -> tuple[DayForm, date]:
    """Return the question and its day, for whoever manages agencies; else 404."""
    if not rights.may(request.actor.person, "agencies.manage"):
        raise Http404
    asked = DayForm(request.GET)
    day = asked.cleaned_data["ngay"] if asked.is_valid() else None
    day = day or clock.today()
    return DayForm(initial={"ngay": day}), day
