"""The queue at one glance: counts in scope, percentiles, detections, alarms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.core.models import SweepRun
from scanning.models import Attachment, QuarantineRule
from scanning.queue import glance
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory, QuarantineItemFactory
from tests.reading import read

pytestmark = pytest.mark.django_db

PATH = "/tep/hang-doi/"


def text_of(client) -> str:
    answer = client.get(PATH)
    assert answer.status_code == 200
    return read(answer)


def judged_after(seconds: float, **facts) -> Attachment:
    now = clock.now()
    came = now - timedelta(seconds=seconds)
    attachment = AttachmentFactory(released=True, received_at=came, **facts)
    attachment.scans.create(verdict="clean", began_at=came, ended_at=now)
    return attachment


def test_what_waits_is_counted_by_urgency_with_the_oldest():
    agency = actor().agency
    old = AttachmentFactory(
        agency=agency,
        urgency="hoa_toc",
        received_at=clock.now() - timedelta(minutes=5),
    )
    AttachmentFactory.create_batch(2, agency=agency)
    lines = {each.urgency: each for each in glance.waiting(Attachment.objects.all())}
    assert (lines["hoa_toc"].number, lines["hoa_toc"].oldest) == (1, old.received_at)
    assert lines["hoa_toc"].is_late
    assert lines["thuong"].number == 2
    assert not lines["thuong"].is_late
    assert next(iter(lines)) == "hoa_toc"


def test_d12_4_what_is_held_is_counted_once_by_its_last_rule():
    item = QuarantineItemFactory()
    item.attachment.quarantine_items.create(
        rule=QuarantineRule.SECRECY, reason="dấu mật"
    )
    [held] = glance.held(Attachment.objects.all())
    assert (held.rule, held.number) == (QuarantineRule.SECRECY, 1)


def test_percentiles_are_real_times_by_nearest_rank():
    speed = glance.Speed.of([float(each) for each in range(1, 101)])
    assert [(mark.percent, mark.seconds) for mark in speed.marks] == [
        (50, 50.0),
        (95, 95.0),
        (99, 99.0),
    ]
    assert glance.Speed.of([]).marks == ()
    assert {mark.seconds for mark in glance.Speed.of([7.0]).marks} == {7.0}


def test_only_the_first_verdict_counts_and_only_of_the_last_week():
    attachment = judged_after(3)
    attachment.scans.create(verdict="clean", began_at=clock.now(), ended_at=clock.now())
    judged_after(8 * 86400)
    day, week = glance.speeds(Attachment.objects.all())
    assert (day.number, week.number) == (1, 1)
    assert round(day.marks[0].seconds) == 3


def test_d13_5_detections_are_counted_by_agency_and_month():
    item = QuarantineItemFactory()
    [line] = glance.detected(Attachment.objects.all())
    assert line.agency == item.attachment.agency.short_name
    assert line.numbers == (0, 0, 0, 0, 0, 1)
    assert line.cells[-1] == (1, 0, 100)


def test_d12_5_an_officer_counts_his_own_agency_alone(staff_client):
    mine = actor("security_officer")
    QuarantineItemFactory()  # another agency's
    AttachmentFactory()
    page = text_of(staff_client(mine))
    assert "Không có tệp nào bị cách ly" in page
    scope = Attachment.objects.counted_for(mine.person)
    assert not scope.exists()


@pytest.mark.parametrize("role", ["incident_coordinator", "auditor"])
def test_those_who_answer_for_the_province_count_all_and_read_no_name(
    staff_client, role
):
    item = QuarantineItemFactory(attachment__name="bi-mat.docx")
    page = text_of(staff_client(actor(role)))
    assert item.attachment.agency.short_name in page
    assert "bi-mat" not in page


def test_whoever_reads_no_files_has_no_queue(staff_client):
    assert staff_client(actor("province_admin")).get(PATH).status_code == 403


def test_an_alarm_is_shown_while_the_sweep_is_silent(staff_client):
    client = staff_client(actor("security_officer"))
    assert "Việc quét không tự chạy" in text_of(client)
    SweepRun.mark("scan")
    assert "Việc quét không tự chạy" not in text_of(client)


def test_the_page_costs_the_same_for_many_files(staff_client):
    by = actor("security_officer")
    client = staff_client(by)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            text_of(client)
        return len(seen)

    cost()
    before = cost()
    for _ in range(4):
        judged_after(2, agency=by.agency)
        AttachmentFactory(agency=by.agency)
        QuarantineItemFactory(attachment__agency=by.agency)
    assert cost() == before <= 30
