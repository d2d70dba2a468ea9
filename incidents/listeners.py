"""What the scan announces, as incidents hear it. Runs in the transaction of the scan.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.5, 12.7 and 13.4.d.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext as _

from access.actors import Actor
from access.models import Account
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
from portal.core import clock
from scanning import signals, visibility
from scanning.models import Attachment, Purpose, QuarantineItem, QuarantineRule

# A sign of attack or of a leak, not merely a file of the wrong type.
_DRAFTS = {
    QuarantineRule.VIRUS: Category.MALWARE,
    QuarantineRule.SECRECY: Category.SECRECY,
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
    elif attachment.purpose != Purpose.EVIDENCE and item.rule in _DRAFTS:
        _draft(attachment, item, by)


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
    items = EvidenceItem.objects.select_related("incident__keeper", "attachment")
    return items.filter(attachment=attachment).first()


def _draft(attachment: Attachment, item: QuarantineItem, by: Actor) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("A file was held by the scan: %(name)s") % {"name": attachment.name}
    incident = recording.draft_incident(
        attachment.keeper,
        by=by,
        detected_at=clock.now(),
        text=item.reason,
        title=title[:160],
        category=_DRAFTS[QuarantineRule(item.rule)],
        description=item.reason,
    )
    telling.tell_drafted(incident)
