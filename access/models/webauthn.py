"""Passkeys and security keys (WebAuthn), kept by django-otp-webauthn.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b; ASVS 5.0, 6.3.3 and 6.5.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp_webauthn.models import (
    AbstractWebAuthnAttestation,
    AbstractWebAuthnCredential,
)


class Passkey(AbstractWebAuthnCredential):
    """A passkey or security key (WebAuthn), with the person verified by it."""

    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta(AbstractWebAuthnCredential.Meta):
        abstract = False
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")


class PasskeyAttestation(AbstractWebAuthnAttestation):
    """What the authenticator said of itself when the passkey was made."""

    credential = models.OneToOneField(
        Passkey, models.CASCADE, related_name="attestation"
    )

    class Meta(AbstractWebAuthnAttestation.Meta):
        abstract = False
        verbose_name = _("attestation of a passkey")
        verbose_name_plural = _("attestations of passkeys")
