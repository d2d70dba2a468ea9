"""Access reviews: opening one, deciding one right after the other, the signed report.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 13.5.b.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access.login.proof import recently_proved
from access.models import ReviewCampaign, ReviewItem, ReviewReport
from access.querysets import ReviewItemQuerySet
from access.refusals import NoDecisionError
from access.review_progress import Progress
from access.right_use import last_use, last_uses
from access.services import review_cancelling
from access.services import review_reports as reports
from access.services import reviews as services
from access.views.reviews_forms import (
    ReviewCancelForm,
    ReviewDecisionForm,
    ReviewForm,
)
from portal.core.errors import NotAllowedError, RefusalError

ROWS_ON_A_PAGE = 25


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews that the person may read, with their progress."""
    reader = request.actor.person
    visible = ReviewCampaign.objects.visible_to(reader).with_end()
    found = visible.select_related("agency", "opened_by", "report")
    page = Paginator(
        found.defer("report__content").order_by("closed_at", "-opened_at"),
        ROWS_ON_A_PAGE,
    ).get_page(request.GET.get("page"))
    items = ReviewItem.objects.visible_to(reader).filter(campaign__in=list(page))
    counted = Progress.of_each(items)
    context = {
        "page": page,
        "rows": [(each, counted[each.pk]) for each in page],
        "waiting": _waiting(request).count(),
        "may_open": services.may_open(reader),
    }
    return render(request, "access/reviews/list.html", context)


def _waiting(request: HttpRequest) -> ReviewItemQuerySet:
    return ReviewItem.objects.reviewable_by(request.actor.person)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def open_review(request: HttpRequest) -> HttpResponse:
    """Open a review; the first step shows what it would ask for, and from whom."""
    if not services.may_open(request.actor.person):
        raise NotAllowedError
    posted = request.POST if request.method == "POST" else None
    form = ReviewForm(request.actor, posted)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        wanted = form.wanted
        try:
            services.check(wanted, by=request.actor)
            if "open" in request.POST:
                found = services.open_campaign(wanted, by=request.actor)
                messages.success(request, _("The review is open."))
                return redirect("access:review", pk=found.pk)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        context |= {"wanted": wanted, "preview": services.preview(wanted.agency)}
    return render(request, "access/reviews/open.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one review: what waits for the reader first, then every right in it."""
    reader = request.actor.person
    found = _found(request, pk)
    items = ReviewItem.objects.visible_to(reader).filter(campaign=found)
    state = request.GET.get("ket_luan", "")
    shown = items.filter(decision=state) if state in ReviewItem.Decision else items
    if state == "cho":
        shown = items.undecided()
    mine = _waiting(request).filter(campaign=found)
    rows = shown.with_campaign_and_right().in_reading_order()
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    first = list(mine.with_campaign_and_right().in_reading_order()[:ROWS_ON_A_PAGE])
    signed = ReviewReport.objects.visible_to(reader).filter(campaign=found)
    context = {
        "review": found,
        "progress": Progress.of(items),
        "state": state,
        "mine": _with_use(first),
        "mine_count": mine.count(),
        "page": page,
        "report": signed.defer("content").first(),
        "may_cancel": review_cancelling.may_cancel(found, request.actor),
        "is_own_signature": not settings.PORTAL_PDF_CERTIFICATE,
    }
    return render(request, "access/reviews/review.html", context)


def _found(request: HttpRequest, pk: int) -> ReviewCampaign:
    visible = ReviewCampaign.objects.visible_to(request.actor.person).with_end()
    return get_object_or_404(visible.select_related("agency", "opened_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def cancel_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a review off, with the reason that the reviewers read."""
    found = _found(request, pk)
    if not services.may_open_of(found.agency, request.actor):
        raise NotAllowedError
    form = ReviewCancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            review_cancelling.cancel(found, by=request.actor, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The review is cancelled."))
            return redirect("access:review", pk=found.pk)
    progress = Progress.of(found.items.all())
    context = {"form": form, "review": found, "progress": progress}
    return render(request, "access/reviews/cancel.html", context)


def _with_use(items: list[ReviewItem]) -> list[tuple[ReviewItem, datetime | None]]:
    """Pair each right with its last use."""
    uses = last_uses(item.assignment for item in items)
    return [
        (item, uses.get((item.assignment.account_id, item.assignment.agency_id)))
        for item in items
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Confirm or revoke one right, with the evidence; then lead to the next one."""
    reader = request.actor.person
    readable = Q(pk__in=ReviewItem.objects.visible_to(reader).values("pk"))
    waiting = Q(pk__in=_waiting(request).values("pk"))
    items = ReviewItem.objects.filter(readable | waiting, campaign=pk)
    found = get_object_or_404(items.with_campaign_and_right(), pk=item)
    form = ReviewDecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = _act(request)(
                found, by=request.actor, evidence=form.cleaned_data["evidence"]
            )
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _next(request, done)
    mine = _waiting(request).filter(campaign=pk)
    context = {
        "item": found,
        "form": form,
        "is_mine": mine.filter(pk=found.pk).exists(),
        "mine_count": mine.count(),
        "use": last_use(found.assignment),
    }
    return render(request, "access/reviews/decide.html", context)


def _act(request: HttpRequest) -> Callable[..., ReviewItem]:
    """Return what the pressed button asks for; nothing is confirmed unasked."""
    if "revoke" in request.POST:
        return services.revoke
    if "confirm" in request.POST:
        return services.confirm
    raise NoDecisionError


def _next(request: HttpRequest, done: ReviewItem) -> HttpResponse:
    """Say what was decided, and lead to what waits next for this person."""
    words = {
        "role": done.assignment.role.name,
        "name": done.assignment.account.full_name,
        "decision": done.get_decision_display(),
    }
    messages.success(request, _("“%(role)s” of %(name)s: %(decision)s.") % words)
    mine = _waiting(request).filter(campaign=done.campaign_id)
    following = mine.in_reading_order().first()
    if following is None:
        return redirect("access:review", pk=done.campaign_id)
    return redirect("access:review-item", pk=done.campaign_id, item=following.pk)


@never_cache
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the signed report: the same bytes each time."""
    visible = ReviewReport.objects.visible_to(request.actor.person)
    found = get_object_or_404(visible.select_related("campaign__agency"), campaign=pk)
    content = reports.issued_bytes(found, by=request.actor)
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"ra-soat-quyen-{found.check_code}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
