"""The library of legal documents, and how to report an incident."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.gate import public
from access.models import Agency, AgencyFunction, Function
from access.refusals import NoAuthorityError
from policies.search import Query
from portal.core.models import LegalBasis

PER_PAGE = 25


@public
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the legal documents that hold a number or words (Điều 2.6 and 15.6).

    They are a shelf of hundreds, read whole and folded in memory.
    """
    query = Query.of(request.GET.get("q", ""))
    documents = LegalBasis.objects.select_related("replaced_by")
    documents = documents.order_by("-issued_on", "number")
    found = [d for d in documents if not query or _matches(query, d)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/library.html", {"query": query, "page": page})


def _matches(query: Query, document: LegalBasis) -> bool:
    return query.matches(document.number, document.title, document.issuer)


@public
@require_safe
def report_incident(request: HttpRequest) -> HttpResponse:
    """Say whom to telephone today; where nobody is on record, say that."""
    contacts = {
        "coordinator": _holder(Function.INCIDENT_COORDINATOR),
        "authority": _holder(Function.COMPETENT_AUTHORITY),
    }
    return render(request, "policies/report_incident.html", contacts)


def _holder(function: Function) -> Agency | None:
    try:
        return AgencyFunction.objects.holder(function)
    except NoAuthorityError:
        return None
