"""What access knows an agency to have: lines, functions, rights, requests, reviews.

Nobody's right follows by itself: each is listed, ends by default, and passes only where
somebody chose so, as a new right that the head of the heir has yet to confirm.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from access import audit, notices
from access.actors import Actor
from access.heritage import Fate, Kind, Move, Thing, register
from access.models import (
    AccessRequest,
    Agency,
    AgencyCode,
    AgencyFunction,
    Assignment,
    ReportingLine,
    ReviewCampaign,
)
from access.services import posts
from access.services.reorganisation.carrying_out import end_row
from portal.core import clock


def _unended(day: date) -> Q:
    """Keep what would still hold on that day."""
    return Q(ends_on=None) | Q(ends_on__gte=day)


# ── Subordinates ──────────────────────────────────────────────────────────────────
def _lines(agency: Agency, day: date) -> list[Thing]:
    below = agency.subordinate_lines.in_force(day).select_related("agency")
    return [
        Thing(str(line.pk), line.agency.name, agency=line.agency_id)
        for line in below.order_by("agency__name")
    ]


def _pass_line(key: str, heir: Agency, move: Move) -> None:
    line = ReportingLine.objects.select_related("agency").get(pk=key)
    end_row(line, move.last_day)
    # It may end itself in the same act, or have got another superior by it.
    present = line.agency.reporting_lines.in_force(move.day)
    if not line.agency.is_in_force(move.day) or present.exists():
        return
    ReportingLine.objects.create(
        agency=line.agency,
        superior=heir,
        starts_on=move.day,
        legal_basis=move.event.legal_basis,
    )


def _end_line(key: str, move: Move) -> None:
    end_row(ReportingLine.objects.get(pk=key), move.last_day)


register(
    Kind(
        "access.line",
        gettext_lazy("agencies directly below"),
        _lines,
        _pass_line,
        _end_line,
        order=10,
    )
)


# ── Functions ─────────────────────────────────────────────────────────────────────
def _functions(agency: Agency, day: date) -> list[Thing]:
    held = agency.functions.filter(_unended(day), starts_on__lt=day)
    return [
        Thing(str(kept.pk), str(capfirst(kept.get_function_display())))
        for kept in held.order_by("function")
    ]


def _pass_function(key: str, heir: Agency, move: Move) -> None:
    kept = AgencyFunction.objects.select_related("agency").get(pk=key)
    end_row(kept, move.last_day)
    AgencyFunction.objects.create(
        agency=heir,
        function=kept.function,
        starts_on=move.day,
        legal_basis=move.event.legal_basis,
        is_verified=move.event.legal_basis.is_verified,
    )
    audit.record(
        heir,
        "access.function_moved",
        by=move.by,
        agency=heir,
        function=kept.function,
        was=kept.agency.name,
        decision=move.event.decision_number,
    )


def _end_function(key: str, move: Move) -> None:
    end_row(AgencyFunction.objects.get(pk=key), move.last_day)


register(
    Kind(
        "access.function",
        gettext_lazy("functions held"),
        _functions,
        _pass_function,
        _end_function,
        order=20,
    )
)


# ── Rights of people ──────────────────────────────────────────────────────────────
def _rights(agency: Agency, day: date) -> QuerySet[Assignment]:
    held = agency.assignments.filter(_unended(day), revoked_at=None)
    related = held.select_related("account", "role", "delegated_from__account")
    return related.order_by("account__full_name", "role__name", "pk")


def _assignments(agency: Agency, day: date) -> list[Thing]:
    return [
        Thing(
            str(right.pk),
            f"{right.account.full_name}: {right.role.name}",
            Fate.ENDS,
            person=right.account_id,
        )
        for right in _rights(agency, day).filter(delegated_from=None)
    ]


def _pass_assignment(key: str, heir: Agency, move: Move) -> None:
    right = Assignment.objects.select_related("account", "role", "agency").get(pk=key)
    was = right.agency
    _end_right(right, move)
    by, asker = move.by, move.granters.asker
    if move.granters.granter is not None and asker is not None:
        by = Actor(account=move.granters.granter, agency=None, name="")
    post = posts.Post(
        agency=heir,
        role=right.role,
        starts_on=max(move.day, right.starts_on),
        scope=right.scope,
        position=right.position,
        decision_number=move.event.decision_number,
    )
    posts.grant(right.account, post, by=by, asked_by=asker)
    _tell(right, was, move, heir)


def _end_assignment(key: str, move: Move) -> None:
    right = Assignment.objects.select_related("account", "role", "agency").get(pk=key)
    _end_right(right, move)
    _tell(right, right.agency, move, None)


def _end_right(right: Assignment, move: Move) -> None:
    """Let it end the day before; what had not begun by then is cut off instead."""
    delegated = right.delegations.filter(_unended(move.day))
    posts.cut(delegated.filter(starts_on__gte=move.day))
    delegated.filter(starts_on__lt=move.day).update(ends_on=move.last_day)
    if right.starts_on > move.last_day:
        Assignment.objects.filter(pk=right.pk).update(
            ends_on=F("starts_on"), revoked_at=clock.now()
        )
    else:
        Assignment.objects.filter(pk=right.pk).update(ends_on=move.last_day)
    audit.record(
        right.account,
        "access.right_ended",
        by=move.by,
        agency=right.agency,
        role=right.role.name,
        ends_on=move.last_day.isoformat(),
        decision=move.event.decision_number,
    )


def _tell(right: Assignment, was: Agency, move: Move, heir: Agency | None) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "role": right.role.name,
            "agency": was.name,
            "day": date_format(move.day, "d/m/Y"),
            "heir": heir.name if heir else "",
            "decision": move.event.decision_number,
        }
        if heir is None:
            body = _(
                "By %(decision)s your right “%(role)s” at %(agency)s has ended from "
                "%(day)s. If you go on working elsewhere, ask the administrator there."
            )
        else:
            body = _(
                "By %(decision)s your right “%(role)s” passes from %(agency)s to "
                "%(heir)s from %(day)s. The head there has yet to confirm it."
            )
        subject = _("Reorganisation: %(agency)s, from %(day)s")
        notices.notify(
            right.account,
            subject % words,
            body=body % words,
            path="/tai-khoan/",
            agency=heir or was,
        )


register(
    Kind(
        "access.assignment",
        gettext_lazy("rights of people"),
        _assignments,
        _pass_assignment,
        _end_assignment,
        asks=False,
        order=30,
    )
)


def _delegations(agency: Agency, day: date) -> list[Thing]:
    held = _rights(agency, day).exclude(delegated_from=None)
    return [
        Thing(
            str(right.pk),
            f"{right.delegated_from.account.full_name} → {right.account.full_name}",
            Fate.ENDS,
        )
        for right in held
        if right.delegated_from is not None
    ]


def _no_heir(key: str, heir: Agency, move: Move) -> None:
    """Refuse what the register rules out: such a thing only ends."""
    raise ValueError(f"{key} cannot pass to {heir} in {move.event}")


def _end_delegation(key: str, move: Move) -> None:
    right = Assignment.objects.select_related("account", "role", "agency").get(pk=key)
    # It may have ended a moment ago, with the right it comes from.
    if right.revoked_at is None and (right.ends_on or move.day) > move.last_day:
        _end_right(right, move)


register(
    Kind(
        "access.delegation",
        gettext_lazy("delegations"),
        _delegations,
        _no_heir,
        _end_delegation,
        may_pass=False,
        asks=False,
        order=35,
    )
)


# ── Codes ─────────────────────────────────────────────────────────────────────────
def _codes(agency: Agency, _day: date) -> list[Thing]:
    opened = agency.codes.filter(closed_on=None).order_by("code")
    return [Thing(code.code, code.code, Fate.ENDS) for code in opened]


def _close_code(key: str, move: Move) -> None:
    code = AgencyCode.objects.select_related("agency").get(code=key)
    code.closed_on = move.last_day
    code.save(update_fields=["closed_on"])
    audit.record(
        code.agency,
        "access.code_closed",
        by=move.by,
        agency=code.agency,
        code=code.code,
        ends_on=move.last_day.isoformat(),
        decision=move.event.decision_number,
    )


register(
    Kind(
        "access.code",
        pgettext_lazy("reorganisation", "identification codes that close"),
        _codes,
        _no_heir,
        _close_code,
        may_pass=False,
        asks=False,
        order=70,
    )
)


# ── What waits ────────────────────────────────────────────────────────────────────
def _requests(agency: Agency, _day: date) -> list[Thing]:
    about = Q(agency=agency) | Q(to_agency=agency)
    waiting = AccessRequest.objects.pending().filter(about).order_by("pk")
    return [
        Thing(str(each.pk), str(each), Fate.ENDS)
        for each in waiting.select_related("account")
    ]


def _withdraw_request(key: str, move: Move) -> None:
    request = AccessRequest.objects.select_related("requested_by").get(pk=key)
    with translation.override(settings.LANGUAGE_CODE):
        words = {"decision": move.event.decision_number}
        note = _("Withdrawn, as the agency ends by %(decision)s.") % words
    request.state = AccessRequest.State.WITHDRAWN
    request.decided_at, request.decision_note = clock.now(), note
    request.save(update_fields=["state", "decided_at", "decision_note"])
    notices.notify(request.requested_by, str(request), body=note, agency=request.agency)


register(
    Kind(
        "access.request",
        gettext_lazy("requests that wait for a decision"),
        _requests,
        _no_heir,
        _withdraw_request,
        may_pass=False,
        asks=False,
        order=75,
    )
)


def _reviews(agency: Agency, _day: date) -> list[Thing]:
    running = ReviewCampaign.objects.open().filter(agency=agency)
    return [Thing(str(each.pk), each.title, Fate.ENDS) for each in running]


def _close_review(key: str, move: Move) -> None:
    """Bring its last day forward: it then closes with what was decided until then."""
    review = ReviewCampaign.objects.get(pk=key)
    review.due_on = min(review.due_on, clock.today() - timedelta(days=1))
    review.fallback_on = min(review.fallback_on, review.due_on)
    review.save(update_fields=["due_on", "fallback_on"])


register(
    Kind(
        "access.review",
        gettext_lazy("access reviews that close early"),
        _reviews,
        _no_heir,
        _close_review,
        may_pass=False,
        asks=False,
        order=80,
    )
)
