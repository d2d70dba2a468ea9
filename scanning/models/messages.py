"""A document as the exchange sent it, and what became of it there.

The portal and the connector are never the originator (Điều 4.3): that is the agency,
and the account named by it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 4.2, 4.8, 7.1, 8.2, 11, 12.7 and 12.8.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models.keeping import KeeperField
from portal.core import clock
from scanning.querysets import ExchangeEventQuerySet, MessageQuerySet


class DocumentType(models.TextChoices):
    """The groups of documents that are exchanged, as Điều 7.1 names them."""

    SAO_Y = "sao_y", _("certified copy")
    LICH_LAM_VIEC = "lich_lam_viec", _("work schedule")
    CONG_VAN = "cong_van", _("official letter")
    QUYET_DINH = "quyet_dinh", _("decision")
    CHI_THI = "chi_thi", pgettext_lazy("kind of document", "directive")
    BAO_CAO = "bao_cao", _("report")
    THU_MOI = "thu_moi", _("invitation")
    THONG_BAO = "thong_bao", _("announcement")
    KE_HOACH = "ke_hoach", _("plan")
    CHI_DAO_DIEU_HANH = "chi_dao_dieu_hanh", _("directing and managing")
    TAI_LIEU_HOP = "tai_lieu_hop", _("meeting papers")
    TRAO_DOI_CONG_VIEC = "trao_doi_cong_viec", _("exchange on work")
    VAN_BAN_KHAN = "van_ban_khan", _("urgent document")
    DE_BIET = "de_biet", _("for information")


class Message(models.Model):
    """One data message with its attachments; no column of it ever changes."""

    connector = models.ForeignKey(
        "access.Connector", models.PROTECT, related_name="messages"
    )
    message_id = models.CharField(_("message identifier"), max_length=200)
    from_agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("sending agency"),
        related_name="sent_messages",
    )
    originator = models.CharField(_("originator"), max_length=200)
    document_type = models.CharField(
        _("kind of document"), max_length=20, choices=DocumentType
    )
    code_number = models.CharField(
        pgettext_lazy("of a document", "number"), max_length=20, blank=True
    )
    code_notation = models.CharField(_("symbol"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("received"), default=clock.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("data message")
        verbose_name_plural = _("data messages")
        constraints = [
            models.UniqueConstraint(
                fields=["from_agency", "message_id"],
                name="scanning_an_agency_names_a_message_once",
            )
        ]

    def __str__(self) -> str:
        return self.message_id


class Recipient(models.Model):
    """An agency to which a message goes ("Nơi nhận", Điều 8.2).

    Its keeper reads what came, and decides on it, once the agency has ended.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="recipients")
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="received_messages"
    )
    keeper = KeeperField("agency", related_name="kept_messages")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "agency"], name="scanning_a_recipient_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


class ExchangeEvent(models.Model):
    """What an exchange system says happened; a correction is an event of its own.

    `happened_at` is the fixed time of Điều 11, from that system's server;
    `recorded_at` is when we heard of it.
    """

    class Kind(models.TextChoices):
        SENT = "sent", _("sent")
        RECEIVED = "received", _("received")
        REFUSED = "refused", pgettext_lazy("event of the exchange", "refused")
        CORRECTED = "corrected", _("corrected")

    connector = models.ForeignKey(
        "access.Connector", models.PROTECT, related_name="events"
    )
    # Who sent, received, refused or corrected.
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="exchange_events"
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    message_id = models.CharField(_("message identifier"), max_length=200)
    from_agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("sending agency"),
        related_name="+",
    )
    to_agencies = models.JSONField(_("recipients"), default=list)  # their codes then
    happened_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(
        pgettext_lazy("event of the exchange", "recorded"), default=clock.now
    )
    reason = models.TextField(_("reason"), blank=True)
    # The first sending that a correction corrects, never another correction.
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections"
    )

    objects = ExchangeEventQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]
        verbose_name = _("event of the exchange")
        verbose_name_plural = _("events of the exchange")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "from_agency", "message_id"],
                name="scanning_an_event_happens_once",
            ),
            models.CheckConstraint(
                name="scanning_a_correction_names_what_it_corrects",
                condition=(Q(kind="corrected") & Q(corrects__isnull=False))
                | (~Q(kind="corrected") & Q(corrects=None)),
            ),
            models.CheckConstraint(
                name="scanning_a_refusal_says_why",
                condition=~Q(kind="refused") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.get_kind_display()}"
