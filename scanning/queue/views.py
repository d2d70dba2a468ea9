"""The page that shows the state of the scanning at one glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.models import Agency
from portal.core import clock
from portal.core.errors import NotAllowedError
from portal.core.models import SweepRun
from scanning import engine
from scanning.models import Attachment
from scanning.querysets import PROVINCE_COUNTS
from scanning.queue import glance

SWEEP = "scan"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show counts of one's agencies, or of the province to those who answer for it."""
    person = request.actor.person
    is_province = Agency.objects.where(person, *PROVINCE_COUNTS).exists()
    reads = Agency.objects.where(person, "attachments.read").exists()
    if not (is_province or reads):
        raise NotAllowedError
    scope = Attachment.objects.counted_for(person)
    waiting, held = glance.waiting(scope), glance.held(scope)
    day, week = glance.speeds(scope)
    context = {
        "is_province": is_province,
        "links_to_lists": reads and not is_province,
        "waiting": waiting,
        "waiting_number": sum(each.number for each in waiting),
        "is_late": any(each.is_late for each in waiting),
        "held": held,
        "held_number": sum(each.number for each in held),
        "partly_number": scope.partly_open().count(),
        "released_number": glance.released_since(scope, clock.start_of(clock.today())),
        "speeds": [("day", day), ("week", week)],
        "target": glance.target().total_seconds(),
        "months": glance.months(),
        "detected": glance.detected(scope),
        "status": engine.recent_status(),
        "is_silent": bool(SweepRun.silent([SWEEP])),
    }
    return render(request, "scanning/queue.html", context)
