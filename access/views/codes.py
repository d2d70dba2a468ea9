"""Recovery codes: shown until the person says that they are stored, then never again.

Until then they lie encrypted in his own session, so that a reload loses nothing.
"""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access.forms import CodeForm
from access.login import origin, tries
from access.refusals import WrongCodeError
from access.services import accounts
from portal.core import secrets

_KEPT_AS = "fresh_codes"


def keep_codes(request: HttpRequest, codes: list[str]) -> None:
    """Keep fresh codes for the page that shows them."""
    request.session[_KEPT_AS] = secrets.seal(json.dumps(codes))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show fresh recovery codes; forget them when the person has stored them."""
    sealed = request.session.get(_KEPT_AS)
    if sealed is None:
        return redirect("access:own-account")
    if request.method == "POST":
        del request.session[_KEPT_AS]
        messages.success(request, _("Your recovery codes are set up."))
        return redirect("home:dashboard")
    context = {"codes": json.loads(secrets.open_sealed(sealed))}
    return render(request, "access/own/recovery_codes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes, after a code of the authenticator."""
    account = request.actor.person
    if tries.is_locked_out(request, account):
        return origin.locked_out(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = accounts.renew_codes(form.cleaned_data["code"], by=request.actor)
        except WrongCodeError as refusal:
            tries.count(request, account, "access.second_factor_refused")
            form.add_error("code", str(refusal))
        else:
            tries.forget(request, account)
            keep_codes(request, codes)
            return redirect("access:recovery-codes")
    return render(request, "access/own/new_codes.html", {"form": form})
