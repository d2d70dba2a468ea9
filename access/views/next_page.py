"""Where a person wanted to go before he was asked who he is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode


def next_page(request: HttpRequest) -> str:
    """Return the wanted page if it is one of this host, else the dashboard."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def step(request: HttpRequest, name: str) -> HttpResponse:
    """Go to a step of the sign-in, taking the wanted page along if it is ours."""
    address = reverse(name)
    page = next_page(request)
    if page != resolve_url(settings.LOGIN_REDIRECT_URL):
        address += "?" + urlencode({"next": page})
    return redirect(address)
