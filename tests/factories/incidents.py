"""Valid rows of incidents; a test names only what matters to it."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from incidents.models import (
    Category,
    ClockRule,
    Fulfilment,
    Incident,
    LimitUnit,
    RecipientKind,
    State,
    Trigger,
)
from incidents.services.minutes import MinutesContent
from portal.core import clock
from portal.core.text import fold
from tests.factories.access import AgencyFactory


class ClockRuleFactory(DjangoModelFactory):
    """Report beyond capacity, at once, since 2012 and without end (Đ14.1.b)."""

    class Meta:
        model = ClockRule

    class Params:
        minutes = factory.Trait(
            code="minutes",
            title="Gửi biên bản sự cố",
            trigger=Trigger.RECORDED,
            recipient_kind=RecipientKind.DIRECT_SUPERIOR,
            fulfilled_by=Fulfilment.MINUTES,
            limit=3,
            limit_unit=LimitUnit.DAYS,
        )
        receipt = factory.Trait(
            code="receipt",
            title="Xác nhận đã nhận báo cáo",
            trigger=Trigger.SENT_UPWARD,
            recipient_kind=RecipientKind.REPORTING_AGENCY,
            fulfilled_by=Fulfilment.RECEIPT,
            limit=1,
            grace_minutes=0,
        )
        directive = factory.Trait(
            code="directive",
            title="Hướng dẫn xử lý",
            trigger=Trigger.RECEIVED_UPWARD,
            recipient_kind=RecipientKind.REPORTING_AGENCY,
            fulfilled_by=Fulfilment.DIRECTIVE,
            limit=4,
            grace_minutes=0,
        )

    code = "d14_1_b"
    title = "Báo cáo vượt quá khả năng"
    trigger = Trigger.BEYOND_CAPACITY
    recipient_kind = RecipientKind.COMPETENT_AUTHORITY
    fulfilled_by = Fulfilment.CAPACITY_REPORT
    limit = 0
    limit_unit = LimitUnit.HOURS
    grace_minutes = 30
    starts_on = date(2012, 1, 1)


class IncidentFactory(DjangoModelFactory):
    """An incident that was recorded half an hour after it was noticed, an hour ago."""

    class Meta:
        model = Incident

    number = factory.Sequence("SC-2020-{:06d}".format)
    agency = factory.SubFactory(AgencyFactory)
    title = "Máy chủ thư điện tử bị mã hoá"
    category = Category.MALWARE
    detected_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    detected_on = factory.LazyAttribute(lambda o: clock.vietnamese_day(o.detected_at))
    recorded_at = factory.LazyAttribute(lambda o: o.detected_at + timedelta(minutes=30))
    state = State.RECORDED
    folded = factory.LazyAttribute(lambda o: fold(f"{o.number} {o.title}"))


def minutes_content(**details: object) -> MinutesContent:
    """Return what an officer writes into the minutes."""
    said: dict[str, object] = {
        "subject": "Về sự cố an toàn thông tin",
        "place": "Đồng Xoài",
        "venue": "Trụ sở cơ quan",
        "started_at": datetime(2026, 9, 1, 2, 0, tzinfo=UTC),
        "ended_at": datetime(2026, 9, 1, 3, 0, tzinfo=UTC),
        "attendees": ("Ông Nguyễn Văn An",),
        "chair": "Nguyễn Văn An",
        "secretary": "Trần Thị Bình",
        "sections": (("Diễn biến sự cố", "Thư không mở được."),),
        "recipients": ("Uỷ ban nhân dân tỉnh", "Lưu: VT"),
    }
    return MinutesContent(**(said | details))  # type: ignore[arg-type]
