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
from functools import partial
from pathlib import Path
from secrets import token_hex
from time import monotonic

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from access.models import AuditEntry, SealBatch, UnsealedEntry
from portal.core import clock, secrets
from portal.core.models import SweepRun

BATCH = 500
ASKS_EVERY = 0.005  # seconds
FIRST_LINK = "0" * 64

# A row of AuditSeal: entry, position, salt, link, batch.
_Seal = tuple[int, int, str, str, int]


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


def seal_all() -> int:
    """Seal batch after batch until one is not full; return how many entries.

    What comes meanwhile waits for the next turn: while people write without pause, a
    sealer that waited for silence would close a batch for every few entries.
    """
    sealed = done = seal()
    while done == BATCH:
        sealed += (done := seal())
    return sealed


def seal() -> int:
    """Seal what waits, at most one batch; return how many entries were sealed.

    All is computed before the first row is written, so where the database has one
    writer at a time, the others wait for three statements and not for the hashing. Two
    sealers at once do no harm: both would write the batch of the same number, which its
    primary key refuses to the second; that one begins again behind the first.
    """
    while True:
        batch, seals = _next_batch()
        if batch is None:
            return 0
        try:
            _keep_soon(batch, seals)
        except IntegrityError:
            if not SealBatch.objects.filter(pk=batch.number).exists():
                raise
        else:
            return len(seals)


def _next_batch() -> tuple[SealBatch | None, list[_Seal]]:
    """Return what waits, linked and signed, as rows that nobody has written yet."""
    last = SealBatch.objects.order_by("-number").first()
    waiting = UnsealedEntry.objects.order_by("pk").values_list("pk", flat=True)
    # By their keys: joined to what waits, SQLite reads the whole trail at every turn.
    found = AuditEntry.objects.filter(pk__in=list(waiting[:BATCH])).order_by("pk")
    entries = list(found.select_related("content_type"))
    if not entries:
        return None, []
    position = last.last_position if last else 0
    link = last.last_link if last else FIRST_LINK
    number = last.number + 1 if last else 1
    seals: list[_Seal] = []
    for entry in entries:
        position, salt = position + 1, new_salt()
        link = link_after(link, digest_of(entry, salt))
        seals.append((entry.pk, position, salt, link, number))
    batch = SealBatch(
        number=number,
        last_position=position,
        last_link=link,
        key_id=secrets.signing_key_id(),
    )
    batch.signature = secrets.signing_key().sign(signed_words(batch)).hex()
    return batch, seals


def _keep_soon(batch: SealBatch, seals: list[_Seal]) -> None:
    """Write them as soon as the database has room for a writer.

    On SQLite whoever waits asks again after up to 100 ms, and the place goes to whoever
    asks at the right moment: many busy writers would keep the sealer out for seconds.
    So it asks again every few milliseconds.

    Raises IntegrityError if another sealer was first.
    """
    if connection.vendor != "sqlite":
        _keep(batch, seals)
        return
    patience = connection.get_connection_params()["timeout"]
    until = monotonic() + patience
    _ask_for(seconds=ASKS_EVERY)
    try:
        while True:
            try:
                _keep(batch, seals)
            except OperationalError:  # somebody else writes
                if monotonic() > until:
                    raise
            else:
                return
    finally:
        _ask_for(seconds=patience)


def _ask_for(*, seconds: float) -> None:
    """Set how long SQLite asks for the place before it gives up."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _keep(batch: SealBatch, seals: list[_Seal]) -> None:
    """Write the batch and its seals; what they seal waits no longer.

    Raises IntegrityError if another sealer was first.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        batch.save(force_insert=True)
        # Not as objects: to make them ready would last longer than to write them.
        cursor.executemany(
            "INSERT INTO access_auditseal (entry_id, position, salt, link, batch_id) "
            "VALUES (%s, %s, %s, %s, %s)",
            seals,
        )
        cursor.execute(
            "DELETE FROM access_unsealedentry WHERE entry_id IN "
            "(SELECT entry_id FROM access_auditseal WHERE batch_id = %s)",
            [batch.number],
        )
        transaction.on_commit(partial(_write_head, batch))


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
    checked_at: datetime | None


def state() -> ChainState:
    """Return the state of the chain for people to read; two queries."""
    last = SealBatch.objects.order_by("-number").first()
    checked = SweepRun.objects.filter(name=CHECKED).first()
    return ChainState(
        position=last.last_position if last else 0,
        sealed_at=last.sealed_at if last else None,
        checked_at=checked.ran_at if checked else None,
    )
