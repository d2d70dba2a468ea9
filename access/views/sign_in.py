"""The one door: password, then second factor, or a passkey alone; and the way out."""

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.models import Device

from access import gate
from access.forms import ProofForm, RecoveryCodeForm, SignInForm
from access.login import (
    answers,
    devices,
    first_factor,
    passkeys,
    second_factor,
    sessions,
)
from access.models import Account, RecoveryDevice, TotpDevice
from access.refusals import PasskeyRefusedError, TooSoonError, WrongCodeError
from access.views.next_page import next_page, step


@gate.public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; a right answer leads to the second factor."""
    if gate.actor_of(request) is not None:
        return redirect(next_page(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = first_factor.check(request, **form.cleaned_data)
        if account is not None:
            first_factor.remember(request, account)
            return step(request, "access:second-factor")
        form.add_error(None, _("User name or password is wrong. Please try again."))
    context = {
        "form": form,
        "session_ended": request.user.is_authenticated,
        "right_address": passkeys.right_address(request),
    }
    return render(request, "access/sign_in.html", context)


@gate.public
@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_step(
    request: HttpRequest, *, is_recovery: bool = False
) -> HttpResponse:
    """Ask for the second factor of the person whose password was right just now."""
    if gate.actor_of(request) is not None:
        return redirect(next_page(request))
    account = first_factor.waiting(request)
    if account is None:
        return step(request, "access:sign-in")
    form_class = RecoveryCodeForm if is_recovery else ProofForm
    form = form_class(request.POST if request.method == "POST" else None)
    device = answer_of(request, account, form, purpose="second")
    if device is not None:
        return _let_in(request, account, device)
    context = {
        "form": form,
        "is_recovery": is_recovery,
        **ways_to_answer(request, account),
    }
    return render(request, "access/second_factor.html", context)


def answer_of(
    request: HttpRequest, account: Account, form: forms.Form, *, purpose: str
) -> Device | None:
    """Return the second factor that the form proves, else None with the fault in it.

    purpose: "second" or "prove", for which a passkey's challenge was given.
    """
    if not form.is_valid():
        return None
    kind = RecoveryDevice if isinstance(form, RecoveryCodeForm) else TotpDevice
    try:
        if credential := form.cleaned_data.get("credential"):
            return answers.by_passkey(request, account, credential, purpose=purpose)
        return answers.by_code(request, account, form.cleaned_data["code"], kind)
    except WrongCodeError:
        form.add_error("code", _("This code is wrong or was used already."))
    except TooSoonError as refusal:
        form.add_error("code", str(refusal))
    except PasskeyRefusedError as refusal:
        form.add_error(None, str(refusal))
    return None


def ways_to_answer(request: HttpRequest, account: Account) -> dict[str, object]:
    """Return which second factors the account has, for the pages that ask for one."""
    return {
        "has_authenticator": bool(second_factor.devices_of(account)),
        "has_passkey": bool(second_factor.passkeys_of(account)),
        "right_address": passkeys.right_address(request),
    }


def _let_in(request: HttpRequest, account: Account, device: Device) -> HttpResponse:
    response = redirect(next_page(request))
    sessions.begin(request, account, device)
    devices.mark(request, response)
    if isinstance(device, RecoveryDevice):
        _warn_of_few_codes(request, account)
    return response


@gate.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sign-in; a mere visit only asks."""
    if request.method == "POST":
        auth.logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)
    if gate.actor_of(request) is None:
        return redirect(settings.LOGIN_URL)
    return render(request, "access/sign_out.html")


def _warn_of_few_codes(request: HttpRequest, account: Account) -> None:
    left = second_factor.codes_left(account)
    messages.warning(
        request,
        ngettext(
            "You have %(left)s recovery code left. Make new ones in “My account”.",
            "You have %(left)s recovery codes left. Make new ones in “My account”.",
            left,
        )
        % {"left": left},
    )
