"""One's own account: posts, acting agency, password, codes, sign-ins."""

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import rights
from access.forms import OwnPasswordForm
from access.login import origin, second_factor, sessions, tries
from access.models import Agency, LoginSession
from access.refusals import WrongCodeError
from access.services import accounts


@never_cache
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    account = request.actor.person
    posts = account.assignments.unended().select_related("agency", "role")
    context = {
        "account": account,
        "posts": posts,
        "askable": {post.pk for post in posts if post.delegated_from_id is None},
        "agencies": rights.acting_agencies(account),
        "devices": second_factor.devices_of(account),
        "passkeys": second_factor.passkeys_of(account),
        "codes_left": second_factor.codes_left(account),
        "sessions": LoginSession.objects.handled_by(account),
    }
    return render(request, "access/own/account.html", context)


@require_POST
def choose_agency(request: HttpRequest) -> HttpResponse:
    """Act for another of one's agencies from here on."""
    agencies = Agency.objects.visible_to(request.actor.person)
    agency = get_object_or_404(agencies, pk=_number(request.POST.get("agency")))
    sessions.choose_agency(request.actor.own_session, agency, by=request.actor)
    messages.success(
        request, _("You now act for %(agency)s.") % {"agency": agency.name}
    )
    return redirect("access:own-account")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other sign-in ends."""
    account = request.actor.person
    if tries.is_locked_out(request, account):
        return origin.locked_out(request)
    posted = request.POST if request.method == "POST" else None
    form = OwnPasswordForm(account, posted)
    if form.has_error("old_password", "wrong"):
        tries.count(request, account, "access.password_refused")
    if form.is_valid():
        wanted, code = form.cleaned_data["new_password"], form.cleaned_data["code"]
        try:
            accounts.change_password(request, wanted, code, by=request.actor)
        except WrongCodeError as refusal:
            tries.count(request, account, "access.second_factor_refused")
            form.add_error("code", str(refusal))
        else:
            tries.forget(request, account)
            messages.success(
                request,
                _("Your password is changed, and all other sign-ins have ended."),
            )
            return redirect("access:own-account")
    return render(request, "access/own/password.html", {"form": form})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sign-ins; the present one means signing out."""
    mine = LoginSession.objects.visible_to(request.actor.person)
    session = get_object_or_404(mine, pk=pk)
    if session == request.actor.session:
        auth.logout(request)
        return redirect("access:sign-in")
    sessions.end(session, by=request.actor)
    messages.success(request, _("That sign-in has ended."))
    return redirect("access:own-account")


@require_POST
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """End every sign-in of one's own, this one too."""
    sessions.end_all(request.actor.person, by=request.actor)
    auth.logout(request)
    return redirect("access:sign-in")


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() else 0
