"""A passkey's other half: what an authenticator does, with a key in memory.

It makes the bytes of WebAuthn Level 3 (6.1, 6.5) itself, and lies when a test asks:
about its counter, its owner, the place or the verification.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from django.test import Client

ORIGIN = "http://localhost:8000"  # of tests/settings.py, by name
PRESENT, VERIFIED, BACKUP_ELIGIBLE, WITH_KEY = 0x01, 0x04, 0x08, 0x40


def text(content: bytes) -> str:
    """Return base64url without padding, as browsers send it."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_text(content: str) -> bytes:
    """Return what `text` wrote."""
    return urlsafe_b64decode(content + "=" * (-len(content) % 4))


@dataclass
class Authenticator:
    """One device with one passkey."""

    verifies: bool = True
    origin: str = ORIGIN
    is_synced: bool = False
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """Return the answer to registration options."""
        self.user_handle = from_text(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose: dict[int, int | bytes] = {1: 2, 3: -7, -1: 1}
        cose |= {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        described = bytes(16) + len(self.key_id).to_bytes(2) + self.key_id
        data = self._data(options["rp"]["id"], WITH_KEY) + described + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._sent(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=cbor2.dumps(attestation),
        )

    def use(self, options: dict[str, Any], *, steps: int = 1) -> str:
        """Return the answer to authentication options; steps: of its counter."""
        self.counter += steps
        client_data = self._client_data("webauthn.get", options)
        data = self._data(options["rpId"])
        signed = data + hashlib.sha256(client_data).digest()
        return self._sent(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=self.user_handle,
        )

    def _data(self, place: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        flags |= BACKUP_ELIGIBLE if self.is_synced else 0
        head = hashlib.sha256(place.encode()).digest()
        return head + bytes([flags]) + self.counter.to_bytes(4)

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        facts = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(facts).encode()

    def _sent(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": text(self.key_id),
                "rawId": text(self.key_id),
                "type": "public-key",
                "response": {name: text(part) for name, part in response.items()},
                "clientExtensionResults": {},
            }
        )


NEW = "/tai-khoan/khoa-truy-cap/"
ASK = "/dang-nhap/khoa-truy-cap/thu-thach/"
ALONE = "/dang-nhap/khoa-truy-cap/"


def browser() -> Client:
    """Return a browser that comes in by the portal's name, as passkeys demand."""
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def add_key(
    client: Client, key: Authenticator, name: str = "Máy tính cơ quan"
) -> HttpResponse:
    """Add a passkey as the page does."""
    options = client.post(f"{NEW}thu-thach/").json()
    return client.post(NEW, {"name": name, "credential": key.make(options)})


def come_in_with(client: Client, key: Authenticator, **kwargs: int) -> HttpResponse:
    """Sign in with a passkey alone."""
    options = client.post(ASK).json()
    return client.post(ALONE, {"credential": key.use(options, **kwargs)})
