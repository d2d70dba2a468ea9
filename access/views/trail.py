"""The audit trail, as far as the reader may see it."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from access import audit, sealing
from access.forms import AuditSearchForm
from access.models import AuditEntry
from access.querysets import AuditEntryQuerySet
from portal.core import clock

ROWS_ON_A_PAGE = 50


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """List acts, newest first."""
    reader = request.actor.person
    form = AuditSearchForm(request.GET)
    labels = sorted((str(label), event) for event, label in audit.events().items())
    form.fields["act"].choices = [  # type: ignore[attr-defined]
        ("", _("All")),
        *((event, label) for label, event in labels),
    ]
    wanted = form.cleaned_data if form.is_valid() else {}
    found = _filtered(AuditEntry.objects.visible_to(reader), wanted)
    rows = found.select_related("content_type", "seal").order_by("-timestamp", "-pk")
    context = {
        "form": form,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "chain": sealing.state(),
        "is_filtered": any(wanted.values()),
    }
    return render(request, "access/trail/list.html", context)


def _filtered(found: AuditEntryQuerySet, wanted: dict[str, Any]) -> AuditEntryQuerySet:
    if wanted.get("person"):
        found = found.by_person(wanted["person"])
    if wanted.get("act"):
        found = found.filter(event=wanted["act"])
    if wanted.get("agency"):
        found = found.filter(agency_name__icontains=wanted["agency"])
    if wanted.get("since"):
        start = datetime.combine(wanted["since"], time.min, clock.VIETNAM)
        found = found.filter(timestamp__gte=start)
    if wanted.get("until"):
        day_after = wanted["until"] + timedelta(days=1)
        end = datetime.combine(day_after, time.min, clock.VIETNAM)
        found = found.filter(timestamp__lt=end)
    return found.about(wanted["q"]) if wanted.get("q") else found
