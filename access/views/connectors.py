"""Connected systems, for whoever manages agencies: listed, registered, ended.

Secrets are shown once, on the page that answers their making, and kept nowhere.
"""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access import rights
from access.connecting import SCOPES
from access.forms import ReasonForm
from access.login.proof import recently_proved
from access.models import Connector
from access.services import connectors as services
from access.views.connectors_forms import AddressForm, ConnectorForm, SecretForm
from portal.core.errors import RefusalError

ROWS_ON_A_PAGE = 25
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def connectors(request: HttpRequest) -> HttpResponse:
    """List all systems: what they are, of which agency, and whether they speak."""
    _require_manager(request)
    found = Connector.objects.visible_to(request.actor.person)
    found = found.select_related("agency").annotate(
        last_used=Max("secrets__last_used_at")
    )
    ordered = found.order_by("ended_at", "agency__name", "name", "pk")
    page = Paginator(ordered, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "access/connectors/list.html", {"page": page})


@require_safe
def connector(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one system: its particulars, its secrets, what may be done with it."""
    found = _managed(request, pk)
    context = {
        "connector": found,
        "scopes": [SCOPES[scope] for scope in found.scopes if scope in SCOPES],
        "acts_for": found.acts_for.all(),
        "secrets": found.secrets.select_related("made_by"),
    }
    return render(request, "access/connectors/connector.html", context)


@recently_proved
@require_http_methods(METHODS)
def register(request: HttpRequest) -> HttpResponse:
    """Register a system; the answer shows its secret once."""
    _require_manager(request)
    form = ConnectorForm(_posted(request))
    if form.is_valid():
        try:
            issued = services.register(form.particulars, by=request.actor)
        except RefusalError as refusal:
            form.add_error("webhook_url", str(refusal))
        else:
            return _shown_once(request, issued)
    title = _("Register a connected system")
    return _form_page(request, None, form, title, submit=_("Register"))


@recently_proved
@require_http_methods(METHODS)
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a system a new secret; the answer shows it once."""
    found = _managed(request, pk)
    form = SecretForm(_posted(request))
    if form.is_valid():
        hours = timedelta(hours=int(form.cleaned_data["overlap"]))
        issued = services.new_secret(found, overlap=hours, by=request.actor)
        return _shown_once(request, issued)
    title = _("Make a new secret")
    return _form_page(request, found, form, title, submit=_("Make the secret"))


@recently_proved
@require_http_methods(METHODS)
def change_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Change where notices go; the answer shows the new key once."""
    found = _managed(request, pk)
    form = AddressForm(_posted(request), initial={"webhook_url": found.webhook_url})
    if form.is_valid():
        try:
            issued = services.change_address(
                found, form.cleaned_data["webhook_url"], by=request.actor
            )
        except RefusalError as refusal:
            form.add_error("webhook_url", str(refusal))
        else:
            if issued.webhook_key:
                return _shown_once(request, issued)
            messages.success(request, _("No more notices are sent to this system."))
            return redirect("access:connector", pk=found.pk)
    return _form_page(request, found, form, _("Address for notices"))


@recently_proved
@require_http_methods(METHODS)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse every call of a system until further notice."""
    lead = _("Every call is refused at once, until somebody lets it speak again.")
    return _act(request, pk, services.suspend, _("Suspend the connection"), lead)


@recently_proved
@require_http_methods(METHODS)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a suspended system speak again."""
    lead = _("Its secrets that have not ended hold again.")
    return _act(request, pk, services.resume, _("Let it speak again"), lead)


@recently_proved
@require_http_methods(METHODS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a connection for ever."""
    lead = _("Every call is refused from now on. This cannot be undone.")
    return _act(request, pk, services.end, _("End the connection"), lead)


def _act(
    request: HttpRequest, pk: int, act: object, title: str, lead: str
) -> HttpResponse:
    found = _managed(request, pk)
    form = ReasonForm(_posted(request))
    if form.is_valid():
        act(found, reason=form.cleaned_data["reason"], by=request.actor)  # type: ignore[operator] # one of the three services
        messages.success(request, _("Done: %(what)s.") % {"what": title})
        return redirect("access:connector", pk=found.pk)
    return _form_page(request, found, form, title, lead=lead, submit=title)


def _shown_once(request: HttpRequest, issued: services.Issued) -> HttpResponse:
    answer = render(request, "access/connectors/issued.html", {"issued": issued})
    answer["Cache-Control"] = "no-store"
    return answer


def _form_page(  # noqa: PLR0913 (what the one template shows)
    request: HttpRequest,
    found: Connector | None,
    form: object,
    title: str,
    *,
    lead: str = "",
    submit: str = "",
) -> HttpResponse:
    context = {
        "connector": found,
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit or _("Save"),
    }
    return render(request, "access/connectors/form.html", context)


def _posted(request: HttpRequest) -> dict[str, object] | None:
    return request.POST if request.method == "POST" else None  # type: ignore[return-value] # a QueryDict


def _require_manager(request: HttpRequest) -> None:
    """Let those who manage agencies pass; for others there is no such page."""
    if not rights.may(request.actor.person, "agencies.manage"):
        raise Http404


def _managed(request: HttpRequest, pk: int) -> Connector:
    rows = Connector.objects.handled_by(request.actor.person)
    found: Connector = get_object_or_404(
        rows.select_related("agency", "registered_by", "ended_by"), pk=pk
    )
    return found
