"""The biên bản is issued: numbered, rendered once, frozen, and sent to the superior.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a; Nghị định 30/2020/NĐ-CP, Mẫu 1.9.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency
from incidents import lines
from incidents.minutes import layout
from incidents.minutes.document import MinutesDocument, Section, Signer
from incidents.models import (
    EntryKind,
    Incident,
    IncidentMinutes,
    IssuedFile,
    StepRole,
    StepSubject,
    YearlySequence,
)
from incidents.models.minutes import new_check_code
from incidents.refusals import (
    AlreadyCorrectedError,
    ClosedToChangesError,
    IssuedFileChangedError,
)
from incidents.services import escalating
from incidents.services.locking import locked
from incidents.services.timeline import enter
from incidents.states import State
from portal.core import clock
from portal.core.text import nfc

KIND = "BB"


@dataclass(frozen=True)
class MinutesContent:
    """What an officer writes into the minutes; all in Vietnamese.

    attendees, recipients: one line each. sections: pairs of heading and text, whose
    paragraphs are separated by line ends. started_at, ended_at: with a timezone.
    """

    subject: str
    place: str
    venue: str
    started_at: datetime
    ended_at: datetime
    attendees: tuple[str, ...]
    chair: str
    secretary: str
    sections: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]


@transaction.atomic
def issue_minutes(
    incident: Incident,
    *,
    by: Actor,
    content: MinutesContent,
    corrects: IncidentMinutes | None = None,
) -> IncidentMinutes:
    """Issue numbered minutes, freeze their PDF with its hash, and send them upward.

    corrects: the minutes that these put right; both stay, each naming the other.

    Raises ClosedToChangesError, or AlreadyCorrectedError if `corrects` is not the
    newest.
    """
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if not incident.is_open or incident.state == State.DRAFT:
        raise ClosedToChangesError(state=State(incident.state).label)
    if corrects is not None and not corrects.is_current:
        raise AlreadyCorrectedError(number=corrects.number)
    today = clock.today()
    minutes = IncidentMinutes(
        incident=incident,
        agency=incident.keeper,
        year=today.year,
        ordinal=YearlySequence.take("minutes", today, incident.keeper_id),
        check_code=new_check_code(),
        issued_by=by.person,
        issued_on=today,
        corrects=corrects,
    )
    document = compose(minutes, content)
    pdf = layout.render(document)
    minutes.number = document.code
    minutes.content = _as_json(content)
    minutes.sha256 = hashlib.sha256(pdf).hexdigest()
    minutes.size = len(pdf)
    minutes.save()
    IssuedFile.objects.create(minutes=minutes, content=pdf)
    enter(incident, EntryKind.MINUTES_ISSUED, by=by, text=minutes.number)
    audit.record(
        incident,
        "incidents.minutes_issued",
        by=by,
        agency=incident.keeper,
        number=minutes.number,
        sha256=minutes.sha256,
        corrects=corrects.number if corrects else "",
    )
    _send(minutes, by)
    return minutes


def issued_bytes(minutes: IncidentMinutes, *, by: Actor) -> bytes:
    """Return the very bytes that were issued, hashed again before they go out.

    The caller found the minutes through a scope; the read is audited.
    Raises IssuedFileChangedError.
    """
    content = bytes(minutes.file.content)
    if hashlib.sha256(content).hexdigest() != minutes.sha256:
        raise IssuedFileChangedError(number=minutes.number)
    audit.record(
        minutes.incident,
        "incidents.downloaded_minutes",
        by=by,
        agency=minutes.agency,
        number=minutes.number,
        sha256=minutes.sha256,
    )
    return content


def compose(minutes: IncidentMinutes, content: MinutesContent) -> MinutesDocument:
    """Return the document as it will be laid out, in NFC throughout."""
    agency, day = minutes.agency, minutes.issued_on
    superior = lines.superior_of(minutes.incident)
    return MinutesDocument(
        parent_agency=superior.name_on(day) if superior else "",
        agency=agency.name_on(day),
        number=minutes.ordinal,
        notation=f"{KIND}-{notation(agency)}",
        place=nfc(content.place),
        day=day,
        subject=nfc(content.subject),
        started_at=content.started_at,
        ended_at=content.ended_at,
        venue=nfc(content.venue),
        attendees=tuple(map(nfc, content.attendees)),
        chair=nfc(content.chair),
        secretary=nfc(content.secretary),
        sections=_sections(minutes, content),
        recipients=tuple(map(nfc, content.recipients)),
        secretary_signs=Signer("THƯ KÝ", nfc(content.secretary)),
        chair_signs=Signer("CHỦ TRÌ", nfc(content.chair)),
        check_url=f"{settings.PORTAL_BASE_URL}/kiem-tra/?so={minutes.check_code}",
        is_drill=minutes.incident.is_drill,
    )


def notation(agency: Agency) -> str:
    """Return the agency's abbreviation in the ký hiệu: "Sở Nội vụ" becomes "SNV".

    A People's Committee signs as UBND whatever its place, and signs that are no letters
    fall away: "Sở TT&TT" becomes "STTTT".
    """
    words = agency.short_name.split()
    if words[0] == "UBND" or len(words) == 1:
        return words[0].upper()
    short = "".join(word if word.isupper() else word[0].upper() for word in words)
    return "".join(letter for letter in short if letter.isalnum())


def _sections(minutes: IncidentMinutes, content: MinutesContent) -> tuple[Section, ...]:
    sections = [
        Section(
            nfc(heading), tuple(filter(None, map(str.strip, nfc(text).splitlines())))
        )
        for heading, text in content.sections
        if text.strip()
    ]
    if old := minutes.corrects:
        day = old.issued_on.strftime("%d/%m/%Y")
        line = f"Biên bản này đính chính, thay thế Biên bản số {old.number} ngày {day}."
        sections.insert(0, Section("", (line,)))
    return tuple(sections)


def _as_json(content: MinutesContent) -> dict[str, Any]:
    plain = dataclasses.asdict(content)
    moments = {name: plain[name].isoformat() for name in ("started_at", "ended_at")}
    return plain | moments


def _send(minutes: IncidentMinutes, by: Actor) -> None:
    """Send the minutes to the direct superior, else to the coordinator (Đ14.1.a)."""
    incident = minutes.incident
    superior = lines.superior_of(incident)
    recipient = superior or lines.coordinator()
    if recipient is None:
        escalating.note_nobody(incident, StepRole.AS_SUPERIOR, by)
        return
    role = StepRole.AS_SUPERIOR if superior else StepRole.AS_COORDINATOR
    escalating.send(incident, recipient, role, StepSubject.MINUTES, minutes)
