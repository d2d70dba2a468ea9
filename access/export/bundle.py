"""The bundle: one agency's acts of some days, with the chain in which they stand.

A ZIP file of four members:

* chain.txt, a line for each position of the chain, in order, and signed ends between:
  `= {end}` a signed end; the first line is the end that comes before the bundle;
  `+ position salt before link {entry}` an entry that is shown, as the very bytes
  sealed, with the link before it and its own;
  `- digest` an entry of another agency or of another day: nothing but its digest;
* manifest.json: what is shown, our public keys, hashes, the newest end of the chain;
* manifest.sig: our Ed25519 signatures of the manifest, by the present key and by former
  ones, so that a key noted years ago still serves;
* README.txt: how to verify it.

Digests are made anew from the rows, not copied from the seals: if a row was altered,
the bundle does not verify, and says where.

That no act of the agency was left out follows from our signature, not from the chain: a
digest does not tell whose entry it is. Whoever doubts it asks for all agencies.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 13.4.d and 15.8.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import Max, Min

from access.keys import public_keys
from access.models import Agency, AuditEntry, AuditSeal, SealBatch
from access.refusals import NothingSealedError
from access.sealing import FIRST_LINK, canonical, digest_of, end_of
from portal.core import clock, secrets

FORMAT = "portal-audit-bundle/1"
PIECE = 64 * 1024  # bytes that are handed on at a time
_README = Path(__file__).with_name("README.txt")


@dataclass(frozen=True)
class Bundle:
    """What to export.

    agency: whose acts are shown; None shows those of all agencies and of none.
    since, until: Vietnamese days, both included.
    first, last: the positions of the chain that the bundle covers, whole batches.
    """

    agency: Agency | None
    since: date
    until: date
    first: int
    last: int

    @cached_property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the first day, and the first one after the last day."""
        day_after = self.until + timedelta(days=1)
        return clock.start_of(self.since), clock.start_of(day_after)

    @property
    def filename(self) -> str:
        whose = self.agency.code if self.agency else "tat-ca"
        return f"nhat-ky-{whose}-{self.since:%Y%m%d}-{self.until:%Y%m%d}.zip"

    def shows(self, seal: AuditSeal) -> bool:
        """Tell whether the bundle shows this entry, or only its digest."""
        start, end = self.moments
        whose = self.agency is None or seal.entry.agency_id == self.agency.pk
        return whose and start <= seal.entry.timestamp < end


def prepare(agency: Agency | None, since: date, until: date) -> Bundle:
    """Find the stretch of the chain in which the acts of those days stand.

    Raises NothingSealedError if there is none.
    """
    acts = AuditEntry.objects.between(since, until)
    inside = AuditSeal.objects.filter(entry__in=acts.values("pk"))
    batches = inside.aggregate(first=Min("batch"), last=Max("batch"))
    if batches["first"] is None:
        raise NothingSealedError
    before = SealBatch.objects.filter(number__lt=batches["first"]).last()
    return Bundle(
        agency,
        since,
        until,
        first=before.last_position + 1 if before else 1,
        last=SealBatch.objects.get(number=batches["last"]).last_position,
    )


class _Sink(io.RawIOBase):
    """Takes what the archive writes, until somebody takes it away."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._held += piece
        return len(piece)

    def __len__(self) -> int:
        return len(self._held)

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


def pieces(bundle: Bundle) -> Iterator[bytes]:
    """Yield the file piece by piece, in constant memory however long the chain is."""
    sink, told = _Sink(), hashlib.sha256()
    shown = 0
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        with archive.open("chain.txt", "w", force_zip64=True) as member:
            for line in _lines(bundle):
                shown += line.startswith(b"+")
                told.update(line)
                member.write(line)
                if len(sink) > PIECE:
                    yield sink.take()
        readme = _README.read_bytes()
        files = {
            "README.txt": hashlib.sha256(readme).hexdigest(),
            "chain.txt": told.hexdigest(),
        }
        manifest = _manifest(bundle, shown, files)
        archive.writestr("manifest.json", manifest)
        signatures = [key.sign(manifest).hex() for key in secrets.signing_keys()]
        archive.writestr("manifest.sig", "\n".join(signatures))
        archive.writestr("README.txt", readme)
    yield sink.take()


def _lines(bundle: Bundle) -> Iterator[bytes]:
    start = _end_before(bundle.first)
    link = start["link"]
    yield _end_line(start)
    seals = AuditSeal.objects.filter(
        position__gte=bundle.first, position__lte=bundle.last
    ).select_related("entry__content_type", "batch")
    shown_in_batch = False
    for seal in seals.order_by("position").iterator(chunk_size=2000):
        if bundle.shows(seal):
            shown_in_batch = True
            head = f"+ {seal.position} {seal.salt} {link} {seal.link} "
            yield head.encode() + canonical(seal.entry) + b"\n"
        else:
            yield f"- {digest_of(seal.entry, seal.salt)}\n".encode()
        link = seal.link
        ends = seal.position == seal.batch.last_position
        if ends and (shown_in_batch or seal.position == bundle.last):
            yield _end_line(end_of(seal.batch))
            shown_in_batch = False


def _end_before(position: int) -> dict[str, object]:
    """Return the signed end on which that position follows; the first has none."""
    batch = SealBatch.objects.filter(last_position=position - 1).last()
    return end_of(batch) if batch else {"position": 0, "link": FIRST_LINK}


def _end_line(end: dict[str, object]) -> bytes:
    return b"= " + json.dumps(end).encode() + b"\n"


def _manifest(bundle: Bundle, shown: int, files: dict[str, str]) -> bytes:
    agency = bundle.agency
    newest = SealBatch.objects.order_by("number").last()
    facts = {
        "format": FORMAT,
        "agency": agency
        and {"id": agency.pk, "code": agency.code, "name": agency.name},
        "from": bundle.since.isoformat(),
        "to": bundle.until.isoformat(),
        "exported_at": clock.now().isoformat(timespec="microseconds"),
        "first": bundle.first,
        "last": bundle.last,
        "shown": shown,
        "files": files,
        "head": newest and end_of(newest),
        "keys": public_keys(),
    }
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True).encode()
