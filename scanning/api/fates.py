"""What became of a file, as the gateway writes it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from ninja import Field, Schema

from access.models import Connector
from scanning import openness
from scanning.models import Attachment
from scanning.querysets import AttachmentQuerySet

SHA256 = r"^[0-9a-fA-F]{64}$"


class FoundIn(Schema):
    """One thing found: a code that never changes, and a Vietnamese sentence."""

    code: str = Field(examples=["malware"])
    sentence: str = Field(examples=["Tệp chứa mã độc."])


class Fate(Schema):
    """A file and its verdict; the times are those of Điều 11.2 and of the scan."""

    id: str = Field(examples=["uTr9xW2kQmZ81LcPnB5vYd"])
    message_id: str
    name: str
    sha256: str = Field(pattern=SHA256)
    size: int = Field(description="bytes")
    state: str = Field(description="pending, released or held", examples=["released"])
    open_to: int | None = Field(
        description="of a held file that could not be scanned: how many of its "
        "`recipients` let it in; else null",
        examples=[None],
    )
    recipients: int | None = Field(examples=[None])
    verdict: str | None = Field(
        description="clean, infected, refused_type, active_content, unscannable, "
        "secrecy_suspected or error; null until the first scan",
        examples=["clean"],
    )
    findings: list[FoundIn]
    received_at: datetime
    scanned_at: datetime | None
    released_at: datetime | None
    engine: str
    signatures: str
    signature_kind: str = Field(
        description="official, or what else the verdict rests on", examples=["official"]
    )


class Fates(Schema):
    """Several files."""

    attachments: list[Fate]


def shown(rows: AttachmentQuerySet) -> AttachmentQuerySet:
    """Return the rows with what an answer needs of them."""
    return rows.select_related("message").prefetch_related("findings")


def fates_of(
    attachments: Iterable[Attachment], connector: Connector
) -> list[dict[str, object]]:
    """Return the answers on several files; sentences are Vietnamese, whoever asks.

    A file that only some recipients let go is released for their systems alone.
    """
    told = openness.told_of(attachments, openness.spoken_for(connector))
    return [_fate(each, state) for each, state in told]


def fate_of(attachment: Attachment, connector: Connector) -> dict[str, object]:
    """Return the answer on one file, as `fates_of` does."""
    return fates_of([attachment], connector)[0]


def _fate(attachment: Attachment, told: openness.Told) -> dict[str, object]:
    with translation.override(settings.LANGUAGE_CODE):
        findings = [
            {"code": each.code, "sentence": each.sentence}
            for each in attachment.last_scan_findings
        ]
    return {
        "id": attachment.public_id,
        "message_id": attachment.known_outside_as,
        "name": attachment.name,
        "sha256": attachment.sha256,
        "size": attachment.size,
        "state": told.state,
        "open_to": told.opened if told.receive else None,
        "recipients": told.receive or None,
        "verdict": attachment.verdict or None,
        "findings": findings,
        "received_at": attachment.received_at,
        "scanned_at": attachment.scanned_at,
        "released_at": told.since,
        "engine": attachment.engine,
        "signatures": attachment.signatures,
        "signature_kind": attachment.signature_kind,
    }
