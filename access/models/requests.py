"""Requests: what one person asks for, another decides, and the portal then does.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.7.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.models.rights import Role, Scope
from access.querysets import AccessRequestQuerySet
from portal.core import clock


class AccessRequest(models.Model):
    """One thing asked for, with who asked and who decided: never the same person.

    Which of the columns a kind uses is said in `access.services.requests`; the person
    it is about is `account`, or `full_name` and `username` of somebody new.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("new account")
        GRANT = "grant", _("new right")
        END = "end", _("end of a right")
        TRANSFER = "transfer", _("transfer to another agency")
        REOPEN = "reopen", _("reopen an account")
        RESET = "reset", _("lost device")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for a decision")
        APPLIED = "applied", _("approved and applied")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PENDING
    )
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="access_requests"
    )
    account = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="access_requests"
    )
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    username = models.CharField(_("user name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    identity_digest = models.CharField(max_length=64, blank=True, editable=False)
    role = models.ForeignKey("access.Role", models.PROTECT, null=True, related_name="+")
    scope = models.CharField(
        _("scope"), max_length=10, choices=Scope, default=Scope.BETWEEN
    )
    assignment = models.ForeignKey(
        "access.Assignment", models.PROTECT, null=True, related_name="requests"
    )
    to_agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+"
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("to"), null=True)
    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="sent_requests"
    )
    requested_at = models.DateTimeField(_("requested"), default=clock.now)
    decided_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="decided_requests"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(_("reason of the decision"), blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.CheckConstraint(
                name="access_nobody_decides_on_his_own_request",
                condition=Q(decided_by=None)
                | (
                    (~Q(decided_by=F("requested_by")) | Q(state="withdrawn"))
                    & (
                        Q(account=None)
                        | ~Q(decided_by=F("account"))
                        | Q(state="withdrawn")
                    )
                ),
                violation_error_message=_("A second person must decide this."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.account or self.full_name}"

    @property
    def concerned_role(self) -> Role | None:
        """The role asked for, or that of the right that is to end."""
        return self.role or (self.assignment.role if self.assignment else None)

    @property
    def person_name(self) -> str:
        """Whom it is about."""
        return self.account.full_name if self.account else self.full_name
