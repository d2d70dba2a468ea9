"""Passkeys on pages: to come in with one, and to add, name and remove one's own.

A browser asks for a challenge, lets its authenticator answer, and sends the answer in a
plain form; `static/portal/passkeys.js` does no more than that.
"""

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from access import gate
from access.forms import PasskeyForm, PasskeyNameForm
from access.login import (
    devices,
    first_factor,
    passkeys,
    proof,
    sessions,
    tries,
)
from access.models import Passkey
from access.refusals import PasskeyRefusedError
from access.services import passkeys as own_passkeys
from access.views.next_page import next_page, step
from portal.core.errors import RefusalError


@gate.public
@never_cache
@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge for what it is about to do.

    Whose keys may answer is decided here: those of whoever is signed in, or of whoever
    just gave his password; else the browser offers what it has, and learns no name.
    """
    actor = gate.actor_of(request)
    if actor is not None:
        options = passkeys.proof_options(request, "prove", actor.person)
    elif request.POST.get("step") == "second":
        account = first_factor.waiting(request)
        if account is None:
            return JsonResponse({"reload": True}, status=409)
        options = passkeys.proof_options(request, "second", account)
    else:
        options = passkeys.proof_options(request, "alone", None)
    return JsonResponse(options)


@gate.public
@never_cache
@sensitive_post_parameters("credential")
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone, which verified its owner: two factors in one."""
    if gate.actor_of(request) is not None:
        return redirect(next_page(request))
    answer = request.POST.get("credential", "")
    try:
        key = passkeys.verify(request, answer, purpose="alone")
    except PasskeyRefusedError as refusal:
        owner = refusal.details.get("owner")
        tries.note(request, getattr(owner, "username", ""), "access.passkey_refused")
        messages.error(request, str(refusal))
        return step(request, "access:sign-in")
    return let_in(request, key, is_alone=True)


def let_in(request: HttpRequest, key: Passkey, *, is_alone: bool) -> HttpResponse:
    """Begin the sign-in, and lead to the page that was wanted."""
    page = next_page(request)
    request.session.flush()
    sessions.begin(request, key.user, key, is_alone=is_alone)
    response = redirect(page)
    devices.mark(request, response)
    return response


@never_cache
@require_POST
@proof.recently_proved
def registration_challenge(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge for a new passkey of whoever is signed in."""
    return JsonResponse(passkeys.registration_options(request, request.actor.person))


@never_cache
@sensitive_post_parameters("credential")
@require_http_methods(["GET", "HEAD", "POST"])
@proof.recently_proved
def add(request: HttpRequest) -> HttpResponse:
    """Add a passkey to one's own account."""
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer, name = form.cleaned_data["credential"], form.cleaned_data["name"]
        try:
            own_passkeys.add(request, answer, name, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The passkey “%(name)s” is added.") % form.data)
            return redirect("access:own-account")
    context = {"form": form, "right_address": passkeys.right_address(request)}
    return render(request, "access/own/add_passkey.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of one's own passkeys another name."""
    key = get_object_or_404(Passkey.objects.filter(user=request.actor.person), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = PasskeyNameForm(posted, initial={"name": key.name})
    if form.is_valid():
        own_passkeys.rename(key, form.cleaned_data["name"], by=request.actor)
        messages.success(request, _("The passkey has its new name."))
        return redirect("access:own-account")
    return render(request, "access/own/name_passkey.html", {"form": form, "key": key})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@proof.recently_proved
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of one's own passkeys, after a question."""
    key = get_object_or_404(Passkey.objects.filter(user=request.actor.person), pk=pk)
    is_present = key == _present_key(request)
    if request.method == "POST":
        own_passkeys.remove(key, by=request.actor)
        if is_present:
            auth.logout(request)
        messages.success(
            request, _("The passkey “%(name)s” is removed.") % {"name": key.name}
        )
        return redirect("access:sign-in" if is_present else "access:own-account")
    context = {"key": key, "is_present": is_present}
    return render(request, "access/own/remove_passkey.html", context)


def _present_key(request: HttpRequest) -> Passkey | None:
    """Return the passkey with which this very sign-in began, if it was one."""
    device = request.user.otp_device  # type: ignore[union-attr] # OTPMiddleware's
    return device if isinstance(device, Passkey) else None
