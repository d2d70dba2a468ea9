"""A receipt is issued on request, renewed while its verdict stands, and revoked.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 9.1.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from access import audit
from access.actors import Actor
from portal.core import clock
from scanning import signals
from scanning.engine import SignatureKind
from scanning.models import Attachment, QuarantineItem, Receipt, Scan, SignatureSet
from scanning.receipts.statement import Statement, sign
from scanning.refusals import NoReceiptError, ReceiptWaitsError
from scanning.verdicts import Verdict

PORTAL = "receipts"
_NO_VERDICT = {"", Verdict.ERROR}
_Revocation = Receipt.Revocation


def lasts() -> timedelta:
    """Return for how long a verdict is vouched for without another look."""
    return timedelta(days=settings.PORTAL_RECEIPT_DAYS)


@transaction.atomic
def issue(attachment: Attachment, *, by: Actor) -> Receipt:
    """Return the receipt of a file that was judged: the one in force, or a new one.

    The caller has found the attachment through a scope. A released file that present
    signatures have not seen is vouched for no longer than its scan allows.

    Raises NoReceiptError for a file that waits, ReceiptWaitsError for one that must be
    scanned again first.
    """
    locked = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("agency", "keeper", "message__from_agency", "release")
        .get(pk=attachment.pk)
    )
    scan = _standing_scan(locked)
    now = clock.now()
    until = _vouched_until(locked, now)
    standing = locked.receipts.filter(revoked_at=None).first()
    if standing and _still_says_it(standing, scan):
        return standing
    receipt = _make(locked, scan, now, until)
    if standing:
        _revoke(standing, _Revocation.REPLACED, by=by)
    audit.record(
        locked,
        "scanning.receipt_issued",
        by=by,
        agency=locked.keeper,
        jti=receipt.jti,
        verdict=locked.verdict,
        expires_at=receipt.expires_at.isoformat(),
    )
    return receipt


def _standing_scan(attachment: Attachment) -> Scan:
    if attachment.is_pending or attachment.verdict in _NO_VERDICT:
        raise NoReceiptError(name=attachment.name)
    scans = attachment.scans.filter(verdict=attachment.verdict)
    scan = scans.order_by("-pk").first()
    if scan is None:
        raise NoReceiptError(name=attachment.name)
    return scan


def _vouched_until(attachment: Attachment, now: datetime) -> datetime:
    """Return until when the verdict is vouched for; it is never before now."""
    present = SignatureSet.objects.values_list("digest", flat=True).first()
    stands = attachment.is_held or attachment.signature_digest == present
    begin = now if stands else attachment.scanned_at or attachment.received_at
    if begin + lasts() <= now:
        raise ReceiptWaitsError(name=attachment.name)
    return begin + lasts()


def _still_says_it(receipt: Receipt, scan: Scan) -> bool:
    return receipt.scan_id == scan.pk and receipt.expires_at > clock.now()


def _make(
    attachment: Attachment, scan: Scan, now: datetime, until: datetime
) -> Receipt:
    message, release = attachment.message, attachment.release
    statement = Statement(
        iss=settings.PORTAL_BASE_URL,
        iat=now,
        exp=until,
        jti=uuid4().hex,
        sha256=attachment.sha256,
        size=attachment.size,
        verdict=attachment.verdict,
        state=attachment.state,
        message_id=attachment.known_outside_as,
        from_agency=(message.from_agency if message else attachment.agency).code,
        received_at=attachment.received_at,
        scanned_at=attachment.scanned_at or scan.ended_at,
        engine=attachment.engine,
        signatures=attachment.signatures,
        signature_kind=attachment.signature_kind,
        signature_digest=attachment.signature_digest,
        reserve_signatures=attachment.signature_kind == SignatureKind.FALLBACK,
        policy=attachment.policy,
        reused=scan.reused_id is not None,
        with_password=scan.with_password,
        release=release.ground if release else "",
    )
    token, key_id = sign(statement)
    return Receipt.objects.create(
        attachment=attachment,
        scan=scan,
        jti=statement.jti,
        key_id=key_id,
        token=token,
        issued_at=now,
        expires_at=until,
    )


def _revoke(receipt: Receipt, why: Receipt.Revocation, *, by: Actor) -> None:
    receipt.revoked_at = clock.now()
    receipt.revocation = why
    receipt.save(update_fields=["revoked_at", "revocation"])
    audit.record(
        receipt.attachment,
        "scanning.receipt_revoked",
        by=by,
        agency=receipt.attachment.keeper,
        jti=receipt.jti,
        why=why.value,
    )


def _revoke_all(attachment: Attachment, why: Receipt.Revocation, by: Actor) -> None:
    for receipt in attachment.receipts.filter(revoked_at=None):
        receipt.attachment = attachment
        _revoke(receipt, why, by=by)


@receiver(signals.attachment_held, dispatch_uid="receipts-held")
def _on_held(
    attachment: Attachment, item: QuarantineItem, by: Actor, **_facts: object
) -> None:
    is_contradicted = item.recall_id is not None
    why = _Revocation.CONTRADICTED if is_contradicted else _Revocation.HELD
    _revoke_all(attachment, why, by)


@receiver(signals.attachment_released, dispatch_uid="receipts-released")
def _on_released(
    attachment: Attachment, by: Actor, *, was_held: bool, **_facts: object
) -> None:
    """A receipt that says "held" no longer tells the truth."""
    if not was_held:
        return  # what was never judged has no receipt
    _revoke_all(attachment, _Revocation.RELEASED, by)
