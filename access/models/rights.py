"""Rights: a role for an agency from one day to another. No row, no right.

Source: Quyết định 06/2012/QĐ-UBND, Điều 8.1, 13.3 and 13.5.b.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.querysets import AssignmentQuerySet
from portal.core import clock
from portal.core.dated import Dated


class Role(models.Model):
    """A named bundle of permissions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    # Whether an agency administrator may grant it for his own agency.
    is_for_every_agency = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name


class RolePermission(models.Model):
    """One permission in a role; `access.permissions` lists those there are."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions")
    code = models.CharField(_("permission"), max_length=60)

    class Meta:
        verbose_name = _("permission of a role")
        verbose_name_plural = _("permissions of roles")
        constraints = [
            models.UniqueConstraint("role", "code", name="access_permission_once")
        ]

    def __str__(self) -> str:
        return self.code


class Scope(models.TextChoices):
    """How far a right reaches: `permissions.BETWEEN_AGENCIES` need the second."""

    INSIDE = "inside", _("inside the agency only")
    BETWEEN = "between", _("inside and between agencies")


class Assignment(Dated):
    """One person holds one role for one agency, by decision, dated.

    It stays flagged until an authorised person confirms it (Nghị định 30/2020/NĐ-CP,
    Phụ lục VI). It is never deleted: it ends.

    A delegation (ủy quyền) is an assignment whose `delegated_from` is the delegator's
    own: it gives the permissions listed in `delegated_permissions`, only while that
    one holds, and is never delegated further.
    """

    account = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="assignments"
    )
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="assignments"
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments")
    scope = models.CharField(
        _("scope"), max_length=10, choices=Scope, default=Scope.BETWEEN
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    delegated_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name=_("delegated from"),
    )
    # When it was cut off before the end of its last day: by leave, transfer or urgent
    # revocation. From then on it gives nothing.
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    granted_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="granted_assignments"
    )
    granted_at = models.DateTimeField(_("granted"), default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_assignments",
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["agency", "account", "starts_on"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(
                fields=["account", "agency", "role"], name="access_assignment_decides"
            )
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="access_nobody_grants_himself_a_right",
                condition=Q(granted_by=None) | ~Q(granted_by=F("account")),
                violation_error_message=_("Nobody grants himself a right."),
            ),
            models.CheckConstraint(
                name="access_a_second_person_confirms_an_assignment",
                condition=Q(confirmed_by=None)
                | (
                    ~Q(confirmed_by=F("account"))
                    & (Q(granted_by=None) | ~Q(confirmed_by=F("granted_by")))
                ),
                violation_error_message=_("A second person must confirm this."),
            ),
            models.UniqueConstraint(
                fields=["account", "agency", "role"],
                condition=Q(ends_on=None),
                name="access_an_open_assignment_stands_once",
            ),
            models.CheckConstraint(
                name="access_a_delegation_has_an_end",
                condition=Q(delegated_from=None) | Q(ends_on__isnull=False),
                violation_error_message=_("A delegation needs a last day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.role}, {self.agency}"


class DelegatedPermission(models.Model):
    """One permission that a delegation gives; never more than the role it is from."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="delegated_permissions"
    )
    code = models.CharField(_("permission"), max_length=60)

    class Meta:
        verbose_name = _("delegated permission")
        verbose_name_plural = _("delegated permissions")
        constraints = [
            models.UniqueConstraint(
                "assignment", "code", name="access_delegated_permission_once"
            )
        ]

    def __str__(self) -> str:
        return self.code


class RoleGrant(models.Model):
    """Holders of one role may grant another; what is not listed, nobody grants."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    granted = models.ForeignKey(Role, models.CASCADE, related_name="granted_by_roles")

    class Meta:
        verbose_name = _("role that may be granted")
        verbose_name_plural = _("roles that may be granted")
        constraints = [
            models.UniqueConstraint("role", "granted", name="access_role_grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.role} → {self.granted}"
