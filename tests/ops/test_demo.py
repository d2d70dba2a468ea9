"""The demo: a province at work, built by the real services and the real scanner."""

import base64
import io
import json
import stat
from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_otp.oath import totp

from access import checking, day
from access.models import (
    AccessRequest,
    Account,
    Agency,
    AgencyEvent,
    Assignment,
    AuditEntry,
    Notice,
    ReviewCampaign,
    ReviewReport,
    TotpDevice,
)
from access.services import idle
from incidents.models import EscalationStep, Incident, IncidentMinutes, Obligation
from incidents.states import State
from policies.models import FormTemplate, FormVersion, RuleAcknowledgement, RuleVersion
from portal.core import clock
from portal.ops import demo, reference
from portal.ops.demo import files, past, people
from scanning.inspection import extension, inspect
from scanning.models import (
    Attachment,
    Disposal,
    FalseAlarm,
    FormatRule,
    Objection,
    RecallNotice,
    ScanDuty,
)

# The contract: these user names, with these roles, for these agencies.
PROMISED = {
    "quantri.tinh": ("province_admin", None),
    "dieuphoi": ("incident_coordinator", "Sở Thông tin và Truyền thông"),
    "quantri.noivu": ("agency_admin", "Sở Nội vụ"),
    "antt.noivu": ("security_officer", "Sở Nội vụ"),
    "vanthu.noivu": ("records_clerk", "Sở Nội vụ"),
    "lanhdao.noivu": ("agency_head", "Sở Nội vụ"),
    "antt.vanphong": ("security_officer", "Văn phòng Ủy ban nhân dân tỉnh"),
    "quantri.donxoai": ("agency_admin", "Ủy ban nhân dân thị xã Đồng Xoài"),
    "antt.donxoai": ("security_officer", "Ủy ban nhân dân thị xã Đồng Xoài"),
    "vanthu.donxoai": ("records_clerk", "Ủy ban nhân dân thị xã Đồng Xoài"),
    "bientap": ("form_editor", "Văn phòng Ủy ban nhân dân tỉnh"),
    "kiemduyet": ("form_approver", "Văn phòng Ủy ban nhân dân tỉnh"),
    "thanhtra": ("auditor", "Thanh tra tỉnh"),
}


@pytest.fixture(autouse=True)
def own_credentials(tmp_path, monkeypatch):
    target = tmp_path / "demo-accounts.json"
    monkeypatch.setattr(people, "credentials_file", lambda: target)
    return target


@pytest.mark.slow
def test_the_demo_is_a_whole_province_at_work(db, clamd, capsys):
    reference.load(for_demo=True)
    built = demo.build()

    _people_can_sign_in(built)
    _incidents_are_in_every_state()
    _files_were_really_scanned()
    _held_files_are_in_the_hands_of_people()
    _forms_and_rules_are_in_force()
    _rights_are_in_motion()
    _nothing_is_left_for_later_and_the_trail_holds()

    before = {
        model: model.objects.count()
        for model in (Account, Incident, Attachment, FormVersion, AuditEntry)
    }
    written = built.credentials.read_bytes()
    call_command("demo")
    assert "there already" in capsys.readouterr().out
    assert before == {model: model.objects.count() for model in before}
    assert built.credentials.read_bytes() == written


def _people_can_sign_in(built: demo.Built) -> None:
    assert built.credentials.name == "demo-accounts.json"
    assert stat.S_IMODE(built.credentials.stat().st_mode) == 0o600
    entries = {e["username"]: e for e in json.loads(built.credentials.read_text())}
    for username, (role, agency) in PROMISED.items():
        entry = entries[username]
        assert entry["role"] == role
        assert agency in {None, entry["agency_name"]}
        account = Account.objects.get(username=username)
        assert account.check_password(entry["password"])
        seed = base64.b32decode(entry["totp_secret"])
        code = f"{totp(seed):06d}"
        assert TotpDevice.objects.get(user=account).verify_token(code), username
        post = Agency.objects.get(code=entry["agency"])
        held = Assignment.objects.in_force().filter(account=account, agency=post)
        assert held.get().role.code == role
    assert 110 <= Account.objects.count() <= 130
    assert not Account.objects.filter(is_demo=False).exists()
    assert not Account.objects.exclude(full_name__endswith="(mẫu)").exists()
    assert not Account.objects.exclude(email__endswith=".example").exclude(email="")
    assert len(set(Account.objects.values_list("full_name", flat=True))) > 110
    assert not Account.objects.filter(is_superuser=True).exists()


