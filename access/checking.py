"""Checks the chain over the audit trail, in constant memory, and names the first flaw.

Altered, removed, added and reordered entries break the chain or its signatures. Cutting
off the newest ones does not: they are missed in the file of signed ends (heads).

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import SEEK_END
from typing import TypedDict

from cryptography.exceptions import InvalidSignature
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from access.models import AuditEntry, AuditSeal, RowChange, SealBatch
from access.sealing import (
    CHECKED,
    FIRST_LINK,
    digest_of,
    head_file,
    link_after,
    signed_words,
)
from portal.core import secrets
from portal.core.models import SweepRun

LONGEST_HEAD = 4096  # bytes of a line


@dataclass(frozen=True)
class Flaw:
    """The first thing that is wrong with the trail."""

    position: int
    what: str

    def __str__(self) -> str:
        return _("At position %(position)s: %(what)s") % vars(self)


class Head(TypedDict):
    """One line of the file of signed ends."""

    batch: int
    position: int
    link: str
    signature: str


def verify() -> Flaw | None:
    """Walk the whole chain; return the first flaw, or None and note the time."""
    # The file is read first: what is sealed meanwhile is longer, never shorter.
    head = _last_head()
    last = SealBatch.objects.order_by("-number").first()
    length = last.last_position if last else 0
    flaw = _first_flaw(length, head) or _flaw_beside_the_chain(length, head)
    if flaw is None:
        SweepRun.mark(CHECKED, length)
    return flaw


def _first_flaw(length: int, head: Head | None) -> Flaw | None:
    """Walk from the first link to `length`, batch by batch."""
    position, link, number = 0, FIRST_LINK, 0
    for seal in _chain(length):
        position += 1
        link = link_after(link, digest_of(seal.entry, seal.salt))
        what = _misplaced(seal, position, number) or _wrong(seal, link, head)
        if what:
            return Flaw(position, what)
        number = seal.batch_id
    if position != length:
        return Flaw(position + 1, _("entries at the end of the chain are missing."))
    return None


def _misplaced(seal: AuditSeal, position: int, last_batch: int) -> str:
    if seal.position != position:
        return _("an entry is missing here.")
    if seal.batch_id not in {last_batch, last_batch + 1}:
        return _("a batch of seals is missing here.")
    if seal.batch.last_position < position:
        return _("an entry was added to a closed batch.")
    return ""


def _wrong(seal: AuditSeal, link: str, head: Head | None) -> str:
    if seal.link != link:
        return _describe(seal.entry)
    if head and head["position"] == seal.position and head["link"] != link:
        return _("the chain differs from the file of signed ends.")
    if seal.batch.last_position == seal.position:
        return _wrong_end(seal.batch, link)
    return ""


def _describe(entry: AuditEntry) -> str:
    when = entry.timestamp.isoformat(timespec="seconds")
    return _(
        "entry %(number)s was altered, or does not belong here. It now says: "
        "%(person)s, %(act)s, %(object)s, %(when)s."
    ) % {
        "number": entry.pk,
        "person": entry.actor_name or "–",
        "act": entry.event,
        "object": entry.object_repr,
        "when": when,
    }


def _chain(length: int) -> Iterator[AuditSeal]:
    seals = AuditSeal.objects.filter(position__lte=length).order_by("position")
    related = seals.select_related("entry__content_type", "batch")
    return related.iterator(chunk_size=2000)


def _wrong_end(batch: SealBatch, link: str) -> str:
    if batch.last_link != link:
        return _("batch %(number)s was closed at another link.") % {"number": batch.pk}
    for key in secrets.verification_keys():
        # ValueError: whoever altered the signature left no hex digits.
        with suppress(InvalidSignature, ValueError):
            key.verify(bytes.fromhex(batch.signature), signed_words(batch))
            return ""
    return _("batch %(number)s does not bear our signature.") % {"number": batch.pk}


def _flaw_beside_the_chain(length: int, head: Head | None) -> Flaw | None:
    """Look for what was cut off, and for what never was in the chain."""
    if head and head["position"] > length:
        return Flaw(length + 1, _("the newest entries were cut off."))
    ends = SealBatch.objects.order_by("-number").values("last_position")[:1]
    sealed = Coalesce(Subquery(ends), 0)  # in one statement: sealing may go on
    if AuditSeal.objects.filter(position__gt=sealed).exists():
        return Flaw(length + 1, _("the last batches of seals are missing."))
    foreign = AuditEntry.objects.filter(seal=None, waiting=None).order_by("pk").first()
    if foreign:
        return Flaw(
            length,
            _("entry %(number)s was put into the trail behind the portal’s back.")
            % {"number": foreign.pk},
        )
    kept_back = RowChange.objects.filter(untold=None, witness=None).first()
    if kept_back:
        return Flaw(
            length,
            _("the change %(number)s of a row was kept from the trail.")
            % {"number": kept_back.pk},
        )
    return None


def head_lines() -> list[str]:
    """Return the lines of the file of signed ends, oldest first."""
    try:
        return head_file().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []


def _last_head() -> Head | None:
    """Read only the end of the file: it grows by a line with each batch."""
    try:
        with head_file().open("rb") as heads:
            heads.seek(max(0, heads.seek(0, SEEK_END) - LONGEST_HEAD))
            lines = heads.read().splitlines()
    except FileNotFoundError:
        return None
    head: Head | None = json.loads(lines[-1]) if lines else None
    return head
