"""Which addresses of Wagtail's admin exist: those named here, and no other.

A new version of Wagtail may bring new addresses. They are closed until somebody reads
them and adds them to the list.
"""

from collections.abc import Callable, Iterator

from csp.constants import HEADER as CSP
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver

from access.login import editors
from policies.cms.words import script_catalogue

# By the beginning of the route below /cms/. Uploads, people, groups, sites, workflows,
# collections, privacy by a shared password, and every kind of sign-in are missing.
OPEN_ROUTES = (
    "pages/",
    "api/main/pages/",
    "bulk/",
    "choose-page/",
    "choose-external-link/",
    "choose-email-link/",
    "choose-phone-link/",
    "choose-anchor-link/",
    "reports/site-history/",
    "reports/aging-pages/",
    "editing-sessions/",
    "block-preview/",
    "dismissibles/",
    "sprite/",
)
CLOSED_ROUTES = (
    "pages/<int:page_id>/privacy/",
    "pages/workflow/",
    "pages/<int:page_id>/workflow_history/",
)
# Bulk actions name a model in the address: only pages have any here.
BULK_APPS = {"wagtailcore", "policies"}

# Wagtail's date fields write a script into the page, and its editor writes styles:
# neither carries a nonce in 8.0. Nothing comes from, or goes to, another host.
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}

View = Callable[..., HttpResponseBase]


def opened(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Close every view that is not named above; names go on leading to addresses.

    Wagtail's templates ask for the addresses of closed views, so the patterns stay.
    """
    for route, pattern in leaves(patterns):
        callback = pattern.callback
        if route == "logout/":
            callback = _sign_out
        elif route == "jsi18n/":
            callback = script_catalogue
        elif route.startswith("bulk/"):
            callback = _for_pages_only(callback)
        elif not _is_open(route):
            callback = closed
        if "preview" in route or "view_draft" in route:
            callback = _framed(callback)
        pattern.callback = csp_replace(POLICY)(_for_editors(callback))
    return patterns


def leaves(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield each address with its route, that of the includes around it first."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from leaves(pattern.url_patterns, route)
        else:
            yield route, pattern


def closed(_request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """Answer that there is nothing here."""
    raise Http404


def _is_open(route: str) -> bool:
    plain = route.replace("^", "")
    if plain.startswith(CLOSED_ROUTES):
        return False
    return plain == "" or plain.startswith(OPEN_ROUTES)


def _for_pages_only(view: View) -> View:
    def only_pages(
        request: HttpRequest, app_label: str, **kwargs: object
    ) -> HttpResponseBase:
        if app_label not in BULK_APPS:
            raise Http404
        return view(request, app_label=app_label, **kwargs)

    return only_pages


def _framed(view: View) -> View:
    """Let the editor show a page of ours beside the text, within this host.

    The page keeps the strict policy of its own; only who may frame it is widened.
    """

    def shown_in_frame(
        request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        policy = answer.headers.get(CSP, "")
        if policy:
            answer.headers[CSP] = policy.replace(
                f"frame-ancestors {NONE}", f"frame-ancestors {SELF}"
            )
        answer.headers["X-Frame-Options"] = "SAMEORIGIN"
        return answer

    return shown_in_frame


def _for_editors(view: View) -> View:
    """Let Wagtail know an editor whose right began after he signed in.

    The gate has asked for cms.edit already; Wagtail asks Django's groups.
    """

    def known_to_wagtail(
        request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        # Asked of the rows: has_perm would remember the answer for this request.
        account = request.actor.person
        if not account.groups.exists():
            editors.sync(account)
        return view(request, *args, **kwargs)

    return known_to_wagtail


def _sign_out(_request: HttpRequest) -> HttpResponse:
    """Lead to our own way out, which ends the sign-in and audits it."""
    return redirect("access:sign-out")
