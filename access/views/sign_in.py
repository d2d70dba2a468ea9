"""The one door: password, then second factor; and the way out."""

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access import gate
from access.forms import CodeForm, RecoveryCodeForm, SignInForm
from access.login import first_factor, second_factor, sessions
from access.models import Account, RecoveryDevice, TotpDevice


@gate.public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; a right answer leads to the second factor."""
    if gate.actor_of(request) is not None:
        return redirect(_next_page(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = first_factor.check(request, **form.cleaned_data)
        if account is not None:
            first_factor.remember(request, account)
            return _step(request, "access:second-factor")
        form.add_error(None, _("User name or password is wrong. Please try again."))
    was_signed_in = request.user.is_authenticated
    context = {"form": form, "session_ended": was_signed_in}
    return render(request, "access/sign_in.html", context)


@gate.public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_step(
    request: HttpRequest, *, is_recovery: bool = False
) -> HttpResponse:
    """Ask for a code of the person whose password was right just now."""
    if gate.actor_of(request) is not None:
        return redirect(_next_page(request))
    account = first_factor.waiting(request)
    if account is None:
        return _step(request, "access:sign-in")
    form_class = RecoveryCodeForm if is_recovery else CodeForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        kind = RecoveryDevice if is_recovery else TotpDevice
        if wait := second_factor.seconds_to_wait(account, kind):
            form.add_error(
                "code",
                _("Too many wrong codes. Wait %(seconds)s seconds and try again.")
                % {"seconds": wait},
            )
        elif device := second_factor.check(account, form.cleaned_data["code"], kind):
            page = _next_page(request)
            sessions.begin(request, account, device)
            if is_recovery:
                _warn_of_few_codes(request, account)
            return redirect(page)
        else:
            first_factor.refuse_second_factor(request, account)
            form.add_error("code", _("This code is wrong or was used already."))
    context = {"form": form, "is_recovery": is_recovery}
    return render(request, "access/second_factor.html", context)


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


def _step(request: HttpRequest, name: str) -> HttpResponse:
    """Go to a step of the sign-in, taking the wanted page along if it is ours."""
    address = reverse(name)
    page = _next_page(request)
    if page != resolve_url(settings.LOGIN_REDIRECT_URL):
        address += "?" + urlencode({"next": page})
    return redirect(address)


def _next_page(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is a page of this host."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)
