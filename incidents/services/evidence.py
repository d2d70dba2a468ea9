"""Evidence comes in through the scan, and everybody who has it in hands is noted.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.5 and 14.3.b.
"""

from collections.abc import Iterable

from django.core.files import File
from django.db import transaction

import scanning.services
from access import audit
from access.actors import Actor
from incidents.models import (
    CustodyAct,
    CustodyEntry,
    EntryKind,
    EvidenceItem,
    Incident,
)
from incidents.refusals import NoFileError
from incidents.services.locking import locked_for_work
from incidents.services.timeline import enter
from portal.core.text import nfc
from scanning.models import Purpose, Urgency


@transaction.atomic
def add_evidence(
    incident: Incident, *, by: Actor, files: Iterable[File], caption: str = ""
) -> list[EvidenceItem]:
    """Take in files as evidence; each waits for its scan, and none for another.

    Raises NoFileError, ClosedToChangesError, or what `scanning.services.receive` does.
    """
    incident = locked_for_work(incident, by)
    items = [_take_in(incident, file, caption, by) for file in files]
    if not items:
        raise NoFileError
    return items


def _take_in(incident: Incident, file: File, caption: str, by: Actor) -> EvidenceItem:
    attachment = scanning.services.receive(
        file,
        file.name or "",
        by=by,
        agency=incident.keeper,
        urgency=Urgency.THUONG_KHAN,
        purpose=Purpose.EVIDENCE,
    )
    item = EvidenceItem.objects.create(
        incident=incident,
        attachment=attachment,
        caption=nfc(caption),
        added_by=by.person,
    )
    note_custody(item, CustodyAct.INTAKE, by=by)
    enter(incident, EntryKind.EVIDENCE_ADDED, by=by, text=attachment.name)
    audit.record(
        incident,
        "incidents.evidence_added",
        by=by,
        agency=incident.keeper,
        item=item.pk,
        sha256=attachment.sha256,
    )
    return item


def note_custody(item: EvidenceItem, act: CustodyAct, *, by: Actor) -> CustodyEntry:
    """Note who had which bytes in hands; call it inside a transaction."""
    return CustodyEntry.objects.create(
        item=item,
        act=act,
        sha256=item.attachment.sha256,
        by=by.person,
        by_name=by.person.full_name,
        for_agency=by.agency.name if by.agency else "",
    )
