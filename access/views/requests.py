"""Requests: asked, listed, decided, withdrawn.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.7.
"""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import rights
from access.forms import ReasonForm
from access.login.proof import recently_proved
from access.models import AccessRequest, Account, Agency, Assignment
from access.services import people, posts
from access.services import requests as services
from access.views.accounts import show_link
from access.views.governance_forms import (
    AccountRequestForm,
    DecisionForm,
    EndRequestForm,
    GrantRequestForm,
    StandInForm,
)
from portal.core.errors import NotAllowedError, RefusalError

ROWS_ON_A_PAGE = 25
Kind = AccessRequest.Kind
# The kinds that have a page of their own to begin with, by address.
SLUGS = {
    "tai-khoan": Kind.ACCOUNT,
    "cap-quyen": Kind.GRANT,
    "cham-dut": Kind.END,
    "mo-lai": Kind.REOPEN,
    "mat-thiet-bi": Kind.RESET,
}
_SHOWN = ("account", "agency", "to_agency", "role", "requested_by", "decided_by")


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List requests: those to decide, one's own, and all that one may see."""
    person = request.actor.person
    to_decide = AccessRequest.objects.decidable_by(person)
    lists = {
        "can-duyet": to_decide,
        "cua-toi": AccessRequest.objects.handled_by(person),
        "tat-ca": AccessRequest.objects.visible_to(person),
    }
    waiting = to_decide.count()
    chosen = request.GET.get("muc") or ("can-duyet" if waiting else "cua-toi")
    if chosen not in lists:
        raise Http404
    rows = lists[chosen].select_related(*_SHOWN, "assignment__role")
    context = {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "waiting": waiting,
        "may_ask_for_others": _looks_after(person).exists(),
        "may_stand_in": posts.appoints(person),
    }
    return render(request, "access/requests/list.html", context)


def _looks_after(person: Account) -> QuerySet[Agency]:
    return rights.agencies_where(person, *people.LOOKS_AFTER)


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for something; the kind is in the address."""
    if slug not in SLUGS:
        raise Http404
    kind = SLUGS[slug]
    subject = _subject(request, kind)
    form = _form(request, kind, subject)
    if form.is_valid():
        try:
            wish = _wish(request, kind, form, subject)
            made = services.submit(wish, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The request is sent to those who decide."))
            return redirect("access:request", pk=made.pk)
    context = {"form": form, "kind": kind, "subject": subject}
    return render(request, "access/requests/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def stand_in(request: HttpRequest) -> HttpResponse:
    """Ask for what an agency without an administrator cannot ask for itself."""
    rights.require_anywhere(request.actor.person, "accounts.appoint")
    form = StandInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = _ask_in_its_place(request, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The request is sent to those who decide."))
            return redirect("access:request", pk=made.pk)
    return render(request, "access/requests/stand_in.html", {"form": form})


def _ask_in_its_place(
    request: HttpRequest, username: str, kind: str, reason: str
) -> AccessRequest:
    is_open = kind == Kind.RESET
    account = people.look_up(username, by=request.actor, is_open=is_open)
    agency = people.agency_to_help(account)
    wish = services.Wish(kind, agency, reason, account=account)
    return services.submit(wish, by=request.actor)


def _subject(request: HttpRequest, kind: Kind) -> Account | Assignment | None:
    """Return what the request is about, found in scope; None if the form says it."""
    person = request.actor.person
    if kind == Kind.END:
        visible = Assignment.objects.visible_to(person).unended()
        rows = visible.filter(delegated_from=None)
        return get_object_or_404(
            rows.select_related("account", "agency", "role"),
            pk=_number(request.GET.get("quyen")),
        )
    if kind in {Kind.REOPEN, Kind.RESET}:
        visible = Account.objects.visible_to(person).exclude(pk=person.pk)
        return get_object_or_404(visible, pk=_number(request.GET.get("nguoi")))
    return None


def _form(
    request: HttpRequest, kind: Kind, subject: Account | Assignment | None
) -> forms.Form:
    posted = request.POST if request.method == "POST" else None
    if kind == Kind.ACCOUNT:
        if not _looks_after(request.actor.person).exists():
            raise NotAllowedError
        return AccountRequestForm(request.actor, posted)
    if kind == Kind.GRANT:
        return GrantRequestForm(request.actor, posted)
    return EndRequestForm(posted) if kind == Kind.END else ReasonForm(posted)


def _wish(
    request: HttpRequest,
    kind: Kind,
    form: forms.Form,
    subject: Account | Assignment | None,
) -> services.Wish:
    given = dict(form.cleaned_data)
    if isinstance(subject, Assignment):
        return services.Wish(
            kind,
            subject.agency,
            account=subject.account,
            assignment=subject,
            **given,
        )
    if isinstance(subject, Account):
        agency = _agency_of(subject, request.actor.person)
        return services.Wish(kind, agency, account=subject, **given)
    if kind == Kind.GRANT:
        account = _named(given.pop("username"), request)
        return services.Wish(kind, account=account, **given)
    identity = given.pop("identity_number")
    digest = identity.digest if identity else ""
    return services.Wish(kind, identity_digest=digest, **given)


def _named(username: str, request: HttpRequest) -> Account:
    """Return oneself, or whom somebody who looks after accounts names exactly."""
    person = request.actor.person
    if username.strip().lower() == person.username.lower():
        return person
    return people.look_up(username, by=request.actor)


def _agency_of(subject: Account, person: Account) -> Agency:
    """Return the agency of this person that the asker looks after."""
    theirs = Assignment.objects.filter(account=subject)
    agencies = rights.agencies_where(person, "accounts.manage", "accounts.confirm")
    ours = agencies.filter(pk__in=theirs.values("agency")).order_by("name").first()
    if ours is None:
        raise NotAllowedError
    return ours


@require_safe
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request: what, for whom, its state and its history."""
    return _page(request, _visible(request, pk), DecisionForm())


