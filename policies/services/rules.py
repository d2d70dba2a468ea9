"""Internal rules: drafted, approved by another person, read and acknowledged.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.5, 13.3, 13.6.a and 15.10.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from access import audit, notices
from access.actors import Actor
from access.models import Account, Agency
from policies.models import (
    EditionState,
    InternalRule,
    RuleAcknowledgement,
    RuleVersion,
)
from policies.refusals import NotInForceError, OpenDraftError
from policies.services.editions import (
    close_predecessor,
    mark_decided,
    mark_submitted,
)
from policies.text_address import address_of
from portal.core.errors import NotAllowedError
from scanning.models import Attachment


@transaction.atomic
def create_rule(
    title: str, *, by: Actor, agency: Agency, is_provincial: bool = False
) -> InternalRule:
    """Open a rule of an agency; nothing binds before a version is approved.

    Raises NotAllowedError; a provincial rule is issued by a provincial agency only.
    """
    by.require("rules.draft", agency)
    if is_provincial and agency.level != "province":
        raise NotAllowedError
    slug = address_of(f"{agency.short_name} {title}")
    taken = InternalRule.objects.filter(slug__startswith=slug).count()
    rule: InternalRule = InternalRule.objects.create(
        title=title,
        agency=agency,
        is_provincial=is_provincial,
        slug=f"{slug}-{taken + 1}" if taken else slug,
    )
    return rule


@transaction.atomic
def draft_version(  # noqa: PLR0913 (each is a fact of the wording)
    rule: InternalRule,
    *,
    by: Actor,
    number: str,
    text: str,
    issued_on: date,
    in_force_from: date,
    change_note: str = "",
    attachment: Attachment | None = None,
) -> RuleVersion:
    """Draft the next wording of a rule. Raises NotAllowedError or OpenDraftError."""
    by.require("rules.draft", rule.agency)
    InternalRule.objects.select_for_update().get(pk=rule.pk)
    unfinished = rule.versions.exclude(state=EditionState.APPROVED).first()
    if unfinished:
        raise OpenDraftError(number=unfinished.number)
    version = RuleVersion.objects.create(
        rule=rule,
        number=number,
        text=text,
        issued_on=issued_on,
        in_force_from=in_force_from,
        change_note=change_note,
        attachment=attachment,
        drafted_by=by.person,
    )
    _record(version, "policies.rule_drafted", by)
    return version


@transaction.atomic
def submit(version: RuleVersion, *, by: Actor) -> RuleVersion:
    """Hand a draft to those who approve the rules of the agency."""
    version = _locked(version)
    agency = version.rule.agency
    by.require("rules.draft", agency)
    mark_submitted(version, by)
    version.save()
    _record(version, "policies.rule_submitted", by)
    notices.notify_holders(
        "rules.approve",
        agency,
        _("Rule %(rule)s is waiting for your approval") % {"rule": version.number},
        path=version.get_absolute_url(),
    )
    return version


@transaction.atomic
def approve(version: RuleVersion, *, by: Actor) -> RuleVersion:
    """Put a wording into force by its dates; the former one ends the day before.

    Everybody whom it binds is asked anew, since no acknowledgement names its hash yet.
    Raises NotAllowedError, SecondPersonError, EffectiveDateError.
    """
    version = _locked(version)
    by.require("rules.approve", version.rule.agency)
    mark_decided(version, EditionState.APPROVED, by)
    others = version.rule.versions.approved().exclude(pk=version.pk)
    former = others.order_by("-in_force_from").first()
    close_predecessor(version, former)
    version.replaces = former
    version.save()
    _record(version, "policies.rule_approved", by, sha256=version.sha256)
    _tell_author(version, _("Rule %(rule)s has been approved"))
    return version


@transaction.atomic
def return_with_reason(version: RuleVersion, *, by: Actor, reason: str) -> RuleVersion:
    """Give a draft back to its author, saying what is to be changed."""
    version = _locked(version)
    by.require("rules.approve", version.rule.agency)
    mark_decided(version, EditionState.RETURNED, by, reason)
    version.save()
    _record(version, "policies.rule_returned", by, reason=reason)
    _tell_author(version, _("Rule %(rule)s was returned to you"), body=reason)
    return version


@transaction.atomic
def acknowledge(version: RuleVersion, *, by: Actor) -> RuleAcknowledgement:
    """Note that a person has read this very wording and will keep it (Đ13.6.a).

    A second call returns the first acknowledgement.
    Raises NotAllowedError; NotInForceError if the wording does not hold today.
    """
    by.require("rules.acknowledge")
    if by.agency is None:
        raise NotAllowedError
    if not version.is_in_force():
        raise NotInForceError
    given, is_new = RuleAcknowledgement.objects.get_or_create(
        version=version,
        account=by.person,
        defaults={"agency": by.agency, "sha256": version.sha256},
    )
    if is_new:
        audit.record(
            version,
            "policies.rule_acknowledged",
            by=by,
            number=version.number,
            sha256=version.sha256,
        )
    return given


def to_acknowledge(account: Account, agency: Agency) -> list[RuleVersion]:
    """Return what binds this person today and he has not acknowledged; one query."""
    rules = InternalRule.objects.binding(agency)
    binding = RuleVersion.objects.in_force().filter(rule__in=rules)
    return list(
        binding.exclude(acknowledgements__account=account).select_related("rule")
    )


def _locked(version: RuleVersion) -> RuleVersion:
    InternalRule.objects.select_for_update().get(pk=version.rule_id)
    locked: RuleVersion = (
        RuleVersion.objects.select_for_update(of=("self",))
        .select_related("rule__agency")
        .get(pk=version.pk)
    )
    return locked


def _record(version: RuleVersion, event: str, by: Actor, **details: str) -> None:
    audit.record(
        version,
        event,
        by=by,
        agency=version.rule.agency,
        number=version.number,
        **details,
    )


def _tell_author(version: RuleVersion, subject: str, body: str = "") -> None:
    author = version.submitted_by or version.drafted_by
    if author is not None:
        notices.notify(
            author,
            subject % {"rule": version.number},
            body=body,
            path=reverse("policies:rule", args=[version.rule.slug, version.pk]),
            agency=version.rule.agency,
        )
