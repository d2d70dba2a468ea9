"""The audit trail: django-auditlog's log with our words, and the seals upon it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3, 13.4.d, 13.5.b and 15.8.
"""

from typing import Any

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.querysets import AuditEntryQuerySet
from portal.core import clock, text

# What the free search looks at.
_SEARCHED = (
    "object_repr",
    "actor_name",
    "agency_name",
    "on_behalf_of",
    "device",
    "reference",
)


_NEWEST_FIRST = ("-timestamp", "-id")


class AuditEntry(AbstractLogEntry):
    """Who, acting for which agency, did what, to what, when, from where.

    Names are frozen as text, so that the entry still tells who it was when the account
    and the agency bear other names. Rows are append-only in the database.
    """

    event = models.CharField(_("act"), max_length=80, blank=True, db_index=True)
    actor_name = models.CharField(_("person"), max_length=200, blank=True)
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+"
    )
    agency_name = models.CharField(_("for the agency"), max_length=200, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    # Who delegated the right by which this was done, if it was not the person's own.
    on_behalf_of = models.CharField(_("on behalf of"), max_length=400, blank=True)
    # What the outside knows the matter by, such as the id of a message.
    reference = models.CharField(
        _("reference"), max_length=200, blank=True, db_index=True
    )
    # Folded words for the search; made from the other columns and so not sealed.
    search_text = models.TextField(blank=True, editable=False)

    objects = LogEntryManager.from_queryset(AuditEntryQuerySet)()

    class Meta(AbstractLogEntry.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-timestamp", "-pk"]
        # In the order of the page: of everything, and of each part that people read.
        indexes = [
            models.Index(fields=_NEWEST_FIRST, name="access_audit_in_order"),
            models.Index(
                fields=["agency", *_NEWEST_FIRST], name="access_audit_of_agency"
            ),
            models.Index(
                fields=["actor", *_NEWEST_FIRST], name="access_audit_of_actor"
            ),
            models.Index(
                fields=["content_type", "object_id", *_NEWEST_FIRST],
                name="access_audit_of_object",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        """Store the entry and, in the same transaction, the duty to seal it."""
        is_new = self.pk is None
        words = [getattr(self, name) for name in _SEARCHED]
        self.search_text = text.fold(" ".join(words))
        super().save(*args, **kwargs)
        if is_new:
            UnsealedEntry.objects.create(entry=self)


class UnsealedEntry(models.Model):
    """The duty to seal an entry; the sealer deletes it in the act of sealing.

    An entry with neither this row nor a seal was put there behind our back.
    """

    entry = models.OneToOneField(
        AuditEntry, models.PROTECT, primary_key=True, related_name="waiting"
    )

    class Meta:
        verbose_name = _("entry waiting for its seal")
        verbose_name_plural = _("entries waiting for their seal")

    def __str__(self) -> str:
        return str(self.pk)


class SealBatch(models.Model):
    """A run of seals, closed by one Ed25519 signature over its end. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    last_position = models.BigIntegerField()
    last_link = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["number"]
        verbose_name = _("batch of seals")
        verbose_name_plural = _("batches of seals")

    def __str__(self) -> str:
        return str(self.number)


class AuditSeal(models.Model):
    """A link of the chain: SHA-256 of the previous link and a digest. Append-only.

    The digest is the SHA-256 of the salt and the entry. In a bundle for an inspector it
    stands for entries of other agencies; without the salt, nobody finds such an entry
    by trying likely words.
    """

    entry = models.OneToOneField(
        AuditEntry, models.PROTECT, primary_key=True, related_name="seal"
    )
    position = models.BigIntegerField(unique=True)
    salt = models.CharField(max_length=32)
    link = models.CharField(max_length=64)
    batch = models.ForeignKey(SealBatch, models.PROTECT, related_name="seals")

    class Meta:
        ordering = ["position"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return str(self.position)


class RowChange(models.Model):
    """A change of a guarded row, written by a trigger of the database itself.

    It sees what the ORM's signals cannot: bulk updates, raw SQL, another program. The
    sealer turns each into an entry of the trail. Append-only.
    """

    class Operation(models.TextChoices):
        INSERT = "insert", _("inserted")
        UPDATE = "update", _("updated")
        DELETE = "delete", _("deleted")

    table = models.CharField(_("table"), max_length=63)
    row = models.CharField(_("row"), max_length=63)
    operation = models.CharField(_("operation"), max_length=6, choices=Operation)
    before = models.TextField(blank=True)  # JSON, as the database wrote it
    after = models.TextField(blank=True)
    happened_at = models.CharField(max_length=40)  # the database's own clock, ISO 8601

    class Meta:
        verbose_name = _("change of a row")
        verbose_name_plural = _("changes of rows")

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class UntoldChange(models.Model):
    """The duty to tell of a change of a row; a trigger writes it beside the change.

    A change with neither this row nor a witness was kept from the trail.
    """

    change = models.OneToOneField(
        RowChange, models.PROTECT, primary_key=True, related_name="untold"
    )

    class Meta:
        verbose_name = _("change that the trail does not tell of yet")
        verbose_name_plural = _("changes that the trail does not tell of yet")

    def __str__(self) -> str:
        return str(self.pk)


class WitnessedChange(models.Model):
    """Which entry of the trail tells of a change of a row. Append-only."""

    change = models.OneToOneField(
        RowChange, models.PROTECT, primary_key=True, related_name="witness"
    )
    entry = models.ForeignKey(
        AuditEntry, models.PROTECT, related_name="witnessed_changes"
    )

    class Meta:
        verbose_name = _("change that the trail tells of")
        verbose_name_plural = _("changes that the trail tells of")

    def __str__(self) -> str:
        return str(self.pk)
