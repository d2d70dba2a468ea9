"""Incidents in every state, each lived through from its first minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from access.actors import Actor
from access.models import Agency
from incidents.models import (
    EscalationStep,
    Fulfilment,
    Incident,
    Obligation,
    StepRole,
)
from incidents.services import (
    answering,
    delivering,
    duties,
    escalating,
    evidence,
    handling,
    minutes,
    recording,
    sweeping,
)
from portal.core import clock
from portal.ops.demo import engine, files, past
from portal.ops.demo.content import read
from portal.ops.demo.people import TELEPHONE, Cast
from scanning.engine import canaries

# The province is above towns and departments; its own officer sits in its office.
PROVINCE, OFFICE = "000.00.00.H10", "antt.vanphong"


@dataclass
class Story:
    """One incident on its way, and who acts in it."""

    incident: Incident
    case: dict[str, Any]
    began: datetime
    place: str
    officer: Actor
    head: Actor
    superior: Actor
    coordinator: Actor

    def after(self, minutes_later: float) -> datetime:
        """Return a moment of the story, counted from T0."""
        return self.began + timedelta(minutes=minutes_later)


def tell(cast: Cast) -> None:
    """Tell all stories, the oldest first, so that their numbers follow their days."""
    latest = clock.now() - timedelta(hours=3)
    told = [
        (min(past.days_ago(days, hour=hour), latest), case, code, outcome)
        for case in read("incidents")["case"]
        for code, days, hour, outcome in case["places"]
    ]
    for number, (began, case, code, outcome) in enumerate(
        sorted(told, key=lambda each: each[0]), start=1
    ):
        story = _begin(cast, case, code, began)
        for step in _STEPS[outcome]:
            step(story)
        if number % 3 == 0:
            _read_by_the_coordinator(story)
    _let_clocks_run()


def _let_clocks_run() -> None:
    """Warn and alarm of each duty at its hour, as the sweep would have done.

    So the first sweep of a new portal finds no weeks of lateness to tell of at once.
    """
    while True:
        for soon in Obligation.objects.to_warn():
            with past.at(soon.warn_at or soon.due_at):
                sweeping.warn(soon.pk)
        late = Obligation.objects.to_alarm().order_by("alarm_at").first()
        if late is None:
            return
        with past.at(late.alarm_at):
            sweeping.alarm(late.pk)
            _deliver(late.incident)


def _begin(cast: Cast, case: dict[str, Any], code: str, began: datetime) -> Story:
    agency = cast.agencies[code]
    officer = cast.of("antt", code)
    with past.at(began + timedelta(minutes=7)):
        incident = recording.record_incident(
            agency,
            by=officer,
            detected_at=began,
            is_drill=case.get("drill", False),
            title=case["title"],
            category=case["category"],
            system=case["system"],
            description=case["description"],
            harm=case["harm"],
            severity=case.get("severity", "ordinary"),
            cause=case.get("cause", "unknown"),
            has_personal_data=case.get("personal_data", False),
            has_security_signs=case.get("security_signs", False),
            is_confidentiality_hit="C" in case["hit"],
            is_integrity_hit="I" in case["hit"],
            is_availability_hit="A" in case["hit"],
        )
    return Story(
        incident=incident,
        case=case,
        began=began,
        place=_place(code),
        officer=officer,
        head=cast.of("lanhdao", code),
        superior=_superior(cast, agency),
        coordinator=cast.actor("dieuphoi"),
    )


def _place(code: str) -> str:
    places = {row["code"]: row["place"] for row in read("people")["agency"]}
    return str(places[code])


def _superior(cast: Cast, agency: Agency) -> Actor:
    line = agency.reporting_lines.in_force().select_related("superior").get()
    if line.superior.code == PROVINCE:
        return cast.actor(OFFICE, PROVINCE)
    return cast.of("antt", line.superior.code)


def _add_evidence(story: Story) -> None:
    """Take in a log, a picture and, with malware, the sample that must be held."""
    at = timezone_text(story.began)
    number = story.incident.number
    logged = [f"{at} {number} dong {line}: DENY 203.0.113.{line}" for line in range(40)]
    content = {
        f"nhat-ky-{number}.log": files.log(logged),
        f"man-hinh-{number}.png": files.screenshot(
            story.case["system"], [story.case["title"], at], hue=len(number) * 20
        ),
    }
    if story.case["category"] == "malware":
        content[f"mau-{number}.txt"] = canaries.eicar()
    else:
        rows = [["Giờ", "Việc"], [at, story.case["title"]]]
        content[f"so-theo-doi-{number}.xlsx"] = files.sheet("Theo dõi", rows)
    with past.at(story.after(12)):
        evidence.add_evidence(
            story.incident,
            by=story.officer,
            files=[ContentFile(data, name) for name, data in content.items()],
            caption="Thu tại hiện trường",
        )
        engine.scan_waiting()


def _handle(story: Story) -> None:
    with past.at(story.after(20)):
        handling.start_handling(story.incident, by=story.officer)
    for number, measure in enumerate(story.case["measures"][:2]):
        _add_measure(story, measure, 25 + 30 * number)


def _add_measure(story: Story, text: str, minutes_later: float) -> None:
    with past.at(story.after(minutes_later)):
        handling.add_measure(
            story.incident, by=story.officer, text=text, happened_at=clock.now()
        )


def _escalate(story: Story) -> None:
    with past.at(story.after(35)):
        escalating.escalate_beyond_capacity(
            story.incident,
            by=story.officer,
            harm=story.case["harm"],
            needs=story.case["needs"] or "Hướng dẫn xử lý.",
            telephone=TELEPHONE,
        )
        _deliver(story.incident)


def _deliver(incident: Incident) -> None:
    steps = EscalationStep.objects.filter(incident=incident)
    for pk in list(steps.claimable(clock.now()).values_list("pk", flat=True)):
        delivering.take(pk)


def _telephone(story: Story) -> None:
    """Report to the authority by telephone: it has nobody in the portal."""
    step = story.incident.steps.get(role=StepRole.AS_AUTHORITY)
    if step.sent_at is None:
        with past.at(story.after(50)):
            escalating.note_reported_outside(
                step,
                by=story.officer,
                at=story.after(46),
                to_whom="Trực ban (mẫu)",
                note="Đã đọc nội dung báo cáo, bên nhận ghi sổ.",
            )


def _answer(story: Story) -> None:
    with past.at(story.after(58)):
        answering.acknowledge(story.incident, by=story.superior)
    with past.at(story.after(95)):
        directive = answering.give_directive(
            story.incident,
            by=story.superior,
            text=(
                "Giữ nguyên hiện trạng máy bị ảnh hưởng, không tắt nguồn. Sao chép "
                "nhật ký trước khi khôi phục. Cử một cán bộ trực điện thoại tới khi "
                "xong."
            ),
        )
    with past.at(story.after(110)):
        answering.acknowledge_directive(directive, by=story.officer)


def _master(story: Story) -> None:
    for text in story.case["measures"][2:]:
        _add_measure(story, text, 8 * 60)
    with past.at(story.after(9 * 60)):
        handling.mark_mastered(story.incident, by=story.officer)


def _issue_minutes(story: Story) -> None:
    chair = story.head.person.full_name
    secretary = story.officer.person.full_name
    with past.at(story.after(26 * 60)):
        minutes.issue_minutes(
            story.incident,
            by=story.officer,
            content=minutes.MinutesContent(
                subject=f"Về sự cố an toàn thông tin {story.incident.number}",
                place=story.place,
                venue=f"Trụ sở {story.incident.agency.name}",
                started_at=clock.now() - timedelta(hours=1),
                ended_at=clock.now(),
                attendees=(
                    f"{chair}, người đứng đầu cơ quan",
                    f"{secretary}, cán bộ phụ trách an toàn thông tin",
                ),
                chair=chair,
                secretary=secretary,
                sections=(
                    ("Diễn biến sự cố", story.case["description"]),
                    ("Biện pháp đã thực hiện", "\n".join(story.case["measures"])),
                    ("Thiệt hại, nguyên nhân", story.case["harm"] or "Không."),
                ),
                recipients=(story.superior.agency.name, "Lưu: VT"),  # type: ignore[union-attr]
            ),
        )
        _deliver(story.incident)


def _ask(story: Story) -> None:
    with past.at(story.after(27 * 60)):
        handling.ask_for_confirmation(story.incident, by=story.officer)


def _fulfil(story: Story) -> None:
    """Note as done outside the portal what else was owed, but for the minutes."""
    if story.after(30 * 60) > clock.now():
        return  # not yet done
    with past.at(story.after(30 * 60)):
        owed = story.incident.obligations.owed().filter(debtor=story.incident.agency)
        owed = owed.exclude(rule__fulfilled_by=Fulfilment.MINUTES)
        for duty in owed.select_related("rule"):
            duties.note_done(
                duty,
                by=story.officer,
                done_at=story.after(29 * 60),
                note="Đã gửi qua hệ thống quản lý văn bản",
            )


def _close(story: Story) -> None:
    with past.at(story.after(50 * 60)):
        answering.acknowledge(story.incident, by=story.superior)
        handling.confirm_closing(story.incident, by=story.superior)


def _return(story: Story) -> None:
    with past.at(story.after(50 * 60)):
        answering.acknowledge(story.incident, by=story.superior)
        handling.return_for_completion(
            story.incident,
            by=story.superior,
            reason="Biên bản chưa nêu nguyên nhân; đề nghị bổ sung.",
        )


def _dismiss(story: Story) -> None:
    with past.at(story.after(90)):
        handling.dismiss(
            story.incident,
            by=story.officer,
            reason="Kiểm tra lại: bộ cài có chữ ký của nhà cung cấp, không có mã độc.",
        )


def _reopen(story: Story) -> None:
    with past.at(story.after(80 * 60)):
        handling.reopen(
            story.incident,
            by=story.officer,
            reason="Dấu hiệu cũ xuất hiện lại trên máy khác.",
        )


def _read_by_the_coordinator(story: Story) -> None:
    if story.incident.steps.filter(recipient=story.coordinator.agency).exists():
        with past.at(story.after(130)):
            answering.acknowledge(story.incident, by=story.coordinator)


def timezone_text(moment: datetime) -> str:
    """Return a moment as logs write it, in Vietnamese time."""
    return moment.astimezone(clock.VIETNAM).strftime("%Y-%m-%d %H:%M")


Step = Callable[[Story], None]
_WORK: list[Step] = [_add_evidence, _handle]
_REPORT: list[Step] = [*_WORK, _escalate, _telephone, _answer]
_SETTLED: list[Step] = [*_WORK, _master]
_WRITTEN: list[Step] = [*_SETTLED, _issue_minutes]
_OVER: list[Step] = [*_WRITTEN, _fulfil, _ask, _close]
_STEPS: dict[str, list[Step]] = {
    "recorded": [],
    "handling": _WORK,
    "beyond": [*_WORK, _escalate],
    "answered": [*_REPORT, _fulfil],
    "mastered": [*_SETTLED, _fulfil],
    "awaiting": [*_WRITTEN, _fulfil, _ask],
    "returned": [*_WRITTEN, _fulfil, _ask, _return],
    "closed": _OVER,
    "dismissed": [_add_evidence, _dismiss],
    "reopened": [*_OVER, _reopen],
}
