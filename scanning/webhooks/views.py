"""What was told to one connected system, for whoever manages agencies."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.models import Connector
from scanning.webhooks import delivery as sending

ROWS_ON_A_PAGE = 50


@require_safe
def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """List the notices to a system, newest first."""
    connector = _managed(request, pk)
    page = Paginator(connector.deliveries.all(), ROWS_ON_A_PAGE)
    context = {
        "connector": connector,
        "page": page.get_page(request.GET.get("page")),
    }
    return render(request, "scanning/deliveries.html", context)


@require_POST
def retry(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send a notice again at once."""
    connector = _managed(request, pk)
    found = get_object_or_404(connector.deliveries.all(), pk=delivery)
    sending.retry(found, by=request.actor)
    messages.success(request, _("The notice is sent again."))
    return redirect("scanning:deliveries", pk=connector.pk)


def _managed(request: HttpRequest, pk: int) -> Connector:
    rows = Connector.objects.handled_by(request.actor.person)
    found: Connector = get_object_or_404(rows, pk=pk)
    return found
