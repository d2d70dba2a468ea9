"""What an agency has in forms and rules when it ends.

What was published keeps the name under which it was approved; the rest, with what waits
for approval, goes to the heir. What gets no heir is in force no longer.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.4, 2.5 and 16.1.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy, ngettext

from access import audit
from access.heritage import Fate, Kind, Move, Thing, register
from access.models import Agency
from policies.models import (
    EditionState,
    FormTemplate,
    FormVersion,
    InternalRule,
    RuleVersion,
)
from policies.querysets import EditionQuerySet


# ── Forms ─────────────────────────────────────────────────────────────────────────
def _forms(agency: Agency, _day: date) -> list[Thing]:
    found = []
    for form in FormTemplate.objects.filter(agency=agency).order_by("code"):
        unfinished = form.versions.exclude(state=EditionState.APPROVED).count()
        words = str(form)
        if unfinished:
            more = ngettext("%(count)s draft", "%(count)s drafts", unfinished)
            words = f"{words} ({more % {'count': unfinished}})"
        found.append(Thing(str(form.pk), words, permission="forms.draft"))
    return found


def _pass_form(key: str, heir: Agency, move: Move) -> None:
    form = FormTemplate.objects.select_related("agency").get(pk=key)
    was = form.agency
    FormTemplate.objects.filter(pk=form.pk).update(agency=heir)
    _record(form, "policies.form_handed_on", heir, was, move)


def _end_form(key: str, move: Move) -> None:
    form = FormTemplate.objects.select_related("agency").get(pk=key)
    _stop(FormVersion.objects.filter(template=form), move)
    _record(form, "policies.form_ended", form.agency, form.agency, move)


register(
    Kind(
        "policies.form", gettext_lazy("forms"), _forms, _pass_form, _end_form, order=60
    )
)


# ── Internal rules ────────────────────────────────────────────────────────────────
def _rules(agency: Agency, _day: date) -> list[Thing]:
    """List the rules; the heir has its own, so only provincial ones pass by default."""
    return [
        Thing(
            str(rule.pk), rule.title, Fate.PASSES if rule.is_provincial else Fate.ENDS
        )
        for rule in InternalRule.objects.filter(agency=agency).order_by("title")
    ]


def _pass_rule(key: str, heir: Agency, move: Move) -> None:
    rule = InternalRule.objects.select_related("agency").get(pk=key)
    was = rule.agency
    InternalRule.objects.filter(pk=rule.pk).update(agency=heir)
    _record(rule, "policies.rule_handed_on", heir, was, move)


def _end_rule(key: str, move: Move) -> None:
    rule = InternalRule.objects.select_related("agency").get(pk=key)
    _stop(RuleVersion.objects.filter(rule=rule), move)
    _record(rule, "policies.rule_ended", rule.agency, rule.agency, move)


register(
    Kind(
        "policies.rule",
        gettext_lazy("internal rules"),
        _rules,
        _pass_rule,
        _end_rule,
        order=65,
    )
)


def _stop(versions: EditionQuerySet, move: Move) -> None:
    """Let what is published end the day before; what never began ends as it began."""
    holding = Q(in_force_to=None) | Q(in_force_to__gte=move.day)
    for version in versions.approved().filter(holding):
        last = max(move.last_day, version.in_force_from)
        versions.filter(pk=version.pk).update(in_force_to=last)


def _record(
    target: FormTemplate | InternalRule,
    act: str,
    agency: Agency,
    was: Agency,
    move: Move,
) -> None:
    audit.record(
        target,
        act,
        by=move.by,
        agency=agency,
        was=was.name,
        decision=move.event.decision_number,
    )
