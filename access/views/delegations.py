"""One's own delegations (ủy quyền): given, received, new, ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access.login.proof import recently_proved
from access.models import Assignment
from access.services import delegations as services
from access.views.governance_forms import DelegationForm
from portal.core.errors import RefusalError


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """Show what one delegated, what was delegated to one, and what could be."""
    person = request.actor.person
    related = ("account", "agency", "role", "delegated_from__account")
    mine = Assignment.objects.delegations_of(person).select_related(*related)
    context = {
        "rows": mine.prefetch_related("delegated_permissions").order_by("-starts_on"),
        "sources": services.delegable(person),
        "person": person,
    }
    return render(request, "access/delegations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Delegate something of one right to a colleague."""
    source = get_object_or_404(services.delegable(request.actor.person), pk=pk)
    form = DelegationForm(source, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.delegate(source, form.mandate, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": made.account.full_name, "day": f"{made.ends_on:%d/%m/%Y}"}
            messages.success(request, _("Delegated to %(name)s until %(day)s.") % words)
            return redirect("access:delegations")
    context = {
        "form": form,
        "source": source,
        "is_empty": not services.delegable_permissions(source),
    }
    return render(request, "access/delegations/new.html", context)


@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation at once, as one of the two or as administrator."""
    person = request.actor.person
    endable = Assignment.objects.handled_by(person).exclude(delegated_from=None)
    mine = Assignment.objects.delegations_of(person)
    found = get_object_or_404(endable | mine, pk=pk)
    services.end(found, by=request.actor)
    messages.success(request, _("The delegation has ended."))
    if mine.filter(pk=found.pk).exists():
        return redirect("access:delegations")
    return redirect("access:account", pk=found.account_id)
