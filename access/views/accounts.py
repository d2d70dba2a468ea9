"""The accounts of one's own agency: who, with which rights, since when, by whom.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 13.5.b and 15.7.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import rights
from access.forms import AccountSearchForm, EndForm, InvitationForm, ReasonForm
from access.models import Account, Assignment
from access.services import accounts as services
from access.services import invitations, posts
from portal.core import secrets
from portal.core.errors import RefusalError

ROWS_ON_A_PAGE = 25
_KEPT_AS = "fresh_link"
_READING = ("accounts.read", "accounts.manage")


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts that the person may read."""
    reader = request.actor.person
    rights.require_anywhere(reader, *_READING)
    form = AccountSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    found = Account.objects.visible_to(reader).with_state(reader)
    found = found.named_like(wanted["q"])
    if wanted["state"] == "unconfirmed":
        found = found.filter(awaits_confirmation=True)
    elif wanted["state"]:
        found = found.filter(state=wanted["state"])
    context = {
        "form": form,
        "page": Paginator(
            found.prefetch_related(_posts_for(reader)), ROWS_ON_A_PAGE
        ).get_page(request.GET.get("page")),
        "agencies": rights.agencies_where(reader, *_READING),
        "may_invite": rights.agencies_where(reader, "accounts.manage").exists(),
        "is_filtered": any(wanted.values()),
    }
    return render(request, "access/accounts/list.html", context)


def _posts_for(reader: Account, *, past: bool = False) -> Prefetch:
    shown = Assignment.objects.visible_to(reader)
    if not past:
        shown = shown.unended()
    related = ("agency", "role", "granted_by", "confirmed_by")
    rows = shown.select_related(*related).order_by("-starts_on", "pk")
    return Prefetch("assignments", rows, to_attr="shown_posts")


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account: posts with dates and marks, invitation, last sign-in."""
    reader = request.actor.person
    visible = Account.objects.visible_to(reader).with_state(reader)
    posts_too = visible.prefetch_related(_posts_for(reader, past=True))
    found = get_object_or_404(posts_too, pk=pk)
    handled = Assignment.objects.handled_by(reader).unended()
    confirmable = Assignment.objects.confirmable_by(reader)
    mine = found.assignments
    context = {
        "account": found,
        "endable": set(mine.filter(pk__in=handled).values_list("pk", flat=True)),
        "confirmable": set(
            mine.filter(pk__in=confirmable).values_list("pk", flat=True)
        ),
        "invitation": found.invitations.open().first(),
        "is_governed": rights.governs(reader, found),
    }
    return render(request, "access/accounts/account.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a new person with one right for an agency that one administers."""
    rights.require_anywhere(request.actor.person, "accounts.manage")
    posted = request.POST if request.method == "POST" else None
    form = InvitationForm(request.actor, posted)
    if form.is_valid():
        try:
            issued = invitations.invite(form.person, form.post, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show_link(request, issued)
    return render(request, "access/accounts/invite.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fresh link once; with POST replace the link of somebody not yet in."""
    handled = Account.objects.handled_by(request.actor.person)
    found = get_object_or_404(handled, pk=pk)
    if request.method == "POST":
        return _show_link(request, invitations.renew(found, by=request.actor))
    kept = request.session.pop(_KEPT_AS, None)
    if not kept or kept["account"] != found.pk:
        return redirect("access:account", pk=found.pk)
    context = {
        "account": found,
        "link": secrets.open_sealed(kept["link"]).decode(),
        "invitation": found.invitations.open().first(),
    }
    return render(request, "access/accounts/invitation.html", context)


def _show_link(request: HttpRequest, issued: invitations.Issued) -> HttpResponse:
    """Lead to the page that shows the link once; it travels encrypted."""
    pk = issued.invitation.account_id
    request.session[_KEPT_AS] = {"account": pk, "link": secrets.seal(issued.link)}
    return redirect("access:account-invitation", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend an account and end its sign-ins at once."""
    handled = Account.objects.handled_by(request.actor.person)
    found = get_object_or_404(handled, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.suspend(found, by=request.actor, reason=reason)
        messages.success(
            request,
            _("The account of %(name)s is suspended.") % {"name": found.full_name},
        )
        return redirect("access:account", pk=found.pk)
    context = {"form": form, "account": found}
    return render(request, "access/accounts/suspend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a suspended account again."""
    handled = Account.objects.handled_by(request.actor.person)
    found = get_object_or_404(handled, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.reopen(found, by=request.actor, reason=reason)
        messages.success(
            request,
            _("The account of %(name)s is open again.") % {"name": found.full_name},
        )
        return redirect("access:account", pk=found.pk)
    context = {"form": form, "account": found}
    return render(request, "access/accounts/reopen.html", context)


@require_POST
def confirm_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a right as the second person."""
    visible = Assignment.objects.visible_to(request.actor.person)
    found = get_object_or_404(visible, pk=pk)
    posts.confirm(found, by=request.actor)
    messages.success(request, _("The right is confirmed."))
    return redirect("access:account", pk=found.account_id)


@require_http_methods(["GET", "HEAD", "POST"])
def end_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a right end on a day."""
    handled = Assignment.objects.handled_by(request.actor.person)
    found = get_object_or_404(
        handled.select_related("account", "role", "agency"), pk=pk
    )
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            posts.end(found, by=request.actor, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error("last_day", str(refusal))
        else:
            messages.success(request, _("The last day of the right is set."))
            return redirect("access:account", pk=found.account_id)
    context = {"form": form, "post": found}
    return render(request, "access/accounts/end_right.html", context)
