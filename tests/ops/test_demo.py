"""The demo: a province at work, built by the real services and the real scanner."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from access.models import (
    Account,
    Agency,
)
from portal.core import clock
from portal.ops import demo, reference
from portal.ops.demo import files, past, people
from scanning.formats import table_for
from scanning.inspection import extension, inspect


@pytest.fixture(autouse=True)
def own_credentials(tmp_path, monkeypatch):
    target = tmp_path / "demo-accounts.json"
    monkeypatch.setattr(people, "credentials_file", lambda: target)
    return target


def test_without_the_demo_setting_nothing_is_written(db, settings, own_credentials):
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=yes"):
        call_command("demo")
    with pytest.raises(ImproperlyConfigured):
        demo.build()
    assert not Account.objects.exists()
    assert not own_credentials.exists()


def test_real_people_are_never_joined_by_demo_people(db):
    Account.objects.create_user("that", "Người Thật")
    with pytest.raises(demo.AlreadyThereError):
        demo.build()
    assert Account.objects.count() == 1


def test_without_reference_data_the_command_says_what_to_run(db):
    with pytest.raises(CommandError, match=r"manage\.py reference"):
        call_command("demo")


def test_if_the_building_fails_no_credentials_stay(
    db, clamd, own_credentials, monkeypatch
):
    reference.load(for_demo=True)

    def break_down(cast: people.Cast) -> None:
        people.write_credentials(cast)
        raise OSError("disk full")

    monkeypatch.setattr("portal.ops.demo.rules.publish", break_down)
    with pytest.raises(OSError, match="disk full"):
        demo.build()
    assert not own_credentials.exists()
    assert not Account.objects.exists()


def test_a_story_happens_at_its_own_hour_and_the_clock_comes_back():
    before = timezone.now
    moment = past.days_ago(30, hour=2, minute=10)
    with past.at(moment):
        assert timedelta() <= clock.now() - moment < timedelta(seconds=5)
        assert clock.today() == clock.vietnamese_day(moment)
    assert timezone.now is before
    with past.at(clock.now() + timedelta(days=3)):
        assert clock.now() - timezone.now() < timedelta(seconds=1)
    ahead = clock.now() + timedelta(days=3)
    with past.at(ahead):
        assert clock.now() < ahead, "no story lies in the future"


MADE = {
    "form.pdf": lambda: files.form_pdf("BM-01", "Phiếu thử", "Phiên bản 1", ["Họ tên"]),
    "document.pdf": lambda: files.document_pdf("Báo cáo", ["Nội dung"]),
    "form.docx": lambda: files.docx("Phiếu thử", ["1. Họ và tên: ……"]),
    "form.odt": lambda: files.odt("Phiếu thử", ["1. Họ và tên: ……"]),
    "sheet.xlsx": lambda: files.sheet("Tổng hợp", [["TT", "Số"], [1, 2]]),
    "table.csv": lambda: files.csv([["TT", "Nội dung"], [1, "Đường"]]),
    "server.log": lambda: files.log(["2026-11-20 02:10 DENY 203.0.113.7"]),
    "screen.png": lambda: files.screenshot("Cảnh báo", ["Đã chặn"], hue=120),
}


def test_the_files_of_the_demo_are_what_their_names_say(db):
    reference.load(for_demo=True)
    allowed = table_for(Agency.objects.earliest("pk"), clock.today()).allowed()
    for name, make in MADE.items():
        assert not inspect(
            io.BytesIO(make()), extension(name), allowed=allowed
        ).found, name


def test_names_are_marked_and_never_repeated():
    names = people.Names(["Nguyễn", "Trần"], ["Văn", "Thị"], ["An", "Bình"])
    made = [next(names) for _number in range(8)]
    assert len(set(made)) == 8
    assert all(name.endswith(" (mẫu)") for name in made)
