"""The page on which whoever looks after accounts begins the day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access import day, rights


@require_safe
def to_look_at(request: HttpRequest) -> HttpResponse:
    """List what must be looked at, each line with the page that puts it right."""
    reader = request.actor.person
    permissions = ("accounts.read", "accounts.manage", "accounts.appoint")
    rights.require_anywhere(reader, *permissions)
    context = {"sections": day.sections(reader)}
    return render(request, "access/day.html", context)
