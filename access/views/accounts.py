"""The accounts of one's own agency: who, with which rights, since when, by whom.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 13.5.b and 15.7.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access import rights
from access.actors import Actor
from access.forms import AccountSearchForm, EndForm, ReasonForm
from access.login.proof import recently_proved
from access.models import Account, Assignment
from access.refusals import IdentityTakenError
from access.services import accounts as services
from access.services import invitations, posts
from access.views.governance_forms import InvitationForm
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
    services.note_read(found, by=request.actor)
    handled = Assignment.objects.handled_by(reader).unended()
    confirmable = Assignment.objects.confirmable_by(reader)
    mine = found.assignments
    own = mine.filter(delegated_from=None)
    context = {
        "account": found,
        "endable": set(own.filter(pk__in=handled).values_list("pk", flat=True)),
        "confirmable": set(
            mine.filter(pk__in=confirmable).values_list("pk", flat=True)
        ),
        "invitation": found.invitations.open().first(),
        "is_governed": rights.governs(reader, found),
        "may_grant": posts.giving_to_grant(reader).exists() and reader != found,
        "may_transfer": reader != found and own.filter(pk__in=handled).exists(),
        "delegations": _delegations_for(reader, found),
    }
    return render(request, "access/accounts/account.html", context)


def _delegations_for(reader: Account, account: Account) -> QuerySet[Assignment]:
    """Return what this person delegated or received that still holds or will."""
    visible = Assignment.objects.visible_to(reader).unended()
    related = ("account", "agency", "role", "delegated_from__account")
    theirs = visible.delegations_of(account).select_related(*related)
    return theirs.prefetch_related("delegated_permissions").order_by("starts_on")


@never_cache
@sensitive_post_parameters("identity_number")
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a new person with one right for an agency that one administers."""
    rights.require_anywhere(request.actor.person, "accounts.manage")
    posted = request.POST if request.method == "POST" else None
    form = InvitationForm(request.actor, posted)
    if form.is_valid():
        try:
            return _bring_in(request, form)
        except IdentityTakenError as refusal:
            form.add_error("identity_number", str(refusal))
            form.offer_further_post()
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "access/accounts/invite.html", {"form": form})


def _bring_in(request: HttpRequest, form: InvitationForm) -> HttpResponse:
    """Invite the person, or give a further post to the account that he has."""
    if not form.is_further_post:
        issued = invitations.invite(form.person, form.post, by=request.actor)
        return show_link(request, issued)
    right = invitations.give_further_post(form.person, form.post, by=request.actor)
    messages.success(request, _("The post is added to the person’s account."))
    return redirect("access:account", pk=right.account_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def account_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fresh link once; with POST replace the link of somebody not yet in."""
    if request.method == "POST":
        handled = Account.objects.handled_by(request.actor.person)
        found = get_object_or_404(handled, pk=pk)
        return show_link(request, invitations.renew(found, by=request.actor))
    kept = request.session.pop(_KEPT_AS, None)
    visible = Account.objects.visible_to(request.actor.person)
    if not kept or kept["account"] != pk:
        return redirect("access:account", pk=get_object_or_404(visible, pk=pk).pk)
    # Whoever approved a request may not administer the account: the link, which only
    # he was given, leads to it.
    link = secrets.open_sealed(kept["link"]).decode()
    invitation = invitations.find(link.rstrip("/").rsplit("/", 1)[-1])
    context = {
        "account": invitation.account,
        "link": link,
        "invitation": invitation,
        "is_visible": visible.filter(pk=pk).exists(),
        "is_mailed": kept["is_mailed"],
    }
    return render(request, "access/accounts/invitation.html", context)


def show_link(
    request: HttpRequest, issued: invitations.Issued, *, is_mailed: bool = True
) -> HttpResponse:
    """Lead to the page that shows the link once; it travels encrypted."""
    pk = issued.invitation.account_id
    request.session[_KEPT_AS] = {
        "account": pk,
        "link": secrets.seal(issued.link),
        "is_mailed": is_mailed and bool(issued.invitation.account.email),
    }
    return redirect("access:account-invitation", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
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
@recently_proved
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
@recently_proved
def confirm_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a right as the second person."""
    visible = Assignment.objects.visible_to(request.actor.person)
    found = get_object_or_404(visible, pk=pk)
    posts.confirm(found, by=request.actor)
    messages.success(request, _("The right is confirmed."))
    return redirect("access:account", pk=found.account_id)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def end_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a right end on a day."""
    handled = Assignment.objects.handled_by(request.actor.person)
    found = get_object_or_404(
        handled.select_related("account", "role", "agency"), pk=pk
    )
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _end(found, form, request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The end of the right is set."))
            return redirect("access:account", pk=found.account_id)
    context = {"form": form, "post": found}
    return render(request, "access/accounts/end_right.html", context)


def _end(found: Assignment, form: EndForm, by: Actor) -> None:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["is_at_once"]:
        posts.revoke(found, by=by, reason=reason)
    else:
        posts.end(found, form.cleaned_data["last_day"], by=by, reason=reason)
