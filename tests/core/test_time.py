"""The Vietnamese day decides; duties are claimed by one and never lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from access.models import AgencyName, Notice
from portal.core import clock
from portal.core.duties import CLAIM_LASTS, LONGEST_WAIT
from portal.core.models import SweepRun
from tests.factories.access import AccountFactory, AgencyFactory


def test_the_day_is_the_one_in_vietnam():
    half_past_one_in_hanoi = datetime(2026, 6, 30, 18, 30, tzinfo=UTC)
    assert clock.vietnamese_day(half_past_one_in_hanoi) == date(2026, 7, 1)


def test_a_moment_without_a_timezone_has_no_day():
    with pytest.raises(ValueError, match="timezone"):
        clock.vietnamese_day(datetime(2026, 7, 1))  # noqa: DTZ001 (what is refused)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2020, 1, 31), False),
        (date(2020, 2, 1), True),
        (date(2020, 2, 29), True),
        (date(2020, 3, 1), False),
    ],
)
def test_the_first_and_the_last_day_count(on, holds):
    dated = AgencyName.objects.create(
        agency=AgencyFactory(),
        name="Sở",
        short_name="S",
        starts_on=date(2020, 2, 1),
        ends_on=date(2020, 2, 29),
    )
    assert dated.is_in_force(on) == holds
    assert AgencyName.objects.in_force(on).exists() == holds
    assert dated.has_ended
    assert not AgencyName.objects.unended().exists()


@pytest.fixture
def duty(db) -> Notice:
    return Notice.objects.create(recipient=AccountFactory(), subject="Việc phải làm")


def test_of_two_who_claim_one_hears_yes(duty):
    assert Notice.objects.claim(duty.pk)
    assert not Notice.objects.claim(duty.pk)


def test_a_claim_of_a_worker_that_died_may_be_taken_again(duty, monkeypatch):
    Notice.objects.claim(duty.pk)
    later = clock.now() + CLAIM_LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Notice.objects.claim(duty.pk)
    duty.refresh_from_db()
    assert duty.attempts == 2


def test_a_clock_that_was_set_back_does_not_lose_a_duty(duty):
    Notice.objects.filter(pk=duty.pk).update(
        claimed_at=clock.now() + timedelta(hours=1)
    )
    assert Notice.objects.claim(duty.pk)


def test_what_failed_is_tried_again_later_and_says_why(duty):
    for attempt in range(1, 14):
        duty.attempts = attempt
        duty.postpone("Máy chủ thư không trả lời")
        wait = duty.due_at - clock.now()
        assert timedelta(seconds=5) < wait <= LONGEST_WAIT
    assert not Notice.objects.claimable().exists()
    assert Notice.objects.undone().get().last_error == "Máy chủ thư không trả lời"


def test_what_is_done_is_not_done_again(duty):
    Notice.objects.claim(duty.pk)
    duty.finish()
    assert not Notice.objects.claim(duty.pk)


def test_the_silence_of_a_sweep_is_noticed(db, monkeypatch):
    assert SweepRun.silent(["seals"]) == ["seals"]
    SweepRun.mark("seals", 3)
    assert SweepRun.silent(["seals"]) == []
    later = clock.now() + SweepRun.ALARM_AFTER + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert SweepRun.silent(["seals"]) == ["seals"]
