"""An incident: what happened, when it was noticed, how far it has been handled.

Source: Quyết định 06/2012/QĐ-UBND, Điều 4.9 and 14.1.
"""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.models.keeping import KeeperField
from incidents.querysets import IncidentQuerySet
from incidents.states import NEXT_STATES, OPEN, WORKABLE, State
from portal.core import clock
from portal.core.errors import TransitionError
from portal.core.text import fold


class Category(models.TextChoices):
    """What it looks like to whoever finds it; never a judgement."""

    MALWARE = "malware", _("malware, data locked for ransom")
    INTRUSION = "intrusion", _("unauthorised access, intrusion")
    DEFACEMENT = "defacement", _("website or content altered")
    DENIAL = "denial", _("attack that blocks a service")
    PHISHING = "phishing", _("phishing, impersonation")
    LEAK = "leak", _("data disclosed or lost")
    SECRECY = "secrecy", _("sign of state secrets on the network")
    OUTAGE = "outage", _("breakdown of equipment, lines or power")
    MISUSE = "misuse", _("mistake or breach of rules by users")
    OTHER = "other", _("other")


class Cause(models.TextChoices):
    UNKNOWN = "unknown", _("not yet known")
    HUMAN = "human", _("human")
    NATURAL = "natural", _("natural or technical")


class Severity(models.TextChoices):
    """The legal severity; whether the agency can master it is a separate question."""

    ORDINARY = "ordinary", _("ordinary severity")
    SERIOUS = "serious", _("serious severity")


# What never changes once an incident is there; a trigger in the database sees to it.
FIXED = frozenset({"number", "agency", "created_at", "created_by", "is_drill"})


class YearlySequence(models.Model):
    """The last number given in a year; the row is locked while one is taken.

    agency is None for incidents, which are numbered for the whole province.
    """

    kind = models.CharField(max_length=20)
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+"
    )
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("yearly sequence")
        verbose_name_plural = _("yearly sequences")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"],
                condition=Q(agency=None),
                name="incidents_one_sequence_a_year",
            ),
            models.UniqueConstraint(
                fields=["kind", "agency", "year"],
                condition=Q(agency__isnull=False),
                name="incidents_one_sequence_of_an_agency_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"

    @classmethod
    def take(cls, kind: str, day: date, agency_id: int | None = None) -> int:
        """Return the next number of that year; call it inside a transaction.

        The UPDATE holds the row until the transaction ends, so two who ask at once get
        two numbers, and a number whose transaction fails is given to the next.
        """
        with transaction.atomic():
            row, _made = cls.objects.get_or_create(
                kind=kind, agency_id=agency_id, year=day.year
            )
            cls.objects.filter(pk=row.pk).update(last=F("last") + 1)
            row.refresh_from_db(fields=["last"])
            return row.last


class Incident(models.Model):
    """One incident of one agency. It is never deleted.

    `agency` is whose incident it is, for ever; `keeper` handles it now: the same, or
    its heir.
    """

    number = models.CharField(_("incident number"), max_length=20, unique=True)
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("agency"),
        related_name="incidents",
    )
    keeper = KeeperField("agency", related_name="kept_incidents")
    title = models.CharField(_("in one line"), max_length=160)
    category = models.CharField(
        _("kind of incident"), max_length=20, choices=Category, default=Category.OTHER
    )
    system = models.CharField(_("affected system"), max_length=160, blank=True)
    detected_at = models.DateTimeField(_("detected at"))
    # The Vietnamese day of T0 decides which authority and which clocks hold.
    detected_on = models.DateField(editable=False)
    description = models.TextField(_("what was seen"), blank=True)
    harm = models.TextField(_("harm so far"), blank=True)
    is_confidentiality_hit = models.BooleanField(_("confidentiality"), default=False)
    is_integrity_hit = models.BooleanField(_("integrity"), default=False)
    is_availability_hit = models.BooleanField(_("availability"), default=False)
    cause = models.CharField(
        _("cause"), max_length=10, choices=Cause, default=Cause.UNKNOWN
    )
    cause_note = models.TextField(_("what is known of the cause"), blank=True)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, default=Severity.ORDINARY
    )
    has_personal_data = models.BooleanField(
        _("personal data are concerned"), default=False
    )
    has_security_signs = models.BooleanField(
        _("signs against national security or public order"), default=False
    )
    is_drill = models.BooleanField(_("drill"), default=False)
    beyond_capacity = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # None: the portal itself, such as for a file that the scanner held.
    created_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, editable=False, related_name="+"
    )
    # Which form it came from: the same form sent again is the same incident.
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    recorded_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    folded = models.TextField(editable=False, default="")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-detected_at", "-pk"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            models.Index(fields=["-detected_at", "-id"], name="incidents_newest"),
            models.Index(
                fields=["keeper", "-detected_at", "-id"],
                name="incidents_newest_of_an_agency",
            ),
            models.Index(
                fields=["keeper", "state", "-detected_at"],
                name="incidents_by_agency_and_state",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="incidents_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="incidents_recorded_once_it_is_no_draft",
                condition=Q(state__in=[State.DRAFT, State.NOT_AN_INCIDENT])
                | Q(recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_closed_has_its_time",
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        """Write the row; what the database keeps for ever is written only once."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = (field.name for field in self._meta.concrete_fields[1:])
            kwargs["update_fields"] = [name for name in names if name not in FIXED]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("incidents:incident", args=[self.number])

    def move_to(self, wanted: State) -> None:
        """Change the state in memory only; the calling service locks and saves."""
        was = State(self.state)
        if wanted not in NEXT_STATES.get(was, ()):
            raise TransitionError(was=was.label, wanted=wanted.label)
        self.state = wanted

    def set_detected_at(self) -> None:
        """Derive the Vietnamese day of T0."""
        self.detected_on = clock.vietnamese_day(self.detected_at)

    def set_folded(self) -> None:
        """Derive the text in which people search, without diacritics."""
        words = (self.number, self.title, self.system, self.description)
        self.folded = " ".join(fold(text) for text in words if text)

    @property
    def agency_name(self) -> str:
        """The name that its agency bore when it was noticed."""
        return self.agency.name_on(self.detected_on)

    @property
    def tone(self) -> str:
        """The colour of the state on pages."""
        return State(self.state).tone

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to act."""
        return self.state in OPEN

    @property
    def is_workable(self) -> bool:
        """Tell whether measures, evidence and reports may still be added."""
        return self.state in WORKABLE

    @property
    def is_serious(self) -> bool:
        """Tell whether the incident is classed as serious."""
        return self.severity == Severity.SERIOUS

    @property
    def hit_properties(self) -> list[str]:
        """Which of the three properties are hit, in words (Điều 4.9)."""
        hits = (
            (self.is_confidentiality_hit, _("confidentiality")),
            (self.is_integrity_hit, _("integrity")),
            (self.is_availability_hit, _("availability")),
        )
        return [str(words) for is_hit, words in hits if is_hit]


class DetectionCorrection(models.Model):
    """T0 was corrected: both values stay, with the reason. Append-only."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="detection_corrections"
    )
    was = models.DateTimeField(_("before"))
    became = models.DateTimeField(_("after"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("correction of the detection time")
        verbose_name_plural = _("corrections of the detection time")

    def __str__(self) -> str:
        return f"{self.was:%d/%m/%Y %H:%M} → {self.became:%d/%m/%Y %H:%M}"
