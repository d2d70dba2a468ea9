"""From where a request comes, believing only the proxies that are ours."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, seen from behind our own proxies.

    With n proxies of ours, the n-th address from the right in X-Forwarded-For was
    written by the outermost of them; whatever stands further left came from outside.
    """
    direct = str(request.META.get("REMOTE_ADDR", "")) or "127.0.0.1"
    if not settings.PORTAL_PROXIES:
        return direct
    chain = request.headers.get("X-Forwarded-For", "").split(",")
    hops = [hop.strip() for hop in chain if hop.strip()]
    if len(hops) < settings.PORTAL_PROXIES:
        return direct
    return hops[-settings.PORTAL_PROXIES]


def device(request: HttpRequest) -> str:
    """Return how the browser names itself, at most 200 characters."""
    return request.headers.get("User-Agent", "")[:200]


# In the order in which they must be looked for: most call themselves several names.
_BROWSERS = {"Edg/": "Edge", "coc_coc": "Cốc Cốc", "OPR/": "Opera"}
_BROWSERS |= {"Firefox/": "Firefox", "Chrome/": "Chrome", "CriOS/": "Chrome"}
_BROWSERS |= {"Safari/": "Safari"}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad"}
_SYSTEMS |= {"Windows": "Windows", "Mac OS X": "macOS", "Linux": "Linux"}


def in_words(user_agent: str) -> str:
    """Return browser and system in two words, or the beginning of what was sent."""
    known = [
        next((word for sign, word in names.items() if sign in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, known)) or user_agent[:60]


def locked_out(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """Answer after too many wrong tries: wait, or ask the administrator."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    return render(request, "access/locked_out.html", {"minutes": minutes}, status=429)
