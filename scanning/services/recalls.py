"""Released bytes in which newer signatures find something are called back.

Every copy is held at once, each agency that sent, received or downloaded one is told
once of its own, and an incident is drafted there.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.5 and 13.5.d.
"""

from dataclasses import replace

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency, AuditEntry
from portal.core import clock
from portal.core.text import nfc
from scanning import fate, signals, telling
from scanning.judging import Decision
from scanning.models import Attachment, Recall, RecallNotice, Recipient, Scan
from scanning.services.standing import speaking_for


def call_back(copies: list[Attachment], decision: Decision, scan: Scan) -> Recall:
    """Hold locked copies of the same bytes, and tell whom it concerns.

    Call it inside a transaction. scan: the one that found it, of one of the copies.
    """
    recall = Recall.objects.create(
        sha256=copies[0].sha256,
        verdict=decision.verdict,
        signature=scan.signature,
        scan=scan,
    )
    rule = fate.rule_for(decision)
    for copy in copies:
        by = Actor.system(fate.SCANNER, copy.keeper)
        own = scan
        if copy.pk != scan.attachment_id:
            own = fate.record(copy, replace(decision, reused=scan, reuse_key=""))
        copy.verdict = decision.verdict
        fate.hold(copy, rule, decision.found, by=by, scan=own, recall=recall)
        audit.record(
            copy,
            "scanning.recalled",
            by=by,
            agency=copy.keeper,
            verdict=copy.verdict,
            sha256=copy.sha256,
        )
    for agency, own_copies in _copies_by_agency(copies).items():
        _tell(recall, agency, own_copies)
    return recall


@transaction.atomic
def confirm_clean(notice: RecallNotice, *, by: Actor, note: str) -> int:
    """Note that an agency has cleaned up all that one recall was about there.

    Until then the detection stays open on its pages (Điều 13.5.d). Once the agency has
    ended, its heir does it, of what the heir keeps. Returns how many notices this
    closed; none if somebody was quicker. Raises NotAllowedError.
    """
    agency = speaking_for(by, "attachments.release", _places(notice))
    open_ones = list(
        RecallNotice.objects.handled_by(by.person)
        .select_for_update(of=("self",))
        .open()
        .filter(recall=notice.recall_id, agency=notice.agency_id)
        .order_by("pk")
    )
    for each in open_ones:
        each.cleaned_at = clock.now()
        each.cleaned_by = by.person
        each.cleaned_note = nfc(note)
        each.save(update_fields=["cleaned_at", "cleaned_by", "cleaned_note"])
        audit.record(
            each.attachment,
            "scanning.clean_up_confirmed",
            by=by,
            agency=agency,
            reason=each.cleaned_note,
        )
    return len(open_ones)


def _places(notice: RecallNotice) -> list[Agency]:
    """Return the agency that was told, and whoever keeps now what it had."""
    copy = notice.attachment
    found = [notice.agency]
    if copy.agency_id == notice.agency_id:
        found.append(copy.keeper)
    came = Recipient.objects.filter(message=copy.message_id, agency=notice.agency_id)
    found += [each.keeper for each in came.select_related("keeper")]
    return found


def _copies_by_agency(copies: list[Attachment]) -> dict[Agency, list[Attachment]]:
    """Return who sent, received or downloaded which of the copies."""
    found: dict[Agency, list[Attachment]] = {}
    readers = _readers(copies)
    for copy in copies:
        for agency in dict.fromkeys([*telling.concerned(copy), *readers[copy.pk]]):
            found.setdefault(agency, []).append(copy)
    return found


def _readers(copies: list[Attachment]) -> dict[int, list[Agency]]:
    """Return by copy the agencies for which somebody downloaded it, from the trail."""
    found: dict[int, list[Agency]] = {copy.pk: [] for copy in copies}
    entries = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Attachment),
        object_id__in=list(found),
        event="scanning.downloaded",
    ).values_list("object_id", "additional_data")
    pairs = {(copy, (facts or {}).get("read_for")) for copy, facts in entries}
    agencies = Agency.objects.in_bulk({key for _copy, key in pairs if key})
    for copy, key in sorted(pairs, key=str):
        if key in agencies:
            found[copy].append(agencies[key])
    return found


def _tell(recall: Recall, agency: Agency, copies: list[Attachment]) -> None:
    RecallNotice.objects.bulk_create(
        RecallNotice(recall=recall, attachment=copy, agency=agency) for copy in copies
    )
    telling.tell_recalled(recall, agency, copies)
    signals.attachment_recalled.send(
        Recall,
        recall=recall,
        agency=agency,
        attachments=copies,
        by=Actor.system(fate.SCANNER, agency),
    )
