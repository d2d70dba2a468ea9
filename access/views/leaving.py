"""Transfer and leave: first what ends is shown, then it ends at once.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.2, 13.5.b and 15.7.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.login.proof import recently_proved
from access.models import Account
from access.services import leaving
from access.views.governance_forms import LeaveForm, TransferForm
from portal.core.errors import RefusalError


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's rights in one's own agency, and ask for one in another."""
    handled = Account.objects.handled_by(request.actor.person)
    found = get_object_or_404(handled, pk=pk)
    agencies = leaving.agencies_to_leave(found, request.actor)
    posted = request.POST if request.method == "POST" else None
    form = TransferForm(agencies, request.actor, posted)
    if form.is_valid():
        agency = form.cleaned_data["agency"]
        try:
            asked = leaving.transfer(found, agency, form.move, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": found.full_name, "agency": asked.to_agency}
            messages.success(
                request,
                _("The rights of %(name)s ended. %(agency)s now decides.") % words,
            )
            return redirect("access:request", pk=asked.pk)
    context = {
        "form": form,
        "account": found,
        "endings": [(agency, leaving.preview(found, agency)) for agency in agencies],
    }
    return render(request, "access/accounts/transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account of somebody who stops working."""
    handled = Account.objects.handled_by(request.actor.person)
    found = get_object_or_404(handled, pk=pk)
    leaving.require_governing(found, request.actor)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            leaving.leave(
                found,
                by=request.actor,
                reason=given["reason"],
                decision_number=given["decision_number"],
            )
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("The account of %(name)s is closed.") % {"name": found.full_name},
            )
            return redirect("access:account", pk=found.pk)
    context = {"form": form, "account": found, "ending": leaving.preview(found)}
    return render(request, "access/accounts/leave.html", context)
