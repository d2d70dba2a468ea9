"""What becomes of a file: one transaction from verdict to release or quarantine.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 12.4.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import translation

from access import audit
from access.actors import Actor
from portal.core import clock
from scanning import signals
from scanning.judging import Decision, judge
from scanning.models import (
    Attachment,
    AttachmentState,
    Finding,
    QuarantineItem,
    QuarantineRule,
    Scan,
    ScanDuty,
)
from scanning.verdicts import Found, Verdict

logger = logging.getLogger(__name__)
SCANNER = "scanning"

_RULES = {
    Verdict.SECRECY_SUSPECTED: QuarantineRule.SECRECY,
    Verdict.INFECTED: QuarantineRule.VIRUS,
    Verdict.REFUSED_TYPE: QuarantineRule.FORMAT,
    Verdict.ACTIVE_CONTENT: QuarantineRule.DESTRUCTIVE,
    Verdict.UNSCANNABLE: QuarantineRule.UNSCANNABLE,
    Verdict.ERROR: QuarantineRule.INTEGRITY,
}


def scan(duty: ScanDuty) -> Attachment:
    """Do one claimed duty: judge the file, then release it, hold it or try later.

    Safe to run twice: whoever comes second finds that nothing waits any more.
    """
    attachment = duty.attachment
    if not attachment.is_pending:
        duty.finish()
        return attachment
    decision = judge(attachment)
    logger.info(
        "scanned",
        extra={"attachment": attachment.pk, "verdict": decision.verdict.value},
    )
    return settle(duty, decision)


@transaction.atomic
def settle(duty: ScanDuty, decision: Decision) -> Attachment:
    """Store the attempt with its findings and act on the verdict."""
    attachment = (
        Attachment.objects.select_for_update()
        .select_related("keeper")
        .get(pk=duty.attachment_id)
    )
    if not attachment.is_pending:
        duty.finish()
        return attachment
    by = Actor.system(SCANNER, attachment.keeper)
    attempt = _record(attachment, decision)
    attachment.verdict = decision.verdict
    if decision.verdict == Verdict.CLEAN:
        _release(attachment, by)
    elif decision.verdict != Verdict.ERROR or decision.bytes_changed:
        hold(attachment, _rule_for(decision), decision.found, by=by, scan=attempt)
    else:
        attachment.save_fate()
        if duty.attempts <= 1:  # one entry for an outage, not one for each attempt
            audit.record(
                attachment,
                "scanning.scan_failed",
                by=by,
                agency=attachment.keeper,
                fault=decision.fault or "signatures",
            )
        duty.postpone(decision.fault or "signatures")
        return attachment
    duty.finish()
    return attachment


def hold(
    attachment: Attachment,
    rule: QuarantineRule,
    found: tuple[Found, ...],
    *,
    by: Actor,
    scan: Scan | None = None,
) -> QuarantineItem:
    """Put a locked attachment into quarantine; call it inside a transaction.

    Each item says why, by which clause, who and when (Điều 12.4).
    """
    attachment.move_to(AttachmentState.HELD)
    attachment.save_fate()
    with translation.override(settings.LANGUAGE_CODE):
        reasons = [one.sentence for one in found if one.verdict != Verdict.CLEAN]
    item = QuarantineItem.objects.create(
        attachment=attachment,
        rule=rule,
        reason="\n".join(reasons),
        held_by=by.account,
        scan=scan,
    )
    audit.record(
        attachment,
        "scanning.held",
        by=by,
        agency=attachment.keeper,
        verdict=attachment.verdict,
        rule=str(rule),
        sha256=attachment.sha256,
        codes=[one.code for one in found],
    )
    signals.attachment_held.send(Attachment, attachment=attachment, item=item, by=by)
    return item


def _release(attachment: Attachment, by: Actor) -> None:
    attachment.move_to(AttachmentState.RELEASED)
    attachment.released_at = clock.now()
    attachment.save_fate()
    audit.record(
        attachment,
        "scanning.released",
        by=by,
        agency=attachment.keeper,
        sha256=attachment.sha256,
        signatures=attachment.signatures,
        signature_kind=attachment.signature_kind,
    )
    signals.attachment_released.send(Attachment, attachment=attachment, by=by)


def _record(attachment: Attachment, decision: Decision) -> Scan:
    """Store the attempt and copy what proves it onto the attachment, in memory."""
    proof = decision.proof
    attempt = Scan(
        attachment=attachment,
        verdict=decision.verdict,
        fault=decision.fault,
        signature=decision.signature[:200],
        true_type=decision.true_type,
        began_at=decision.began_at,
        ended_at=clock.now(),
    )
    if proof:
        attempt.engine = proof.version[:100]
        attempt.signatures = proof.signatures.description[:200]
        attempt.signature_kind = proof.signatures.kind
        attempt.signature_digest = proof.signatures.digest
    attempt.save()
    Finding.objects.bulk_create(
        Finding(
            attachment=attachment,
            scan=attempt,
            code=one.code,
            details=dict(one.details),
        )
        for one in decision.found
    )
    attachment.scanned_at = attempt.ended_at
    attachment.media_type = decision.media_type
    attachment.engine = attempt.engine
    attachment.signatures = attempt.signatures
    attachment.signature_kind = attempt.signature_kind
    return attempt


def _rule_for(decision: Decision) -> QuarantineRule:
    programs = {"program"}
    if decision.verdict == Verdict.REFUSED_TYPE and programs & {
        one.code for one in decision.found
    }:
        return QuarantineRule.DESTRUCTIVE
    return _RULES[decision.verdict]
