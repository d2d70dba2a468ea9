"""The signature inside a PDF, as PDF readers understand it (PAdES, ISO 32000-2).

By default it is the portal's own: a key derived from its secret, P-256, and a
certificate that nobody vouches for but the portal. It proves that nothing was changed;
it is no official digital signature. An installation may name a certificate of its own.
"""

import hashlib
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    NoEncryption,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    serialize_key_and_certificates,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from portal.core import secrets

FIELD = "Signature1"
# The order of the group of P-256 (FIPS 186-5): a key lies between 1 and this.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# Fixed, so that every host of an installation makes the same certificate.
_VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC))


def sign(content: bytes, *, reason: str, location: str) -> bytes:
    """Return the PDF with a signature over all of it; nothing of it may change then.

    Raises ImproperlyConfigured if the certificate of the settings cannot be used.
    """
    signed = BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content)),
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        ),
        signer=_signer(),
        output=signed,
    )
    return signed.getvalue()


def is_own() -> bool:
    """Tell whether the portal's own certificate signs, which nobody vouches for."""
    return not settings.PORTAL_PDF_CERTIFICATE


def certificate() -> bytes:
    """Return the certificate that signs now, in DER."""
    signing = _signer().signing_cert
    if signing is None:
        raise ImproperlyConfigured("PORTAL_PDF_CERTIFICATE holds no certificate.")
    own: bytes = signing.dump()
    return own


def fingerprint() -> str:
    """Return the SHA-256 of the certificate that signs now, in hex digits."""
    return hashlib.sha256(certificate()).hexdigest()


@cache
def _signer() -> signers.SimpleSigner:
    if not is_own():
        return _configured()
    return signers.SimpleSigner.load_pkcs12_data(_own(), other_certs=[])


def _configured() -> signers.SimpleSigner:
    path = Path(settings.PORTAL_PDF_CERTIFICATE)
    password = settings.PORTAL_PDF_CERTIFICATE_PASSWORD.encode() or None
    try:
        found = signers.SimpleSigner.load_pkcs12_data(
            path.read_bytes(), other_certs=[], passphrase=password
        )
    except OSError as error:
        raise ImproperlyConfigured(f"PORTAL_PDF_CERTIFICATE: {error}") from error
    except ValueError as error:
        raise ImproperlyConfigured(
            f"PORTAL_PDF_CERTIFICATE: {path} is no PKCS#12 file, or the password in "
            "PORTAL_PDF_CERTIFICATE_PASSWORD is wrong."
        ) from error
    return found


def _own() -> bytes:
    """Return the portal's own key and certificate; of one secret always the same."""
    seed = secrets.derived_key("pdf-signature")
    key = ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(
                NameOID.ORGANIZATION_NAME, settings.PORTAL_PROVINCE_NAME
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, "Chữ ký của cổng"),
        ]
    )
    usage = dict.fromkeys(_USAGES, False) | {
        "digital_signature": True,
        "content_commitment": True,
    }
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(seed).digest()[:8]) >> 1 or 1)
        .not_valid_before(_VALID[0])
        .not_valid_after(_VALID[1])
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, SHA256(), ecdsa_deterministic=True)
    )
    return serialize_key_and_certificates(b"portal", key, made, None, NoEncryption())


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "SECRET_KEY" or setting.startswith("PORTAL_PDF_CERTIFICATE"):
        _signer.cache_clear()


setting_changed.connect(_forget)
