"""Finding the row in the scope of whoever asks; outside it there is nothing (404)."""

from typing import TypeVar

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from incidents.models import Incident

AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


def readable(request: HttpRequest, number: str) -> Incident:
    """Return an incident that this person may read."""
    incidents = Incident.objects.visible_to(request.actor.person)
    return get_object_or_404(
        incidents.select_related("agency", "keeper"), number=number
    )


def own(request: HttpRequest, number: str) -> Incident:
    """Return an incident of an agency for which this person handles them."""
    incidents = Incident.objects.handled_by(request.actor.person)
    return get_object_or_404(
        incidents.select_related("agency", "keeper"), number=number
    )


def reported(request: HttpRequest, number: str) -> Incident:
    """Return an incident that was reported to an agency of this person."""
    incidents = Incident.objects.supervised_by(request.actor.person)
    return get_object_or_404(
        incidents.select_related("agency", "keeper"), number=number
    )


def filled(request: HttpRequest, form: type[AnyForm], **initial: object) -> AnyForm:
    """Return the form with what was sent, or else with its initial values."""
    if request.method == "POST":
        return form(request.POST, request.FILES)
    return form(initial=initial)
