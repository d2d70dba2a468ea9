"""What waits for a decision: objections, false alarms, destructions, recalls."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.login.proof import recently_proved
from portal.core.errors import RefusalError
from scanning.models import Disposal, FalseAlarm, Objection, RecallNotice
from scanning.quarantine.forms import AnswerForm, CleanUpForm
from scanning.quarantine.views import methods
from scanning.services import disposal as disposing
from scanning.services import false_alarms as alarms
from scanning.services import objections as objecting
from scanning.services import recalls as recalling

ROWS_ON_A_PAGE = 25


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


def _decided(
    request: HttpRequest, form: AnswerForm, acts: dict[str, Callable[..., Any]]
) -> bool:
    """Do what the pressed button says; a refusal is shown on the form."""
    act = acts.get(request.POST.get("decision", ""))
    if act is None or not form.is_valid():
        return False
    try:
        act(form.cleaned_data["words"])
    except RefusalError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The decision is on record."))
    return True


@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """List what waits for one's own answer first, then the others; each once."""
    person = request.actor.person
    seen = Objection.objects.visible_to(person).select_related(
        "attachment", "agency", "answers", "made_by"
    )
    mine = Objection.objects.answerable_by(person)
    rows = mine.select_related("attachment", "agency", "answers", "made_by")
    waiting = list(rows.order_by("due_at", "pk")[:ROWS_ON_A_PAGE])
    others = seen.exclude(pk__in=[each.pk for each in waiting])
    open_first = F("answered_at").desc(nulls_first=True)
    context = {
        "title": _("Objections"),
        "here": "objections",
        "waiting": waiting,
        "page": _page(request, others.order_by(open_first, "due_at", "pk")),
    }
    return render(request, "scanning/quarantine/objections.html", context)


@methods
@recently_proved
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one objection, and let whoever must answer it."""
    person = request.actor.person
    seen = Objection.objects.visible_to(person)
    rows = seen.select_related(
        "attachment__keeper", "agency", "answers", "made_by", "answered_by"
    )
    found = get_object_or_404(rows, pk=pk)
    form = AnswerForm(request.POST or None)

    def give(outcome: Objection.Outcome) -> Callable[[str], None]:
        return lambda words: objecting.answer(
            found, by=request.actor, outcome=outcome, words=words
        )

    acts = {each.value: give(each) for each in objecting.ANSWERS}
    if _decided(request, form, acts):
        return redirect("scanning:objections")
    may_answer = Objection.objects.answerable_by(person).filter(pk=pk).exists()
    context = {"objection": found, "form": form, "may_answer": may_answer}
    return render(request, "scanning/quarantine/objection.html", context)


@require_safe
def false_alarms(request: HttpRequest) -> HttpResponse:
    """List the false alarms that wait, and those that were decided."""
    person = request.actor.person
    seen = FalseAlarm.objects.visible_to(person)
    rows = seen.select_related("agency", "proposed_by", "decided_by")
    context = {
        "title": _("False alarms"),
        "here": "false-alarms",
        "page": _page(request, rows.order_by("-state", "-proposed_at", "-pk")),
        "decides": set(
            FalseAlarm.objects.decidable_by(person).values_list("pk", flat=True)
        ),
    }
    return render(request, "scanning/quarantine/false_alarms.html", context)


@methods
@recently_proved
def false_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one proposed false alarm, and let a second person decide."""
    person = request.actor.person
    seen = FalseAlarm.objects.visible_to(person)
    rows = seen.select_related("agency", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=pk)
    form, by = AnswerForm(request.POST or None), request.actor
    acts: dict[str, Callable[..., Any]] = {
        "confirm": lambda words: alarms.confirm(found, by=by, note=words),
        "refuse": lambda words: alarms.refuse(found, by=by, note=words),
    }
    if _decided(request, form, acts):
        return redirect("scanning:false-alarms")
    may = FalseAlarm.objects.decidable_by(person).filter(pk=pk).exists()
    context = {"alarm": found, "form": form, "may_decide": may}
    return render(request, "scanning/quarantine/false_alarm.html", context)


@require_safe
def disposals(request: HttpRequest) -> HttpResponse:
    """List the destructions that wait, and those that were decided."""
    person = request.actor.person
    seen = Disposal.objects.visible_to(person)
    rows = seen.select_related("attachment", "agency", "proposed_by", "decided_by")
    context = {
        "title": _("Destructions"),
        "here": "disposals",
        "page": _page(request, rows.order_by("-state", "-proposed_at", "-pk")),
        "decides": set(
            Disposal.objects.decidable_by(person).values_list("pk", flat=True)
        ),
    }
    return render(request, "scanning/quarantine/disposals.html", context)


@methods
@recently_proved
def disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one proposed destruction, and let a second person decide."""
    person = request.actor.person
    seen = Disposal.objects.visible_to(person)
    rows = seen.select_related(
        "attachment__keeper", "agency", "proposed_by", "decided_by"
    )
    found = get_object_or_404(rows, pk=pk)
    form, by = AnswerForm(request.POST or None), request.actor
    acts: dict[str, Callable[..., Any]] = {
        "confirm": lambda words: disposing.confirm(found, by=by, note=words),
        "refuse": lambda words: disposing.refuse(found, by=by, note=words),
    }
    if _decided(request, form, acts):
        return redirect("scanning:disposals")
    may = Disposal.objects.decidable_by(person).filter(pk=pk).exists()
    context = {"disposal": found, "form": form, "may_decide": may}
    return render(request, "scanning/quarantine/disposal.html", context)


@require_safe
def recalls(request: HttpRequest) -> HttpResponse:
    """List what was called back, the open ones first."""
    person = request.actor.person
    seen = RecallNotice.objects.visible_to(person)
    rows = seen.select_related("recall", "attachment", "agency", "cleaned_by")
    context = {
        "title": _("Recalled files"),
        "here": "recalls",
        "page": _page(request, rows.order_by("cleaned_at", "-told_at", "-pk")),
        "confirms": set(
            RecallNotice.objects.handled_by(person).open().values_list("pk", flat=True)
        ),
    }
    return render(request, "scanning/quarantine/recalls.html", context)


@methods
@recently_proved
def clean_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that an agency has cleaned up after a recall."""
    handled = RecallNotice.objects.handled_by(request.actor.person)
    rows = handled.open().select_related("recall", "attachment", "agency")
    notice = get_object_or_404(rows, pk=pk)
    form = CleanUpForm(request.POST or None)
    if form.is_valid():
        recalling.confirm_clean(
            notice, by=request.actor, note=form.cleaned_data["note"]
        )
        messages.success(request, _("The cleaning up is on record."))
        return redirect("scanning:recalls")
    same = handled.open().filter(recall=notice.recall_id, agency=notice.agency_id)
    context = {
        "notice": notice,
        "form": form,
        "files": same.select_related("attachment").order_by("pk"),
    }
    return render(request, "scanning/quarantine/clean_up.html", context)
