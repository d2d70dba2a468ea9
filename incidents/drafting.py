"""What the minutes say before anybody writes: taken from the incident, in Vietnamese.

The officer reads, corrects and completes it; nothing is issued from here.
Source: Nghị định 30/2020/NĐ-CP, Mẫu 1.9; Thông tư 02/2011/TT-BTTTT.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation

from access.actors import Actor
from incidents import lines
from incidents.models import EntryKind, Incident, IncidentMinutes
from portal.core import clock

# The headings of a biên bản about an incident; words of a legal form, in Vietnamese.
HEADINGS = {
    "course": "Diễn biến sự cố",
    "measures": "Biện pháp đã thực hiện",
    "damage": "Thiệt hại, nguyên nhân",
    "proposals": "Kết luận, kiến nghị",
}
_SUBJECT = "Về sự cố an toàn thông tin"


def prefilled(incident: Incident, by: Actor) -> dict[str, object]:
    """Return the initial values of the form of the minutes."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "subject": f"{_SUBJECT} {incident.number}",
            "place": _place(incident),
            "venue": incident.keeper.name,
            "started_at": clock.now().replace(second=0, microsecond=0),
            "ended_at": clock.now().replace(second=0, microsecond=0),
            "attendees": by.person.full_name,
            "chair": "",
            "secretary": by.person.full_name,
            "course": _course(incident),
            "measures": _measures(incident),
            "damage": _damage(incident),
            "proposals": "",
            "recipients": "\n".join(_recipients(incident)),
        }


def from_issued(minutes: IncidentMinutes) -> dict[str, object]:
    """Return the values of minutes that are to be corrected."""
    said = dict(minutes.content)
    sections = dict(said.pop("sections"))
    said["attendees"] = "\n".join(said["attendees"])
    said["recipients"] = "\n".join(said["recipients"])
    for name in ("started_at", "ended_at"):
        said[name] = datetime.fromisoformat(said[name])
    return said | {
        name: sections.get(heading, "") for name, heading in HEADINGS.items()
    }


def _place(incident: Incident) -> str:
    last = incident.keeper.address.rpartition(",")[2].strip()
    return last or settings.PORTAL_PROVINCE_NAME.removeprefix("Tỉnh ")


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment, clock.VIETNAM).strftime("%H:%M ngày %d/%m/%Y")


def _course(incident: Incident) -> str:
    told = [
        f"Phát hiện lúc {_moment(incident.detected_at)}: {incident.title}.",
        f"Hệ thống bị ảnh hưởng: {incident.system or 'chưa xác định'}.",
        incident.description,
    ]
    if incident.beyond_capacity:
        report = incident.capacity_report
        told.append(f"Đã báo cáo vượt khả năng lúc {_moment(report.made_at)}.")
    return "\n".join(filter(None, told))


def _measures(incident: Incident) -> str:
    measures = incident.timeline.filter(kind=EntryKind.MEASURE).order_by("happened_at")
    return "\n".join(f"{_moment(m.happened_at)}: {m.text}" for m in measures)


def _damage(incident: Incident) -> str:
    hit = ", ".join(incident.hit_properties) or "chưa xác định"
    told = [
        f"Thuộc tính bị ảnh hưởng: {hit}.",
        f"Thiệt hại: {incident.harm}" if incident.harm else "",
        f"Nguyên nhân: {incident.get_cause_display()}. {incident.cause_note}".strip(),
    ]
    return "\n".join(filter(None, told))


def _recipients(incident: Incident) -> list[str]:
    agencies = [lines.superior_of(incident)]
    if incident.beyond_capacity:
        agencies += [step.keeper for step in incident.steps.select_related("keeper")]
    names = dict.fromkeys(agency.name for agency in agencies if agency)
    return [*names, "Lưu: VT"]
