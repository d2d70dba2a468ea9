"""What becomes of a file: one transaction from verdict to release or quarantine.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 12.4.
"""

import logging
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from access import audit
from access.actors import Actor
from access.querysets.prepared import Prepared
from portal.core import clock
from scanning import reuse, sealing, signals, telling
from scanning.judging import Decision, judge
from scanning.models import (
    Attachment,
    AttachmentState,
    FalseAlarm,
    Finding,
    QuarantineItem,
    QuarantineRule,
    Recall,
    ReleaseDecision,
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


def do(duty: ScanDuty, most: float | None = None) -> Attachment:
    """Do one claimed duty and keep the claim alive meanwhile; return the file.

    most: seconds after which nobody waits for the engine; then it is done later.
    One file that breaks us must not stop those behind it: it stays locked, for later.
    """
    try:
        with duty.renewed():
            return scan(duty, most)
    except Exception as error:
        logger.exception("scan_broke", extra={"duty": duty.pk})
        duty.postpone(type(error).__name__)
        return duty.attachment


def scan(duty: ScanDuty, most: float | None = None) -> Attachment:
    """Do one claimed duty: judge the file, then release it, hold it or try later.

    Safe to run twice: whoever comes second finds that nothing waits any more.
    """
    attachment = duty.attachment
    if not attachment.is_pending:
        duty.finish()
        return attachment
    decision = judge(attachment, most)
    logger.info(
        "scanned",
        extra={"attachment": attachment.pk, "verdict": decision.verdict.value},
    )
    return settle(duty, decision)


_LOCKED = Prepared[Attachment](
    lambda pk: (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("keeper", "message", "connector")
        .filter(pk=pk)
    ),
    pk=int,
)


@transaction.atomic
def settle(duty: ScanDuty, decision: Decision) -> Attachment:
    """Store the attempt with its findings and act on the verdict."""
    (attachment,) = _LOCKED.instances(pk=duty.attachment_id)
    if not attachment.is_pending:
        duty.finish()
        return attachment
    by = Actor.system(SCANNER, attachment.keeper)
    attempt = record(attachment, decision)
    attachment.verdict = decision.verdict
    if not decision.found:
        attachment.last_scan_findings = []  # so nobody need ask for them
    if decision.verdict == Verdict.CLEAN:
        release(attachment, by)
    elif alarm := FalseAlarm.objects.covering(
        attachment.sha256, decision.signature, decision.verdict
    ):
        release(attachment, by, decision=false_alarm_decision(alarm, attachment))
    elif decision.verdict != Verdict.ERROR or decision.bytes_changed:
        hold(attachment, rule_for(decision), decision.found, by=by, scan=attempt)
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


def hold(  # noqa: PLR0913 (each is a fact of the quarantine record)
    attachment: Attachment,
    rule: QuarantineRule,
    found: tuple[Found, ...],
    *,
    by: Actor,
    scan: Scan | None = None,
    recall: Recall | None = None,
) -> QuarantineItem:
    """Put a locked attachment into quarantine; call it inside a transaction.

    Each item says why, by which clause, who and when (Điều 12.4). One that is held
    already gets another item: something else was found in it.
    """
    if not attachment.is_held:
        attachment.move_to(AttachmentState.HELD)
    attachment.release = None
    attachment.save_fate()
    # The sweep seals it, even if it lay sealed before and was let out in between.
    Attachment.objects.filter(pk=attachment.pk).update(sealed_at=None)
    with translation.override(settings.LANGUAGE_CODE):
        reasons = [one.sentence for one in found if one.verdict != Verdict.CLEAN]
    item = QuarantineItem.objects.create(
        attachment=attachment,
        rule=rule,
        reason="\n".join(reasons),
        held_by=by.account,
        scan=scan,
        recall=recall,
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
    if rule == QuarantineRule.SECRECY:
        seal = partial(sealing.seal_at_once, attachment)
        transaction.on_commit(seal, robust=True)  # if it falls, the sweep seals
    if rule == QuarantineRule.UNSCANNABLE and recall is None:
        telling.tell_unscannable(attachment)
    return item


def release(
    attachment: Attachment, by: Actor, *, decision: ReleaseDecision | None = None
) -> None:
    """Let a locked attachment go; call it inside a transaction.

    decision: of people, without which only a clean file goes; the database asks, too.
    """
    was_held = attachment.is_held
    attachment.move_to(AttachmentState.RELEASED)
    attachment.release = decision
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
        verdict=attachment.verdict,
        ground=decision.ground if decision else "",
        release_reason=decision.reason if decision else "",
    )
    signals.attachment_released.send(
        Attachment, attachment=attachment, by=by, was_held=was_held
    )


def false_alarm_decision(alarm: FalseAlarm, attachment: Attachment) -> ReleaseDecision:
    """Store why a file is let go of which two persons said that it is harmless.

    The words of the two are about another agency's copy perhaps, so they stay there.
    """
    if alarm.decided_by is None:
        raise ValueError(f"nobody has decided on {alarm.pk}")
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Two persons confirmed that this is a false alarm.")
    return ReleaseDecision.objects.create(
        attachment=attachment,
        ground=ReleaseDecision.Ground.FALSE_ALARM,
        reason=words,
        decided_by=alarm.decided_by,
        agency=attachment.keeper,
        false_alarm=alarm,
    )


def record(attachment: Attachment, decision: Decision) -> Scan:
    """Store the attempt and copy what proves it onto the attachment, in memory."""
    proof = decision.proof
    attempt = Scan(
        attachment=attachment,
        verdict=decision.verdict,
        fault=decision.fault,
        signature=decision.signature[:200],
        true_type=decision.true_type,
        policy=reuse.policy(),
        reuse_key=decision.reuse_key,
        reused=decision.reused,
        with_password=decision.with_password,
        began_at=decision.began_at,
        ended_at=clock.now(),
    )
    if proof:
        attempt.engine = proof.version[:100]
        attempt.signatures = proof.signatures.description[:200]
        attempt.signature_kind = proof.signatures.kind
        attempt.signature_digest = proof.signatures.digest
        attempt.host = proof.host[:120]
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
    attachment.signature_digest = attempt.signature_digest
    attachment.policy = attempt.policy
    return attempt


def rule_for(decision: Decision) -> QuarantineRule:
    programs = {"program"}
    if decision.verdict == Verdict.REFUSED_TYPE and programs & {
        one.code for one in decision.found
    }:
        return QuarantineRule.DESTRUCTIVE
    return _RULES[decision.verdict]
