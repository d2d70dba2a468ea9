"""The same bytes under the same rules and signatures are not scanned twice.

A verdict is used again only if everything on which it rests is the same: the bytes,
the extension, the table of allowed types, our rules of inspection, the engine and the
content of its signatures; and only while the engine proves itself. What is copied
speaks of the bytes alone, never of who else has them.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 12.5.
"""

import hashlib
import json

from django.conf import settings

from access.querysets.prepared import Prepared
from scanning.engine.proofs import Proof
from scanning.formats import FormatTable
from scanning.inspection import POLICY_VERSION, extension, inspect_name
from scanning.models import Attachment, Scan
from scanning.querysets import AttachmentQuerySet
from scanning.verdicts import Found, Verdict


def policy() -> str:
    """Return the rules of inspection in force, as records and receipts name them."""
    return f"{POLICY_VERSION}+ocr" if settings.PORTAL_OCR else POLICY_VERSION


def key(attachment: Attachment, rules: FormatTable, proof: Proof) -> str:
    """Return the key of a verdict (64 hex digits), none if the name is suspicious."""
    if inspect_name(attachment.name):
        return ""
    table = sorted(
        (rule.extension, rule.true_type, rule.max_bytes, rule.media_type)
        for rule in rules.rules
    )
    facts = [
        attachment.sha256,
        extension(attachment.name),
        table,
        policy(),
        proof.version,
        proof.signatures.digest,
    ]
    written = json.dumps(facts, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def has_candidates(attachment: Attachment) -> bool:
    """Tell whether these bytes were ever scanned; asked before the engine is."""
    return _SCANNED.has_rows(sha256=attachment.sha256)


def known(reuse_key: str) -> Scan | None:
    """Return the scan whose verdict holds here too, if there is one."""
    if not reuse_key:
        return None
    return _real_scans().filter(reuse_key=reuse_key).order_by("pk").first()


def found_by(scan: Scan) -> list[Found]:
    """Return what a scan found."""
    return [Found(one.code, one.details) for one in scan.findings.all()]


def _real_scans():  # type: ignore[no-untyped-def]  # noqa: ANN202 (a queryset of scans)
    real = Scan.objects.exclude(reuse_key="").filter(reused=None, with_password=False)
    return real.exclude(verdict=Verdict.ERROR)


def scanned(sha256: str) -> AttachmentQuerySet:
    """Return the files with these bytes that were scanned.

    Found by the hash: among scans, SQLite would look through nearly all.
    """
    return Attachment.objects.filter(sha256=sha256, scanned_at__isnull=False)


_SCANNED = Prepared[Attachment](scanned, sha256=str)
