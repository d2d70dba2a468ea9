"""Internal rules: what an agency issued, and who has read it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.5, 13.3, 13.6.a and 15.10.
"""

import hashlib
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.articles import Document, parse
from policies.models.editions import Edition, EditionState
from policies.querysets import (
    InternalRuleQuerySet,
    RuleAcknowledgementQuerySet,
    RuleVersionQuerySet,
)
from portal.core.text import nfc


class InternalRule(models.Model):
    """A rule of one agency or, if provincial, of all of them."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title of the rule"), max_length=300)
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        related_name="internal_rules",
        verbose_name=_("issued by"),
    )
    is_provincial = models.BooleanField(_("binds every agency"), default=False)

    objects = InternalRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-is_provincial", "title"]
        verbose_name = _("internal rule")
        verbose_name_plural = _("internal rules")

    def __str__(self) -> str:
        return self.title


class RuleVersion(Edition):
    """One wording of a rule; its hash is what people acknowledge."""

    rule = models.ForeignKey(
        InternalRule,
        models.PROTECT,
        related_name="versions",
        verbose_name=_("internal rule"),
    )
    number = models.CharField(_("number"), max_length=60)
    issued_on = models.DateField(_("issued on"))
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    # What it replaces outside the portal, as the decision words it.
    replaces_note = models.CharField(
        _("replaces, as written"), max_length=200, blank=True
    )
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64, editable=False)
    attachment = models.ForeignKey(
        "scanning.Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_versions",
        verbose_name=_("signed copy"),
    )

    objects = RuleVersionQuerySet.as_manager()

    class Meta(Edition.Meta):
        ordering = ["rule", "-in_force_from"]
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        constraints = [
            *Edition.Meta.constraints,
            models.UniqueConstraint(
                "rule", "number", name="policies_a_rule_has_each_number_once"
            ),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(state=EditionState.APPROVED, in_force_to=None),
                name="policies_one_approved_rule_version_is_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.rule.title}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the text in NFC, with the SHA-256 of its UTF-8 bytes.

        With the approval it is written down under whose name it was given.
        """
        if self.state == EditionState.APPROVED and self.issuer_id is None:
            self.issuer = self.rule.agency
        self.text = nfc(self.text)
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("policies:rule", args=[self.rule.slug, self.pk])

    @cached_property
    def document(self) -> Document:
        """The text as chapters and articles."""
        return parse(self.text)


class RuleAcknowledgement(models.Model):
    """One person read one wording (Đ13.6.a). A new wording asks everyone again."""

    version = models.ForeignKey(
        RuleVersion, models.PROTECT, related_name="acknowledgements"
    )
    account = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="rule_acknowledgements"
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    acknowledged_at = models.DateTimeField(_("acknowledged"), auto_now_add=True)

    objects = RuleAcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["-acknowledged_at"]
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint("version", "account", name="policies_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.version}"
