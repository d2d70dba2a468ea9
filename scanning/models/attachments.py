"""A file that came in, what became of it and why.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2, 9.1, 10, 11.2 and 12.1.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.models.keeping import KeeperField
from portal.core import clock
from portal.core.errors import TransitionError
from scanning.engine import SignatureKind
from scanning.querysets import AttachmentQuerySet
from scanning.verdicts import FINDINGS, Found, Verdict


class AttachmentState(models.TextChoices):
    PENDING = "pending", _("waiting for the scan")
    RELEASED = "released", _("released")
    HELD = "held", _("held")


# Nothing goes back to waiting: what was judged once stays judged, or is judged anew.
NEXT_STATES = {
    AttachmentState.PENDING: {AttachmentState.RELEASED, AttachmentState.HELD},
    AttachmentState.RELEASED: {AttachmentState.HELD},
    # By a decision of people, or a clean verdict after all; the database asks for one.
    AttachmentState.HELD: {AttachmentState.RELEASED},
}


class Urgency(models.TextChoices):
    """How soon, as the regulation's forms call it; the order of scanning."""

    THUONG = "thuong", _("ordinary")
    KHAN = "khan", _("urgent")
    THUONG_KHAN = "thuong_khan", _("very urgent")
    HOA_TOC = "hoa_toc", _("express")

    @property
    def rank(self) -> int:
        """Return 0 for the most urgent."""
        return list(reversed(Urgency)).index(self)


class Purpose(models.TextChoices):
    DOCUMENT = "document", _("document to be exchanged")
    EVIDENCE = "evidence", _("evidence of an incident")
    FORM = "form", _("form for citizens")


def new_public_id() -> str:
    """Return a name that nobody can guess, for addresses."""
    return get_random_string(22)


