"""Reorganisations: what is planned, what it does, and the word of a second person."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import rights
from access.forms import ReasonForm
from access.login.proof import recently_proved
from access.models import Agency, AgencyEvent
from access.refusals import PreviewChangedError
from access.services import reorganisation
from access.views.reorganisation_forms import FORMS, label_of
from portal.core import clock
from portal.core.errors import RefusalError

ROWS_ON_A_PAGE = 25
OPEN = ("planned", "approved")


@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    """List what is open, and what is in effect or was withdrawn."""
    _require(request)
    visible = AgencyEvent.objects.handled_by(request.actor.person)
    related = visible.select_related("legal_basis", "planned_by", "approved_by")
    shown = related.prefetch_related("changes__agency", "successions__predecessor")
    past = shown.exclude(state__in=OPEN).order_by("-effective_on", "-pk")
    context = {
        "open": shown.filter(state__in=OPEN).order_by("effective_on", "pk"),
        "page": Paginator(past, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "kinds": _kinds(),
    }
    return render(request, "access/reorganisation/list.html", context)


def _kinds() -> list[tuple[str, str]]:
    return [(slug, form.kind) for slug, form in FORMS.items()]


@require_safe
def choose_kind(request: HttpRequest) -> HttpResponse:
    """Ask first what kind of reorganisation it is."""
    _require(request)
    return render(request, "access/reorganisation/kinds.html", {"kinds": _kinds()})


@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who it is about; the next page asks what becomes of each thing."""
    _require(request)
    if slug not in FORMS:
        raise Http404
    form = FORMS[slug](request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with transaction.atomic():  # a new decision is kept with its plan or not
                event = reorganisation.propose(form.plan(), by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            has_things = event.changes.filter(gives=True).exists()
            page = "decide-reorganisation" if has_things else "reorganisation"
            return redirect(f"access:{page}", pk=event.pk)
    there = Agency.objects.visible_to(request.actor.person).unended().by_rank()
    context = {
        "form": form,
        "kind": AgencyEvent.Kind(form.kind),
        "agencies": [label_of(agency) for agency in there],
    }
    return render(request, "access/reorganisation/plan.html", context)


@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for each thing who takes it, or whether it ends."""
    event = _found(request, pk)
    refused = ""
    if request.method == "POST":
        try:
            reorganisation.decide(event, _choices(request), by=request.actor)
        except RefusalError as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Kept. This is what it does now."))
            return redirect("access:reorganisation", pk=event.pk)
    seen = reorganisation.build(event)
    context = {"event": event, "seen": seen, "refused": refused}
    return render(request, "access/reorganisation/decide.html", context)


def _choices(request: HttpRequest) -> dict[tuple[str, str], str]:
    """Return what was chosen, by kind and key; the service knows what there is."""
    found = {}
    for name, value in request.POST.items():
        kind, separator, key = name.partition(":")
        if separator:
            found[kind, key] = str(value)
    return found


@require_safe
def reorganisation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what it does, to whoever plans it and to whoever decides."""
    event = _found(request, pk)
    is_open = event.state in OPEN
    actor = request.actor
    context = {
        "event": event,
        "seen": reorganisation.build(event) if is_open else None,
        "is_open": is_open,
        "waits": event.state == "planned" or bool(event.obstacle),
        "is_own": event.planned_by == actor.person,
        "is_late": event.effective_on < clock.today(),
        "successions": event.successions.select_related("predecessor", "successor"),
    }
    return render(request, "access/reorganisation/page.html", context)


@recently_proved
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve what the page showed, as the second person."""
    event = _found(request, pk)
    try:
        event = reorganisation.approve(
            event, request.POST.get("preview", ""), by=request.actor
        )
    except PreviewChangedError as refusal:
        messages.error(request, str(refusal))
        return redirect("access:reorganisation", pk=event.pk)
    said = (
        _("Approved and in effect.")
        if event.state == AgencyEvent.State.APPLIED
        else _("Approved. It takes effect on its day.")
    )
    messages.success(request, said)
    return redirect("access:reorganisation", pk=event.pk)


@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it is in effect."""
    event = _found(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reorganisation.withdraw(
            event, by=request.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The reorganisation is withdrawn."))
        return redirect("access:reorganisation", pk=event.pk)
    context = {"form": form, "event": event}
    return render(request, "access/reorganisation/withdraw.html", context)


def _found(request: HttpRequest, pk: int) -> AgencyEvent:
    handled = AgencyEvent.objects.handled_by(request.actor.person)
    related = ("legal_basis", "planned_by", "approved_by")
    return get_object_or_404(handled.select_related(*related), pk=pk)


def _require(request: HttpRequest) -> None:
    """Raise 404 for whoever manages no agencies: others have no such pages."""
    if not rights.may(request.actor.person, "agencies.manage"):
        raise Http404
