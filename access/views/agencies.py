"""Agencies as of any day: names, codes, superiors, functions, people, heirs.

Everybody who signs in reads the directory; whoever manages agencies keeps it.
"""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from access import directory, rights
from access.login.proof import recently_proved
from access.models import Agency, AgencyCode, Connector, Function
from access.services import agencies as services
from portal.core import clock
from portal.core.errors import RefusalError
from portal.core.form_fields import DayField
from portal.core.models import LegalBasis

ROWS_ON_A_PAGE = 50
METHODS = ["GET", "HEAD", "POST"]


class DirectoryForm(forms.Form):
    """Of which day, which words, and whether those that ended too."""

    ngay = DayField(label=gettext_lazy("As of day"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Name or code"), max_length=120, required=False
    )
    tat_ca = forms.BooleanField(
        label=gettext_lazy("Those that ended too"), required=False
    )

    def add_prefix(self, field_name: str) -> str:
        """Write addresses with hyphens."""
        return field_name.replace("_", "-")


class ContactForm(forms.Form):
    """How an agency is reached."""

    telephone = forms.CharField(
        label=gettext_lazy("Duty telephone"), max_length=40, required=False
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=200, required=False
    )


class CodeForm(forms.Form):
    """One more identification code."""

    code = forms.CharField(
        label=gettext_lazy("Identification code"),
        max_length=35,
        help_text=gettext_lazy(
            "QCVN 102: like 000.00.05.H10, the province last. QĐ 20/2020: like "
            "H19.05, the province first, at most 35 characters."
        ),
    )
    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"), choices=AgencyCode.Scheme)
    opened_on = DayField(label=gettext_lazy("Opened on"))


class ClosingForm(forms.Form):
    """The last day of a code."""

    closed_on = DayField(label=gettext_lazy("Last day"))


class FunctionForm(forms.Form):
    """A function that an agency takes over."""

    function = forms.ChoiceField(label=gettext_lazy("Function"), choices=Function)
    starts_on = DayField(label=gettext_lazy("From"))
    number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=60,
        help_text=gettext_lazy("A document that is on record in the portal."),
    )

    def clean_number(self) -> LegalBasis:
        """Find the document by its number."""
        number = self.cleaned_data["number"].strip()
        found = LegalBasis.objects.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(
                _("No document of this number is on record. Check how it is written.")
            )
        return found


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Show the directory of one day as a tree."""
    form, day = _asked(request)
    asked = form.cleaned_data if form.is_valid() else {}
    words, reader = asked.get("q", ""), request.actor.person
    places = directory.tree(day, words, reader)
    with_ended = bool(asked.get("tat_ca"))
    context = {
        "form": DirectoryForm(initial={"ngay": day, "q": words, "tat_ca": with_ended}),
        "day": day,
        "words": words,
        "page": Paginator(places, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "ended": directory.ended(day, words, reader) if with_ended else [],
        "with_ended": with_ended,
        "may_manage": rights.may(reader, "agencies.manage"),
    }
    return render(request, "access/agencies/list.html", context)


@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one agency with all that was ever said of it, by day."""
    _form, day = _asked(request)
    reader = request.actor.person
    found = get_object_or_404(Agency.objects.visible_to(reader), pk=pk)
    context = {
        "form": DirectoryForm(initial={"ngay": day}),
        "day": day,
        "agency": found,
        "name_then": found.name_on(day),
        "exists_then": found.is_in_force(day),
        "names": found.names.order_by("starts_on"),
        "codes": found.codes.order_by("opened_on"),
        "lines": found.reporting_lines.select_related("superior", "legal_basis"),
        "subordinates": found.subordinate_lines.in_force(day).select_related("agency"),
        "functions": found.functions.select_related("legal_basis"),
        "heirs": found.succeeded_by.filter(event__state="applied").select_related(
            "successor", "event__legal_basis"
        ),
        "took_over": found.took_over.filter(event__state="applied").select_related(
            "predecessor", "event__legal_basis"
        ),
        "people": directory.named_people(found, day),
        "systems": Connector.objects.live().speaking_for(found.pk).distinct(),
        "may_manage": rights.may(reader, "agencies.manage"),
    }
    return render(request, "access/agencies/agency.html", context)


