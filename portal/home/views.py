from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import gate
from portal.core import panels
from portal.core.hashing import HashingUploadHandler
from portal.home import answers
from portal.home.context import THEME_COOKIE, THEMES
from portal.home.forms import QuestionForm

CHOICE_LASTS = timedelta(days=365)


def _boxes(request: HttpRequest, place: panels.Place) -> list[dict[str, object]]:
    """Return the rendered panels of a place, without those that have nothing to say."""
    actor = request.actor if place == "dashboard" else None
    boxes = []
    for panel in panels.panels_for(actor, place):
        if context := panel.context(actor):
            html = render_to_string(panel.template, context, request)
            boxes.append({"html": html, "is_wide": panel.is_wide})
    return boxes


@gate.public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the public front page."""
    return render(request, "portal/front.html", {"boxes": _boxes(request, "front")})


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show a person's own duties."""
    boxes = _boxes(request, "dashboard")
    return render(request, "portal/dashboard.html", {"boxes": boxes})


@gate.public
@csrf_exempt  # `_verify` checks; the handler must be in place before the body is read
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Answer whether a document was issued here, and whether it is the current one."""
    request.upload_handlers = [HashingUploadHandler(request)]
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("sha256") or request.GET.get("number")
    asked = asked or request.GET.get("so") or request.GET.get("q", "")
    if request.method == "POST":
        form = QuestionForm(request.POST, request.FILES)
    else:
        form = QuestionForm({"q": asked} if asked else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= {"is_answered": True, **answers.to(request, form.cleaned_data)}
    answer = render(request, "portal/verify.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _back(request: HttpRequest) -> HttpResponse:
    """Go back to the page where a choice was made, if it is one of ours."""
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(page if is_ours else "home:front")


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name,
        value,
        max_age=CHOICE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@gate.public
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the look that this browser wants."""
    theme = request.POST.get("theme", "")
    response = _back(request)
    return _remember(response, THEME_COOKIE, theme) if theme in THEMES else response


@gate.public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language that this browser wants."""
    code = request.POST.get("language", "")
    response = _back(request)
    if code not in dict(settings.LANGUAGES):
        return response
    return _remember(response, settings.LANGUAGE_COOKIE_NAME, code)
