"""Reports upward, and what comes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents import lines, services
from incidents.forms import DirectiveForm, DutyDoneForm, EscalationForm, OutsideForm
from incidents.views.finding import filled, own, reported
from portal.core import clock

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def escalate(request: HttpRequest, number: str) -> HttpResponse:
    """Report at once that this is beyond the agency's capacity."""
    found = own(request, number)
    if found.beyond_capacity:
        return redirect(found)
    authority = lines.authority_for(found)  # refuses now if nobody is on record
    form = filled(
        request,
        EscalationForm,
        harm=found.harm,
        telephone=request.actor.person.telephone or found.keeper.telephone,
    )
    if not form.is_valid():
        context = {
            "incident": found,
            "form": form,
            "authority": authority,
            "superior": lines.superior_of(found),
            "coordinator": lines.coordinator(),
        }
        return render(request, "incidents/escalate.html", context)
    step = services.escalate_beyond_capacity(
        found, by=request.actor, **form.cleaned_data
    )
    said = _("The report to %(agency)s has been made and is on its way.")
    messages.success(request, said % {"agency": step.recipient})
    return redirect(found)


@require_http_methods(FORM_METHODS)
def outside(request: HttpRequest, number: str, step: int) -> HttpResponse:
    """Note that a report was made by telephone or on paper."""
    found = own(request, number)
    chosen = get_object_or_404(found.steps.select_related("keeper"), pk=step)
    form = filled(request, OutsideForm, at=clock.now())
    if not form.is_valid():
        context = {"incident": found, "step": chosen, "form": form}
        return render(request, "incidents/outside.html", context)
    services.note_reported_outside(chosen, by=request.actor, **form.cleaned_data)
    messages.success(request, _("It has been noted that you reported."))
    return redirect(found)


@require_http_methods(FORM_METHODS)
def duty_done(request: HttpRequest, number: str, duty: int) -> HttpResponse:
    """Note that a duty was done outside the portal."""
    found = own(request, number)
    owed = found.obligations.filter(keeper=found.keeper)
    chosen = get_object_or_404(owed.select_related("rule__legal_basis"), pk=duty)
    form = filled(request, DutyDoneForm, done_at=clock.now())
    if not form.is_valid():
        context = {"incident": found, "duty": chosen, "form": form}
        return render(request, "incidents/duty_done.html", context)
    services.note_done(chosen, by=request.actor, **form.cleaned_data)
    messages.success(request, _("The duty has been noted as done."))
    return redirect(found)


@require_POST
def acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm receipt of what was reported to one's agency."""
    found = reported(request, number)
    services.acknowledge(found, by=request.actor)
    messages.success(request, _("Receipt has been confirmed; the agency was told."))
    return redirect(found)


@require_http_methods(FORM_METHODS)
def directive(request: HttpRequest, number: str) -> HttpResponse:
    """Give guidance, or say why none is needed."""
    found = reported(request, number)
    form = filled(request, DirectiveForm)
    if not form.is_valid():
        context = {"incident": found, "form": form}
        return render(request, "incidents/directive.html", context)
    services.give_directive(found, by=request.actor, **form.cleaned_data)
    messages.success(request, _("Your answer has been sent to the agency."))
    return redirect(found)


@require_POST
def acknowledge_directive(
    request: HttpRequest, number: str, directive: int
) -> HttpResponse:
    """Confirm that guidance was received."""
    found = own(request, number)
    chosen = get_object_or_404(found.directives, pk=directive)
    services.acknowledge_directive(chosen, by=request.actor)
    messages.success(request, _("Receipt of the guidance has been confirmed."))
    return redirect(found)
