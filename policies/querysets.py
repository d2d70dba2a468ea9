"""Who may see and do what with forms and rules, and what is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from access.models import Agency
from policies.search import Query
from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account

APPROVED = "approved"


class EditionQuerySet(models.QuerySet):
    """Selects editions by state and by the day on which they hold."""

    def approved(self) -> Self:
        """Keep what has been published."""
        return self.filter(state=APPROVED)

    def in_force(self, on: date | None = None) -> Self:
        """Keep what is published and holds on that Vietnamese day."""
        on = on or clock.today()
        open_on_that_day = Q(in_force_to=None) | Q(in_force_to__gte=on)
        return self.approved().filter(open_on_that_day, in_force_from__lte=on)


class FormVersionQuerySet(EditionQuerySet):
    """Selects versions of forms."""

    def handled_by(self, account: Account) -> Self:
        """Keep those of the agencies for which one drafts or approves forms."""
        agencies = Agency.objects.where(account, "forms.draft", "forms.approve")
        return self.filter(template__agency__in=agencies)

    def visible_to(self, account: Account | None) -> Self:
        """Keep what everybody may see and, for staff, what one works on.

        account: None is the public.
        """
        if account is None:
            return self.approved()
        agencies = Agency.objects.where(account, "forms.draft", "forms.approve")
        return self.filter(Q(state=APPROVED) | Q(template__agency__in=agencies))


class FormTemplateQuerySet(models.QuerySet):
    """Selects forms."""

    def handled_by(self, account: Account) -> Self:
        """Keep the forms of the agencies for which one drafts or approves forms."""
        agencies = Agency.objects.where(account, "forms.draft", "forms.approve")
        return self.filter(agency__in=agencies)

    def published(self) -> Self:
        """Keep the forms that had an approved version at any time."""
        versions = _versions().approved().filter(template=OuterRef("pk"))
        return self.filter(Exists(versions))

    def in_force(self, on: date | None = None) -> Self:
        """Keep the forms that have a version in force on that day."""
        versions = _versions().in_force(on).filter(template=OuterRef("pk"))
        return self.filter(Exists(versions))

    def with_version_in_force(self, on: date | None = None) -> Self:
        """Fetch, with its files, the version in force as `current_versions`."""
        versions = _versions().in_force(on).prefetch_related("files")
        return self.prefetch_related(
            Prefetch("versions", versions, to_attr="current_versions")
        )

    def matching(self, query: Query) -> Self:
        """Keep the forms that hold all words of the query, best first."""
        if not query:
            return self
        found = self.filter(query.condition()).annotate(rank=query.rank())
        return found.order_by("rank", "name", "pk")

    def near(self, query: Query) -> Self:
        """Keep the forms that hold some of the words, those with most first."""
        found = self.filter(query.near_condition())
        return found.annotate(nearness=query.nearness()).order_by("-nearness", "name")


def _versions() -> FormVersionQuerySet:
    from policies.models import FormVersion  # noqa: PLC0415 (models import this room)

    versions: FormVersionQuerySet = FormVersion.objects.all()
    return versions


class InternalRuleQuerySet(models.QuerySet):
    """Selects internal rules."""

    def binding(self, agency: Agency) -> Self:
        """Keep the agency's own rules and those that bind every agency."""
        return self.filter(Q(agency=agency) | Q(is_provincial=True))

    def handled_by(self, account: Account) -> Self:
        """Keep the rules of the agencies for which one drafts or approves rules."""
        agencies = Agency.objects.where(account, "rules.draft", "rules.approve")
        return self.filter(agency__in=agencies)


class RuleVersionQuerySet(EditionQuerySet):
    """Selects versions of rules."""

    def visible_to(self, account: Account) -> Self:
        """Keep what binds one's agencies, and what one works on.

        A provincial rule is for all staff; the rule of an agency is its own affair.
        """
        own = Agency.objects.where(
            account, "rules.acknowledge", "rules.draft", "rules.approve"
        )
        binds = Q(rule__is_provincial=True) | Q(rule__agency__in=own)
        works_for = Agency.objects.where(account, "rules.draft", "rules.approve")
        return self.filter(Q(binds, state=APPROVED) | Q(rule__agency__in=works_for))

    def handled_by(self, account: Account) -> Self:
        """Keep those of the agencies for which one drafts or approves rules."""
        agencies = Agency.objects.where(account, "rules.draft", "rules.approve")
        return self.filter(rule__agency__in=agencies)


class RuleAcknowledgementQuerySet(models.QuerySet):
    """Selects acknowledgements."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own, and those given in agencies whose accounts one may read."""
        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self.filter(Q(account=account) | Q(agency__in=readable))