def _visible(request: HttpRequest, pk: int) -> AccessRequest:
    visible = AccessRequest.objects.visible_to(request.actor.person)
    rows = visible.select_related(*_SHOWN, "assignment__role")
    found: AccessRequest = get_object_or_404(rows, pk=pk)
    return found


def _page(
    request: HttpRequest, found: AccessRequest, form: DecisionForm
) -> HttpResponse:
    person = request.actor.person
    is_waiting = found.state == AccessRequest.State.PENDING
    may_decide = is_waiting and services.may_decide(found, person)
    context = {
        "asked": found,
        "form": form,
        "may_decide": may_decide,
        "may_withdraw": is_waiting and found.requested_by == person,
        "deciders": services.deciders(found) if is_waiting else [],
    }
    return render(request, "access/requests/request.html", context)


@require_POST
@recently_proved
def decide_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and apply, or refuse with a reason."""
    found = _visible(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    note = form.cleaned_data["note"].strip()
    is_refusal = request.POST.get("decision") != "approve"
    if is_refusal and not note:
        form.add_error("note", _("Say why you refuse."))
        return _page(request, found, form)
    try:
        if is_refusal:
            services.refuse(found, by=request.actor, reason=note)
            messages.success(request, _("The request is refused."))
            return redirect("access:request", pk=found.pk)
        decided = services.approve(found, by=request.actor, note=note)
    except RefusalError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form)
    messages.success(request, _("The request is approved and applied."))
    if decided.issued is not None:
        is_mailed = found.kind != Kind.RESET
        return show_link(request, decided.issued, is_mailed=is_mailed)
    return redirect("access:request", pk=found.pk)


@require_POST
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    own = AccessRequest.objects.handled_by(request.actor.person)
    found = get_object_or_404(own, pk=pk)
    services.withdraw(found, by=request.actor)
    messages.success(request, _("The request is withdrawn."))
    return redirect("access:request", pk=found.pk)


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() else 0
