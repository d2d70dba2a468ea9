"""The chain over the audit trail: sealed within seconds, checked by anyone.

Writers only add a row to their own transaction. One sealer at a time takes what waits,
links each entry to the one before, and signs the end of each batch with Ed25519. Each
signed end is also written to a file, which belongs on another host: without it, nobody
could see that the newest rows were cut off.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from access.models import AuditEntry, AuditSeal, SealBatch, UnsealedEntry
from portal.core import clock, secrets

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
        "address": entry.remote_addr,
        "device": entry.device,
        "at": entry.timestamp.astimezone(clock.UTC).isoformat(timespec="microseconds"),
        "details": entry.additional_data,
    }
    return json.dumps(
        facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def link_after(previous: str, entry: AuditEntry) -> str:
    """Return the link of an entry: SHA-256 over the previous link and its bytes."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(entry)).hexdigest()


def _signed_words(batch: SealBatch) -> bytes:
    at = batch.sealed_at.astimezone(clock.UTC).isoformat(timespec="microseconds")
    return f"{batch.number}|{batch.last_position}|{batch.last_link}|{at}".encode()


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
    links = []
    for entry in entries:
        link = link_after(link, entry)
        links.append(link)
    batch = SealBatch(
        number=last.number + 1 if last else 1,
        last_position=position + len(entries),
        last_link=link,
        key_id=secrets.signing_key_id(),
    )
    batch.signature = secrets.signing_key().sign(_signed_words(batch)).hex()
    batch.save(force_insert=True)
    AuditSeal.objects.bulk_create(
        AuditSeal(entry=entry, position=position + offset, link=own, batch=batch)
        for offset, (entry, own) in enumerate(zip(entries, links, strict=True), start=1)
    )
    UnsealedEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return batch


def head_file() -> Path:
    """Return the file of signed ends; operations copies it to another host."""
    return Path(settings.PORTAL_VAR) / "audit-heads.jsonl"


def _write_head(batch: SealBatch) -> None:
    head = {
        "batch": batch.number,
        "position": batch.last_position,
        "link": batch.last_link,
        "signature": batch.signature,
    }
    with head_file().open("a", encoding="ascii") as heads:
        heads.write(json.dumps(head) + "\n")
        heads.flush()
        os.fsync(heads.fileno())


@dataclass(frozen=True)
class Flaw:
    """The first thing that is wrong with the trail."""

    position: int
    what: str


def verify() -> Flaw | None:
    """Walk the whole chain in constant memory; return the first flaw, or None."""
    position, link = 0, FIRST_LINK
    batches = {b.number: b for b in SealBatch.objects.all()}
    for seal_row in _chain():
        position += 1
        link = link_after(link, seal_row.entry)
        if seal_row.position != position:
            return Flaw(position, "an entry is missing, or the order was changed")
        if seal_row.link != link:
            return Flaw(position, f"entry {seal_row.entry_id} was altered")
        batch = batches.get(seal_row.batch_id)
        if batch and batch.last_position == position:
            if flaw := _flaw_of(batch, link):
                return flaw
    return _flaw_at_the_end(position)


def _chain() -> Iterator[AuditSeal]:
    seals = AuditSeal.objects.order_by("position")
    return seals.select_related("entry__content_type").iterator(chunk_size=2000)


def _flaw_of(batch: SealBatch, link: str) -> Flaw | None:
    if batch.last_link != link:
        return Flaw(batch.last_position, f"batch {batch.number} ends elsewhere")
    for key in secrets.verification_keys():
        try:
            _check(key, batch)
        except InvalidSignature:
            continue
        return None
    return Flaw(batch.last_position, f"batch {batch.number} is not signed by us")


def _check(key: Ed25519PublicKey, batch: SealBatch) -> None:
    key.verify(bytes.fromhex(batch.signature), _signed_words(batch))


def _flaw_at_the_end(position: int) -> Flaw | None:
    last = SealBatch.objects.order_by("-number").first()
    if last and last.last_position != position:
        return Flaw(position, "entries at the end of the chain are missing")
    if (head := _last_head()) and head["position"] > position:
        return Flaw(position, "the newest entries were cut off")
    foreign = AuditEntry.objects.filter(seal=None, waiting=None).order_by("pk").first()
    if foreign:
        return Flaw(position, f"entry {foreign.pk} was put there behind our back")
    return None


def _last_head() -> dict[str, int] | None:
    try:
        lines = head_file().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None
    head: dict[str, int] = json.loads(lines[-1]) if lines else {}
    return head or None
