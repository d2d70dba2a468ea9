"""The page on which somebody signed in proves again that it is he."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.forms import ProofForm
from access.login import origin, proof, second_factor, tries
from access.views.next_page import next_page
from access.views.sign_in import answer_of, ways_to_answer


@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey of the person who is signed in, then lead back."""
    account, session = request.actor.person, request.actor.own_session
    if tries.is_locked_out(request, account):
        return origin.locked_out(request)
    form = ProofForm(request.POST if request.method == "POST" else None)
    device = answer_of(request, account, form, purpose="prove")
    if device is not None:
        tries.forget(request, account)
        method = second_factor.method_of(device)
        proof.renew(session, by=request.actor, method=method)
        return redirect(next_page(request))
    context = {
        "form": form,
        "nothing_saved": "chua-luu" in request.GET,
        **ways_to_answer(request, account),
    }
    return render(request, "access/proof.html", context)