class Attachment(models.Model):
    """One submission of one file. What was received never changes (Điều 12.8).

    Times: `received_at` is that of Điều 11.2 and is never reset by holding;
    `scanned_at` and `released_at` are their own.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("agency"),
        related_name="attachments",
    )
    keeper = KeeperField("agency", related_name="kept_attachments")
    submitted_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        verbose_name=_("submitted by"),
        related_name="attachments",
    )
    # Which system handed it in; none: a person, on our own pages.
    connector = models.ForeignKey(
        "access.Connector", models.PROTECT, null=True, related_name="attachments"
    )
    message = models.ForeignKey(
        "scanning.Message", models.PROTECT, null=True, related_name="attachments"
    )
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    # Ours, never theirs: under it the bytes lie in the store.
    stored_as = models.CharField(max_length=80, unique=True)
    media_type = models.CharField(max_length=100, blank=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    urgency = models.CharField(
        _("urgency"), max_length=20, choices=Urgency, default=Urgency.THUONG
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=AttachmentState,
        default=AttachmentState.PENDING,
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, blank=True)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    scanned_at = models.DateTimeField(_("scanned"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    # When the bytes of a held file were encrypted where they lie.
    sealed_at = models.DateTimeField(null=True, editable=False)
    engine = models.CharField(_("engine"), max_length=100, blank=True)
    signatures = models.CharField(_("signatures"), max_length=200, blank=True)
    signature_kind = models.CharField(
        _("kind of signatures"), max_length=10, choices=SignatureKind, blank=True
    )
    # Under which content of the signature folder, and which rules of ours.
    signature_digest = models.CharField(max_length=64, blank=True)
    policy = models.CharField(_("rules of inspection"), max_length=40, blank=True)
    # By which decision of people it was released, if its verdict is not "clean".
    release = models.ForeignKey(
        "scanning.ReleaseDecision", models.PROTECT, null=True, related_name="+"
    )
    # When the bytes were destroyed, by two persons (Điều 13.4.d); the row stays.
    disposed_at = models.DateTimeField(_("destroyed"), null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["keeper", "state", "-received_at"],
                name="scanning_list_of_an_agency",
            ),
            # What newer signatures have not seen yet.
            models.Index(
                fields=["signature_digest", "-received_at"],
                condition=Q(state="released"),
                name="scanning_to_scan_anew",
            ),
            # What some recipients may have been let open (scanning.openness).
            models.Index(
                fields=["message"],
                condition=Q(
                    state="held", verdict="unscannable", disposed_at__isnull=True
                ),
                name="scanning_held_unseen",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="scanning_state_is_known",
                condition=Q(state__in=AttachmentState.values),
            ),
            models.CheckConstraint(
                name="scanning_released_if_clean_or_decided",
                condition=~Q(state=AttachmentState.RELEASED)
                | Q(
                    Q(verdict=Verdict.CLEAN) | Q(release__isnull=False),
                    scanned_at__isnull=False,
                    released_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="scanning_secrets_and_ruins_stay_held",
                condition=~Q(state=AttachmentState.RELEASED)
                | (~Q(verdict=Verdict.SECRECY_SUSPECTED) & Q(disposed_at=None)),
            ),
            models.UniqueConstraint(
                fields=["message", "sha256"],
                condition=Q(message__isnull=False),
                name="scanning_a_message_holds_a_file_once",
            ),
            models.CheckConstraint(
                name="scanning_a_held_file_has_a_verdict",
                condition=~Q(state=AttachmentState.HELD)
                | ~Q(verdict__in=["", Verdict.CLEAN]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scanning:detail", args=[self.public_id])

    def save_fate(self) -> None:
        """Store what may change after receipt; the database refuses the rest."""
        self.save(
            update_fields=[
                "state",
                "verdict",
                "media_type",
                "scanned_at",
                "released_at",
                "engine",
                "signatures",
                "signature_kind",
                "signature_digest",
                "policy",
                "release",
            ]
        )

    def move_to(self, wanted: AttachmentState) -> None:
        """Change the state in memory only; the calling service locks and saves."""
        was = AttachmentState(self.state)
        if wanted not in NEXT_STATES.get(was, ()):
            raise TransitionError(was=was.label, wanted=wanted.label)
        self.state = wanted

    @property
    def known_outside_as(self) -> str:
        """The id of its message, under which every act on it is found (Điều 12.3)."""
        return self.message.message_id if self.message is not None else ""

    @property
    def is_pending(self) -> bool:
        """Tell whether nothing has been decided yet."""
        return self.state == AttachmentState.PENDING

    @property
    def is_released(self) -> bool:
        """Tell whether the file may be read."""
        return self.state == AttachmentState.RELEASED

    @property
    def is_held(self) -> bool:
        """Tell whether the file is in quarantine."""
        return self.state == AttachmentState.HELD

    @property
    def tone(self) -> str:
        """The colour of the state on pages."""
        tones = {"released": "success", "held": "danger", "pending": "warning"}
        return tones[self.state]

    @property
    def is_weakly_judged(self) -> bool:
        """Tell whether the verdict rests on anything but fresh official signatures."""
        return self.signature_kind not in {"", SignatureKind.OFFICIAL}

    @cached_property
    def last_scan_findings(self) -> list["Finding"]:
        """What the last scan with the present verdict found.

        Not what an attempt that failed, or signatures withdrawn since, said of it. Uses
        rows fetched before, if they were.
        """
        if self.scanned_at is None:
            return []
        rows = self.findings.all()
        found = [each for each in rows if each.scan.verdict == self.verdict]
        last = max((each.scan_id for each in found), default=None)
        return [each for each in found if each.scan_id == last]


class _FindingManager(models.Manager["Finding"]):
    """Fetches the scan too, which says whether its findings still hold."""

    def get_queryset(self) -> models.QuerySet["Finding"]:
        """Return the rows with the verdict of their scan."""
        return super().get_queryset().select_related("scan")


class Finding(models.Model):
    """One thing that one scan found: a stable code, and what its sentence names."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="findings")
    scan = models.ForeignKey("scanning.Scan", models.PROTECT, related_name="findings")
    code = models.CharField(
        _("code"), max_length=40, choices=[(code, code) for code in FINDINGS]
    )
    details = models.JSONField(default=dict)

    objects = _FindingManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """Return the sentence for people, in the language now active."""
        return Found(self.code, self.details).sentence

    @property
    def is_note(self) -> bool:
        """Tell whether this only advises, and held nothing."""
        return Found(self.code).verdict == Verdict.CLEAN
