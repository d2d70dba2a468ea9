"""The one-time invitation: password, authenticator, recovery codes, and in.

Nothing is kept of a half-done enrolment but in the anonymous session, which is bound to
the link: the password as its hash, the seed encrypted. Opening the link uses nothing.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access import gate, rights
from access.actors import Actor
from access.forms import CodeForm, NewPasswordForm
from access.login import devices, origin, second_factor, sessions
from access.models import Account, Invitation
from access.refusals import InvitationInvalidError, SignedInAlreadyError
from access.services import invitations
from access.views.codes import keep_codes
from portal.core import secrets

_KEPT_AS = "enrolment"


@gate.public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a person through the invitation; the address must not travel on."""
    try:
        if actor := gate.actor_of(request):
            raise SignedInAlreadyError(name=actor.person.full_name)
        response = _next_step(request, invitations.find(token))
    except InvitationInvalidError as refusal:
        response = render(
            request,
            "access/invitation/ended.html",
            {"refusal": refusal},
            status=refusal.status,
        )
    # Not "no-referrer": browsers would send their forms with "Origin: null", which the
    # protection against forged requests refuses. The path with the token stays here.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _next_step(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "POST" and request.POST.get("step") == "restart":
        request.session.pop(_KEPT_AS, None)
        return redirect(request.path)
    kept = _kept(request, found)
    return _enrol(request, found, kept) if kept else _set_password(request, found)


def _set_password(request: HttpRequest, found: Invitation) -> HttpResponse:
    account = found.account
    is_sent = request.method == "POST" and request.POST.get("step") == "password"
    form = NewPasswordForm(account, request.POST if is_sent else None)
    if form.is_valid():
        request.session.cycle_key()
        account.set_password(form.cleaned_data["new_password"])  # not saved yet
        request.session[_KEPT_AS] = {
            "link": found.digest,
            "password": account.password,
            "seed": secrets.seal(second_factor.new_seed()),
        }
        return redirect(request.path)
    context = {"form": form, "account": account, "posts": _posts(account)}
    return render(request, "access/invitation/password.html", context)


def _enrol(
    request: HttpRequest, found: Invitation, kept: dict[str, Any]
) -> HttpResponse:
    seed = secrets.open_sealed(kept["seed"])
    is_sent = request.method == "POST" and request.POST.get("step") == "code"
    form = CodeForm(request.POST if is_sent else None)
    if form.is_valid():
        step = second_factor.step_of(seed, form.cleaned_data["code"])
        if step is not None:
            brought = invitations.Enrolment(kept["password"], seed, step)
            _accept(request, found, brought)
            response = redirect("access:recovery-codes")
            devices.mark(request, response)
            return response
        form.add_error(
            "code",
            _(
                "This code does not fit. Check that the clock of your telephone is set "
                "automatically, and type the code that is shown now."
            ),
        )
    context = {
        "form": form,
        "account": found.account,
        "qr_code": second_factor.qr_code(found.account, seed),
        "seed": second_factor.seed_as_text(seed),
    }
    return render(request, "access/invitation/authenticator.html", context)


def _accept(
    request: HttpRequest, found: Invitation, brought: invitations.Enrolment
) -> None:
    agencies = rights.acting_agencies(found.account)
    by = Actor(
        account=found.account,
        agency=agencies[0] if agencies else None,
        address=origin.client_address(request),
        device=origin.device(request),
    )
    with transaction.atomic():
        device, codes = invitations.accept(found, brought, by=by)
        request.session.flush()
        sessions.begin(request, device.user, device)
    keep_codes(request, codes)


def _kept(request: HttpRequest, found: Invitation) -> dict[str, Any] | None:
    """Return what this browser has done so far with this very link."""
    kept = request.session.get(_KEPT_AS)
    if kept and constant_time_compare(kept["link"], found.digest):
        return dict(kept)
    return None


def _posts(account: Account) -> list[str]:
    posts = account.assignments.unended().select_related("agency", "role")
    return [f"{post.role.name}, {post.agency.name}" for post in posts]
