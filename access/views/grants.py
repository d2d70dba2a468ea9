"""Giving an existing account a further right, and finding the person for it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 8.1, 13.5.b and 15.7.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access import rights
from access.login.proof import recently_proved
from access.models import Account
from access.services import people, posts
from access.views.governance_forms import FindPersonForm, RightForm
from portal.core.errors import RefusalError


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody whose account one may read another right."""
    visible = Account.objects.visible_to(request.actor.person)
    return _grant(request, get_object_or_404(visible, pk=pk), is_known=True)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def find_person(request: HttpRequest) -> HttpResponse:
    """Find somebody of any agency by his exact user name, and grant him a right.

    Nothing but the name is shown: whose account it is otherwise stays untold.
    """
    rights.require_anywhere(request.actor.person, "accounts.manage")
    form = FindPersonForm(request.GET or None)
    if form.is_valid():
        try:
            found = people.look_up(form.cleaned_data["ten"], by=request.actor)
        except RefusalError as refusal:
            form.add_error("ten", str(refusal))
        else:
            return _grant(request, found, is_known=False)
    return render(request, "access/accounts/find_person.html", {"form": form})


def _grant(request: HttpRequest, account: Account, *, is_known: bool) -> HttpResponse:
    rights.require_anywhere(request.actor.person, "accounts.manage")
    posted = request.POST if request.method == "POST" else None
    form = RightForm(request.actor, posted)
    if form.is_valid():
        try:
            made = posts.grant(account, form.post, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": account.full_name, "role": made.role.name}
            messages.success(
                request, _("%(name)s now holds the role “%(role)s”.") % words
            )
            return redirect("access:account", pk=account.pk)
    context = {"form": form, "account": account, "is_known": is_known}
    return render(request, "access/accounts/grant.html", context)
