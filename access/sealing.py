"""The chain over the audit trail: sealed within seconds (checking.py checks it).

Writers only add a row to their own transaction. One sealer at a time takes what waits,
links each entry to the one before, and signs the end of each batch with Ed25519. Each
signed end is also written to a file, which belongs on another host: without it, nobody
could see that the newest rows were cut off.

    digest = SHA-256(00 | salt, 32 hex digits | the entry as canonical JSON)
    link   = SHA-256(01 | previous link, 32 bytes | digest, 32 bytes)

The chain is one for all agencies, but a bundle shows one agency's entries only. For the
others it holds the digest, from which the links follow and nothing else: the salt, 128
bits of chance for each entry, stands against trying likely entries one after another.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.db import connection, transaction

from access.models import AuditEntry, AuditSeal, SealBatch, UnsealedEntry
from portal.core import clock, secrets
from portal.core.models import SweepRun

BATCH = 500
FIRST_LINK = "0" * 64


def canonical(entry: AuditEntry) -> bytes:
    """Return the entry as the bytes that are sealed: JSON, sorted keys, UTF-8.

    Names stand for foreign keys where a key could be reused; times are UTC, to the
    microsecond.
    """
    kind = entry.content_type
    facts = {
        "id": entry.pk,
        "event": entry.event,
        "action": entry.action,
        "kind": f"{kind.app_label}.{kind.model}",
        "object": entry.object_pk,
        "object_name": entry.object_repr,
        "changes": entry.changes,
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "agency": entry.agency_id,
        "agency_name": entry.agency_name,
        "on_behalf_of": entry.on_behalf_of,
        "reference": entry.reference,
        "address": entry.remote_addr,
        "device": entry.device,
        "at": _moment(entry.timestamp),
        "details": entry.additional_data,
    }
    return json.dumps(
        facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def new_salt() -> str:
    """Return 128 bits of chance as hex digits."""
    return token_hex(16)


def digest_of(entry: AuditEntry, salt: str) -> str:
    """Return what stands for an entry in the chain: SHA-256 of its salt and bytes."""
    return hashlib.sha256(b"\0" + salt.encode() + canonical(entry)).hexdigest()


def link_after(previous: str, digest: str) -> str:
    """Return the link that follows `previous` for an entry with that digest."""
    both = b"\1" + bytes.fromhex(previous) + bytes.fromhex(digest)
    return hashlib.sha256(both).hexdigest()


def signed_words(batch: SealBatch) -> bytes:
    """Return the bytes that the signature of a batch covers."""
    at = _moment(batch.sealed_at)
    return f"{batch.number}|{batch.last_position}|{batch.last_link}|{at}".encode()


def _moment(at: datetime) -> str:
    return at.astimezone(clock.UTC).isoformat(timespec="microseconds")


def seal() -> int:
    """Seal what waits, at most one batch; return how many entries were sealed.

    Two sealers at once do no harm: the second waits for the first, or the primary key
    of the batch refuses it.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Sealers exclude each other; writers of entries are not concerned.
                cursor.execute("SELECT pg_advisory_xact_lock(7241)")
        waiting = UnsealedEntry.objects.order_by("pk")[:BATCH]
        entries = [w.entry for w in waiting.select_related("entry__content_type")]
        if not entries:
            return 0
        batch = _close_batch(entries)
        transaction.on_commit(lambda: _write_head(batch))
    return len(entries)


def _close_batch(entries: list[AuditEntry]) -> SealBatch:
    last = SealBatch.objects.order_by("-number").first()
    position = last.last_position if last else 0
    link = last.last_link if last else FIRST_LINK
    seals = []
    for entry in entries:
        position, salt = position + 1, new_salt()
        link = link_after(link, digest_of(entry, salt))
        seals.append(AuditSeal(entry=entry, position=position, salt=salt, link=link))
    batch = SealBatch(
        number=last.number + 1 if last else 1,
        last_position=position,
        last_link=link,
        key_id=secrets.signing_key_id(),
    )
    batch.signature = secrets.signing_key().sign(signed_words(batch)).hex()
    batch.save(force_insert=True)
    for one in seals:
        one.batch = batch
    AuditSeal.objects.bulk_create(seals)
    UnsealedEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return batch


def head_file() -> Path:
    """Return the file of signed ends; operations copies it to another host."""
    return Path(settings.PORTAL_VAR) / "audit-heads.jsonl"


def end_of(batch: SealBatch) -> dict[str, object]:
    """Return the signed end of a batch as it leaves the portal."""
    return {
        "batch": batch.number,
        "position": batch.last_position,
        "link": batch.last_link,
        "at": _moment(batch.sealed_at),
        "key": batch.key_id,
        "signature": batch.signature,
    }


def last_end() -> dict[str, object] | None:
    """Return the newest signed end of the chain, to be noted elsewhere."""
    last = SealBatch.objects.order_by("-number").first()
    return end_of(last) if last else None


def _write_head(batch: SealBatch) -> None:
    with head_file().open("a", encoding="ascii") as heads:
        heads.write(json.dumps(end_of(batch)) + "\n")
        heads.flush()
        os.fsync(heads.fileno())


CHECKED = "audit-check"  # the name under which a passed check leaves its time


@dataclass(frozen=True)
class ChainState:
    """How far the chain reaches, and when it was last found whole."""

    position: int
    sealed_at: datetime | None
    waiting: int
    checked_at: datetime | None


def state() -> ChainState:
    """Return the state of the chain for people to read; three queries."""
    last = SealBatch.objects.order_by("-number").first()
    checked = SweepRun.objects.filter(name=CHECKED).first()
    return ChainState(
        position=last.last_position if last else 0,
        sealed_at=last.sealed_at if last else None,
        waiting=UnsealedEntry.objects.count(),
        checked_at=checked.ran_at if checked else None,
    )
