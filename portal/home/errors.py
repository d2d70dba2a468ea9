"""Pages for what went wrong, each with a way out. `portal.urls` names them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: the browser sent what no page of ours sends."""
    return render(request, "portal/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return render(request, "portal/errors/403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 when the CSRF token is missing or old (CSRF_FAILURE_VIEW)."""
    return render(request, "portal/errors/stale_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; the same for what is absent and for what is another agency's."""
    return render(request, "portal/errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database, the session or a context processor."""
    return HttpResponse(render_to_string("portal/errors/500.html"), status=500)
