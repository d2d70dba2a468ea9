"""What connected systems must be told: a row first, then tried until it is heard."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.duties import Duty, DutyQuerySet


class WebhookDelivery(Duty):
    """One notice to one connector: signed, tried again, listed."""

    class Kind(models.TextChoices):
        VERDICT = "verdict", _("verdict")
        RELEASED = "released", _("released by a decision")
        RECALLED = "recalled", _("recalled")

    connector = models.ForeignKey(
        "access.Connector", models.PROTECT, related_name="deliveries"
    )
    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="deliveries"
    )
    kind = models.CharField(_("what of"), max_length=10, choices=Kind)
    event_id = models.CharField(max_length=40, unique=True)
    body = models.JSONField()
    made_at = models.DateTimeField(pgettext_lazy("a notice", "made"), auto_now_add=True)
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True)
    # After days of silence the portal stops trying; the list shows it.
    given_up_at = models.DateTimeField(_("given up"), null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("notice to a connected system")
        verbose_name_plural = _("notices to connected systems")

    def __str__(self) -> str:
        return f"{self.connector}: {self.get_kind_display()}"
