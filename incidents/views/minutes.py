"""The minutes: written, issued, and handed out as they were issued."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents import drafting, lines, services
from incidents.forms import MinutesForm
from incidents.models import Incident, IncidentMinutes
from incidents.views.finding import filled, own, readable


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, number: str) -> HttpResponse:
    """Write the minutes, prefilled from the incident, and issue them."""
    found = own(request, number)
    old = _corrected(request, found)
    initial = (
        drafting.from_issued(old) if old else drafting.prefilled(found, request.actor)
    )
    form = filled(request, MinutesForm, **initial)
    if not form.is_valid():
        context = {
            "incident": found,
            "form": form,
            "corrects": old,
            "superior": lines.superior_of(found),
        }
        return render(request, "incidents/write_minutes.html", context)
    issued = services.issue_minutes(
        found, by=request.actor, content=form.content(), corrects=old
    )
    messages.success(
        request, _("Minutes %(number)s have been issued.") % {"number": issued.number}
    )
    return redirect(f"{found.get_absolute_url()}#bien-ban")


def _corrected(request: HttpRequest, found: Incident) -> IncidentMinutes | None:
    """Return the minutes that the address says are to be corrected."""
    code = request.GET.get("dinh-chinh", "")
    return get_object_or_404(found.minutes, check_code=code) if code else None


@require_safe
def download(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Hand out the very bytes that were issued."""
    found = readable(request, number)
    issued = get_object_or_404(
        found.minutes.select_related("agency", "incident"), check_code=code
    )
    content = services.issued_bytes(issued, by=request.actor)
    name = f"{issued.number.replace('/', '-')}-{issued.year}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{_ascii(name)}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _ascii(name: str) -> str:
    return name.replace("Đ", "D").encode("ascii", "ignore").decode()
