"""What a receipt states of a file, and the compact JWS that carries it (RFC 7515).

Pure: facts in, text out. docs/receipts.md describes the format for those who read it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from scanning.receipts import keys

TYPE = "portal-receipt+jwt"
LONGEST = 8000  # characters of a token that is worth reading at all


@dataclass(frozen=True)
class Statement:
    """The content of one receipt; each field is a member of the signed JSON.

    Times are in UTC. `signatures` names the set of malware signatures, of which
    `signature_digest` is the SHA-256; `reserve_signatures` says that they were the
    reserve set, which knows test files only; `signature_kind` is empty where our own
    look decided before the engine was asked. `release` names the ground on which people
    let a file go that is not clean, else it is empty.
    """

    iss: str
    iat: datetime
    exp: datetime
    jti: str
    sha256: str
    size: int
    verdict: str
    state: str
    message_id: str
    from_agency: str
    received_at: datetime
    scanned_at: datetime
    engine: str
    signatures: str
    signature_kind: str
    signature_digest: str
    reserve_signatures: bool
    policy: str
    reused: bool
    with_password: bool
    release: str

    def as_json(self) -> bytes:
        """Return the payload: seconds for JWT's own times, ISO 8601 for ours."""
        members = asdict(self)
        for name in ("iat", "exp"):
            members[name] = int(members[name].timestamp())
        for name in ("received_at", "scanned_at"):
            members[name] = in_utc(members[name])
        return json.dumps(members, ensure_ascii=False).encode()


def in_utc(moment: datetime) -> str:
    """Return a moment as receipts write it, such as 2026-11-22T16:40:05.120000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def sign(statement: Statement) -> tuple[str, str]:
    """Return the compact JWS of a statement, and the identifier of its key."""
    key = keys.signing_keys()[0]
    header = {"alg": keys.ALGORITHM, "kid": str(key.kid), "typ": TYPE}
    token = jws.serialize_compact(header, statement.as_json(), key, [keys.ALGORITHM])
    return token, str(key.kid)


def opened(token: str) -> dict[str, object] | None:
    """Return what a genuine receipt of ours states; None for anything else."""
    if len(token) > LONGEST or not token.isascii():
        return None
    known = KeySet(list(keys.signing_keys()))
    try:
        found = jws.deserialize_compact(token, known, [keys.ALGORITHM])
        members = json.loads(found.payload)
    except (JoseError, ValueError):
        return None
    is_ours = found.headers().get("typ") == TYPE and isinstance(members, dict)
    return members if is_ours else None