def _asked(request: HttpRequest) -> tuple[DirectoryForm, date]:
    """Return the question and its day, today if none was asked for."""
    asked = DirectoryForm(request.GET)
    day = asked.cleaned_data["ngay"] if asked.is_valid() else None
    return asked, day or clock.today()


# ── By hand ───────────────────────────────────────────────────────────────────────
@require_http_methods(METHODS)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how an agency is reached."""
    found = _managed(request, pk)
    names = ("telephone", "email", "address")
    initial = {name: getattr(found, name) for name in names}
    form = ContactForm(_posted(request), initial=initial)
    if form.is_valid():
        services.correct(found, by=request.actor, **form.cleaned_data)
        messages.success(request, _("The particulars of the agency are kept."))
        return redirect("access:agency", pk=found.pk)
    title = _("Contact of the agency")
    return _form_page(request, found, form, title)


@recently_proved
@require_http_methods(METHODS)
def open_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an agency one more code."""
    found = _managed(request, pk)
    form = CodeForm(_posted(request), initial={"opened_on": clock.today()})
    if form.is_valid():
        try:
            services.open_code(found, by=request.actor, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("The code is open."))
            return redirect("access:agency", pk=found.pk)
    return _form_page(request, found, form, _("Open an identification code"))


@recently_proved
@require_http_methods(METHODS)
def close_code(request: HttpRequest, pk: int, code: int) -> HttpResponse:
    """Close a code for ever."""
    found = _managed(request, pk)
    chosen = get_object_or_404(found.codes.all(), pk=code)
    form = ClosingForm(_posted(request), initial={"closed_on": clock.today()})
    if form.is_valid():
        try:
            services.close_code(chosen, by=request.actor, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error("closed_on", str(refusal))
        else:
            messages.success(request, _("The code is closed."))
            return redirect("access:agency", pk=found.pk)
    title = _("Close the code %(code)s") % {"code": chosen.code}
    lead = _("A closed code is never given again, to this agency or another.")
    return _form_page(request, found, form, title, lead)


@recently_proved
@require_http_methods(METHODS)
def give_function(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an agency take over a function; the page says who loses it."""
    found = _managed(request, pk)
    form = FunctionForm(_posted(request), initial={"starts_on": clock.today()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.give_function(
                found,
                data["function"],
                data["starts_on"],
                data["number"],
                by=request.actor,
            )
        except RefusalError as refusal:
            form.add_error("starts_on", str(refusal))
        else:
            messages.success(request, _("The function is handed over."))
            return redirect("access:agency", pk=found.pk)
    holders = [
        (function.label, services.present_holder(function)) for function in Function
    ]
    title = _("Take over a function")
    lead = _("The present holder then ends on the day before.")
    return _form_page(request, found, form, title, lead, holders)


def _form_page(  # noqa: PLR0913, PLR0917 (what the one template shows)
    request: HttpRequest,
    found: Agency,
    form: forms.Form,
    title: str,
    lead: str = "",
    holders: object = (),
) -> HttpResponse:
    context = {
        "agency": found,
        "form": form,
        "title": title,
        "lead": lead,
        "holders": holders,
    }
    return render(request, "access/agencies/form.html", context)


def _posted(request: HttpRequest) -> dict[str, object] | None:
    return request.POST if request.method == "POST" else None  # type: ignore[return-value] # a QueryDict


def _managed(request: HttpRequest, pk: int) -> Agency:
    """Return an agency to whoever manages agencies; others have no such page."""
    if not rights.may(request.actor.person, "agencies.manage"):
        raise Http404
    return get_object_or_404(Agency.objects.visible_to(request.actor.person), pk=pk)
