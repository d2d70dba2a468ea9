"""Second factors, invitations and sign-ins. Seeds are encrypted, codes are hashed.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.1.d and 13.4.b; ASVS 5.0, 6.5 and 7.
"""

import hashlib
import hmac
import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import hotp

from access.login import origin
from access.querysets import InvitationQuerySet, LoginSessionQuerySet
from portal.core import clock, secrets

# ASCII digits only: other spellings of a digit must not pass for another code.
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def code_digest(code: str, secret: str | None = None) -> str:
    """Return the keyed hash under which a recovery code or a token is stored.

    The codes have 80 bits or more of chance, so no slow hash is needed.
    """
    key = secrets.derived_key("codes", secret)
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def known_digests(code: str) -> list[str]:
    """Return the hashes of a code under the present secret and its predecessors."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [code_digest(code, key) for key in keys]


class ThrottledDevice(ThrottlingMixin, Device):
    """A second factor that waits longer after each wrong try.

    django-otp saves the whole row to count a failure; a try that began earlier would so
    write the old `last_step` back and open a used code again. We write two columns.
    """

    class Meta(Device.Meta):
        abstract = True

    def get_throttle_factor(self) -> float:
        return 1.0

    def throttle_reset(self, commit: bool = True) -> None:
        """Forget the failures."""
        super().throttle_reset(commit=False)
        self._keep_throttle(commit)

    def throttle_increment(self, commit: bool = True) -> None:
        """Count one more failure."""
        super().throttle_increment(commit=False)
        self._keep_throttle(commit)

    def _keep_throttle(self, commit: bool) -> None:
        if commit:
            self.save(
                update_fields=[
                    "throttling_failure_timestamp",
                    "throttling_failure_count",
                ]
            )


class TotpDevice(ThrottledDevice):
    """An authenticator application (RFC 6238, SHA-1, 6 digits, 30 seconds).

    One step back is accepted, since people need seconds to type; no drift is learnt,
    because django-otp's learning walks without bound.
    """

    STEP = 30  # seconds

    sealed_seed = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=-1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(ThrottledDevice.Meta):
        abstract = False
        verbose_name = _("authenticator application")
        verbose_name_plural = _("authenticator applications")

    @property
    def seed(self) -> bytes:
        """The shared secret, 20 bytes."""
        return secrets.open_sealed(self.sealed_seed)

    def digits_at(self, step: int) -> str:
        """Return the six digits of a time step (RFC 4226 over the step's number)."""
        return f"{hotp(self.seed, step, digits=6):06d}"

    def matching_step(self, token: str) -> int | None:
        """Return the time step for which these digits are right, newest first."""
        if not _SIX_DIGITS.fullmatch(token):
            return None
        present = int(clock.now().timestamp()) // self.STEP
        for step in (present, present - 1):
            if hmac.compare_digest(self.digits_at(step), token):
                return step
        return None

    def verify_token(self, token: str) -> bool:
        """Accept each code once, even when it arrives twice at the same time."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        step = self.matching_step(token)
        if step is not None:
            unused = TotpDevice.objects.filter(pk=self.pk, last_step__lt=step)
            if unused.update(last_step=step):
                self.last_step = step
                self.throttle_reset()
                return True
        self.throttle_increment()
        return False


class RecoveryDevice(ThrottledDevice):
    """The sheet of recovery codes of one account."""

    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(ThrottledDevice.Meta):
        abstract = False
        verbose_name = _("recovery codes")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint("user", name="access_one_sheet_of_recovery_codes")
        ]

    def verify_token(self, token: str) -> bool:
        """Accept each recovery code once."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        plain = "".join(token.split()).replace("-", "").upper()
        unused = self.codes.filter(digest__in=known_digests(plain), used_at=None)
        if unused.update(used_at=clock.now()):
            self.throttle_reset()
            return True
        self.throttle_increment()
        return False


class RecoveryCode(models.Model):
    """One recovery code; only its keyed hash is kept."""

    device = models.ForeignKey(RecoveryDevice, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """A one-time link with which a person sets a password and a second factor."""

    account = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="sent_invitations"
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="access_one_open_invitation_for_an_account",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}"

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        ended = self.used_at or self.withdrawn_at
        return not ended and clock.now() < self.expires_at


class LoginSession(models.Model):
    """One sign-in with both factors, from one device, until it ends."""

    account = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="login_sessions"
    )
    # Of the key only the hash: a reader of the database cannot take the session over.
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    acting_agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("signed in"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    method = models.CharField(_("second factor"), max_length=20)
    # Authentication methods in RFC 8176's names, separated by blanks: "pwd otp mfa".
    amr = models.CharField(max_length=60, blank=True)
    # Whether he administered accounts or agencies when he signed in: locked sooner.
    is_administrator = models.BooleanField(default=False)
    # When the person last proved himself; sensitive acts want this to be recent.
    proved_at = models.DateTimeField(_("proved"), default=clock.now)

    objects = LoginSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    def __str__(self) -> str:
        return f"{self.account}"

    @property
    def device_name(self) -> str:
        """Browser and system in two words."""
        return origin.in_words(self.device)

    @property
    def way(self) -> str | Promise:
        """How the person came in, in words."""
        if self.method == "passkey" and "pwd" not in self.methods:
            return _("passkey alone")
        ways = {
            "totp": _("password and authenticator application"),
            "recovery": _("password and recovery code"),
            "passkey": _("password and passkey"),
        }
        return ways.get(self.method, self.method)

    @property
    def methods(self) -> list[str]:
        """The authentication methods, in the names of RFC 8176."""
        return self.amr.split()


class KnownDevice(models.Model):
    """A browser in which the person has signed in before, known by a cookie.

    Of the cookie only the keyed hash is kept. A sign-in without a known one is told to
    the person (ASVS 5.0, 6.3.5).
    """

    account = models.ForeignKey(
        "access.Account", models.CASCADE, related_name="known_devices"
    )
    digest = models.CharField(max_length=64, editable=False)
    device = models.CharField(_("device"), max_length=200, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        constraints = [
            models.UniqueConstraint(
                "account", "digest", name="access_known_device_once"
            )
        ]

    def __str__(self) -> str:
        return origin.in_words(self.device)
