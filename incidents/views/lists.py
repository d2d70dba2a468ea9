"""The list of incidents, and recording a new one."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents import services
from incidents.forms import FilterForm, NewIncidentForm
from incidents.models import Incident, Obligation, Severity, State
from incidents.paging import BoundedPaginator
from incidents.views.finding import filled
from portal.core import clock
from portal.core.errors import NotAllowedError

PAGE_SIZE = 25


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """List the incidents that this person may read, the newest first."""
    form = FilterForm(request.GET)
    chosen = form.chosen()
    found = Incident.objects.visible_to(request.actor.person)
    found = found.matching(chosen.pop("q", "")).filter(**chosen)
    owed = Obligation.objects.owed().select_related("rule").order_by("alarm_at")
    shown = found.select_related("agency").prefetch_related(
        Prefetch("obligations", owed, to_attr="clocks")
    )
    page = BoundedPaginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "states": State.choices,
        "severities": Severity.choices,
        "is_filtered": bool(chosen or form.cleaned_data.get("q")),
        "may_record": "incidents.record" in request.actor.permissions,
    }
    return render(request, "incidents/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record an incident of one's acting agency, with the evidence at hand."""
    agency = request.actor.agency
    if agency is None:
        raise NotAllowedError
    request.actor.require("incidents.record", agency)
    form = filled(request, NewIncidentForm, detected_at=clock.now(), token=uuid4())
    if not form.is_valid():
        context = {"form": form, "agency": agency}
        return render(request, "incidents/new.html", context)
    incident = services.record_once(agency, by=request.actor, **form.cleaned_data)
    said = _("Recorded under the number %(number)s.") % {"number": incident.number}
    messages.success(request, said)
    return redirect(incident)
