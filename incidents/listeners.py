"""What the scan announces, as incidents hear it. Runs in the transaction of the scan.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.5, 12.7 and 13.4.d.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.actors import Actor
from access.models import Account, Agency
from incidents.models import (
    Category,
    CustodyAct,
    EntryKind,
    EvidenceItem,
    Incident,
)
from incidents.services import recording, telling
from incidents.services.evidence import note_custody
from incidents.services.timeline import enter
from incidents.states import OPEN
from portal.core import clock
from scanning import retention, signals, visibility
from scanning.models import (
    Attachment,
    Purpose,
    QuarantineItem,
    QuarantineRule,
    Recall,
)
from scanning.verdicts import Verdict

# A sign of attack or of a leak, not merely a file of the wrong type.
_DRAFTS = {
    QuarantineRule.VIRUS: Category.MALWARE,
    QuarantineRule.SECRECY: Category.SECRECY,
}
_DRAFTS_BY_VERDICT = {
    Verdict.INFECTED.value: Category.MALWARE,
    Verdict.SECRECY_SUSPECTED.value: Category.SECRECY,
}


@visibility.register
def evidence_one_may_see(account: Account) -> QuerySet[Any, Any]:
    """Return the evidence of the incidents that this person may read."""
    incidents = Incident.objects.visible_to(account)
    return EvidenceItem.objects.filter(incident__in=incidents).values("attachment")


@receiver(signals.attachment_held, dispatch_uid="incidents.held")
def hear_held(
    attachment: Attachment, item: QuarantineItem, by: Actor, **_signal: object
) -> None:
    """Note on the timeline what was held and why, or draft an incident of its own."""
    evidence = _evidence_of(attachment)
    if evidence is not None:
        text = f"{attachment.name}\n{item.reason}"
        enter(evidence.incident, EntryKind.EVIDENCE_HELD, by=by, text=text)
        telling.tell_held(evidence.incident, attachment.name, item.reason)
    elif item.recall_id is not None:
        return  # one draft for each agency, not one for each copy: see hear_recalled
    elif attachment.purpose != Purpose.EVIDENCE and item.rule in _DRAFTS:
        _draft(attachment, item, by)


@receiver(signals.attachment_recalled, dispatch_uid="incidents.recalled")
def hear_recalled(
    recall: Recall,
    agency: Agency,
    attachments: list[Attachment],
    by: Actor,
    **_signal: object,
) -> None:
    """Draft one incident for an agency in whose files malware was found too late."""
    files = [each for each in attachments if each.purpose != Purpose.EVIDENCE]
    if not files or recall.verdict not in _DRAFTS_BY_VERDICT:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = _("A released file was called back: %(name)s") % {"name": files[0].name}
        text = _(
            "New malware signatures found something in files that the agency sent, "
            "received or downloaded. Find out where they were opened."
        )
    incident = recording.draft_incident(
        agency,
        by=by,
        detected_at=clock.now(),
        text=text,
        title=title[:160],
        category=_DRAFTS_BY_VERDICT[recall.verdict],
        description="\n".join([text, *(each.name for each in files)]),
    )
    telling.tell_drafted(incident)


@retention.register
def keep_evidence(attachment: Attachment) -> str:
    """Say that an open incident needs a file (Điều 13.4.d)."""
    evidence = _evidence_of(attachment)
    if evidence is None or evidence.incident.state not in OPEN:
        return ""
    return _("it is evidence of incident %(number)s, which is still open.") % {
        "number": evidence.incident.number
    }


@receiver(signals.attachment_released, dispatch_uid="incidents.released")
def hear_released(attachment: Attachment, by: Actor, **_signal: object) -> None:
    """Note on the timeline that evidence may be opened."""
    evidence = _evidence_of(attachment)
    if evidence is not None:
        kind = EntryKind.EVIDENCE_RELEASED
        enter(evidence.incident, kind, by=by, text=attachment.name)


@receiver(signals.attachment_opened, dispatch_uid="incidents.opened")
def hear_opened(attachment: Attachment, by: Actor, **_signal: object) -> None:
    """Note in the chain of custody who takes evidence in hands, and which bytes."""
    evidence = _evidence_of(attachment)
    if evidence is not None and by.account is not None:
        note_custody(evidence, CustodyAct.DOWNLOADED, by=by)


def _evidence_of(attachment: Attachment) -> EvidenceItem | None:
    if attachment.purpose != Purpose.EVIDENCE:
        return None
    items = EvidenceItem.objects.select_related("incident__keeper", "attachment")
    return items.filter(attachment=attachment).first()


def _draft(attachment: Attachment, item: QuarantineItem, by: Actor) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("A file was held by the scan: %(name)s") % {"name": attachment.name}
        description = item.reason
        if item.rule == QuarantineRule.SECRECY:
            description += "\n" + _facts(attachment)
    incident = recording.draft_incident(
        attachment.keeper,
        by=by,
        detected_at=clock.now(),
        text=item.reason,
        title=title[:160],
        category=_DRAFTS[QuarantineRule(item.rule)],
        description=description,
    )
    telling.tell_drafted(incident)


def _facts(attachment: Attachment) -> str:
    """Return all that may be kept of a state secret: its fingerprint and its facts."""
    return _(
        "SHA-256: %(sha256)s; %(size)d bytes; received %(received)s; sent by "
        "%(agency)s. The file itself is sealed and is no evidence here."
    ) % {
        "sha256": attachment.sha256,
        "size": attachment.size,
        "received": date_format(
            timezone.localtime(attachment.received_at), "SHORT_DATETIME_FORMAT"
        ),
        "agency": attachment.agency,
    }