def _incidents_are_in_every_state() -> None:
    states = Counter(Incident.objects.values_list("state", flat=True))
    assert set(states) == set(State)
    assert 38 <= sum(states.values()) <= 50
    assert Incident.objects.values("agency").distinct().count() >= 20
    numbers = list(
        Incident.objects.exclude(state=State.DRAFT)
        .order_by("detected_at")
        .values_list("number", flat=True)
    )
    assert numbers == sorted(numbers), "numbers follow the days"
    oldest = Incident.objects.earliest("detected_at")
    assert oldest.recorded_at - oldest.detected_at < timedelta(hours=1)
    assert clock.now() - oldest.detected_at > timedelta(days=60)
    assert Incident.objects.filter(is_drill=True).exists()
    # The authority has nobody in the portal, and nothing claims that it has.
    to_authority = EscalationStep.objects.filter(recipient__agency_type="central")
    assert to_authority.exists()
    assert not to_authority.filter(readers__gt=0).exists()
    for minutes in IncidentMinutes.objects.select_related("file"):
        assert minutes.file.sha256 == minutes.sha256
    assert Obligation.objects.owed().exists()


def _files_were_really_scanned() -> None:
    found = Counter(Attachment.objects.values_list("state", flat=True))
    assert found["released"] + found["held"] >= 300
    assert found["held"] >= 10
    assert not ScanDuty.objects.filter(done_at=None).exists()
    assert not Attachment.objects.filter(engine="", state="released").exists()
    sample = Attachment.objects.filter(name__startswith="mau-SC-").earliest("pk")
    assert sample.is_held
    assert sample.verdict == "infected"


def _held_files_are_in_the_hands_of_people() -> None:
    outcomes = set(Objection.objects.values_list("outcome", flat=True))
    assert outcomes == {"", "rejected"}
    doubted = set(FalseAlarm.objects.values_list("state", flat=True))
    assert doubted == {"proposed", "refused"}, "nothing harmful is let out"
    destroyed = set(Disposal.objects.values_list("state", flat=True))
    assert destroyed == {"proposed", "confirmed"}
    cleaned = RecallNotice.objects.filter(cleaned_at=None)
    assert 0 < cleaned.count() < RecallNotice.objects.count()


def _forms_and_rules_are_in_force() -> None:
    assert FormTemplate.objects.count() >= 30
    states = Counter(FormVersion.objects.values_list("state", flat=True))
    assert set(states) == {"approved", "submitted", "returned", "draft"}
    for template in FormTemplate.objects.all():
        present = [v for v in template.versions.all() if v.is_in_force()]
        assert len(present) == 1, template
        kinds = {file.kind for file in present[0].files.all()}
        assert kinds == {"pdf", "docx"}
        assert present[0].decided_by != present[0].drafted_by
    assert RuleVersion.objects.filter(is_reference=False).count() >= 6
    assert RuleAcknowledgement.objects.count() >= 50


def _rights_are_in_motion() -> None:
    states = Counter(AccessRequest.objects.values_list("state", flat=True))
    assert states == {"pending": 4, "applied": 1, "refused": 1}
    pending = AccessRequest.objects.pending()
    for username in ("quantri.noivu", "lanhdao.noivu", "quantri.tinh2"):
        decider = Account.objects.get(username=username)
        assert pending.decidable_by(decider).exists(), username
    delegated = Assignment.objects.effective().exclude(delegated_from=None)
    assert delegated.get().delegated_permissions.exists()
    appointers = Account.objects.holding("accounts.appoint")
    assert {a.username for a in appointers} == {"quantri.tinh", "quantri.tinh2"}
    assert ReviewReport.objects.exists()
    half = ReviewCampaign.objects.open().get().items
    assert half.undecided().exists()
    assert half.exclude(decision="").exists()
    assert AgencyEvent.objects.get().state == "planned"
    # The administrator's page is not empty, and not full of everybody.
    administrator = Account.objects.get(username="quantri.noivu")
    keys = {section.kind.key for section in day.sections(administrator)}
    assert "sap-het" in keys
    assert 1 <= idle.idle(clock.now()).count() <= 10
    assert idle.sweep() == 0, "nobody of the demo is suspended"


def _nothing_is_left_for_later_and_the_trail_holds() -> None:
    assert not Notice.objects.filter(done_at=None).exists()
    assert Notice.objects.filter(read_at=None).exists()
    assert checking.verify() is None
    assert AuditEntry.objects.filter(event="incidents.escalated").exists()
    assert not AuditEntry.objects.filter(timestamp__gt=clock.now()).exists()


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
    allowed = FormatRule.objects.for_agency(Agency.objects.first()).allowed()
    for name, make in MADE.items():
        assert not inspect(
            io.BytesIO(make()), extension(name), allowed=allowed
        ).found, name


def test_names_are_marked_and_never_repeated():
    names = people.Names(["Nguyễn", "Trần"], ["Văn", "Thị"], ["An", "Bình"])
    made = [next(names) for _number in range(8)]
    assert len(set(made)) == 8
    assert all(name.endswith(" (mẫu)") for name in made)
