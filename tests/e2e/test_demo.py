"""The demo as `make run` builds it: a province at work, by the real services."""

import base64
import json
import stat
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.db.models import Model
from django_otp.oath import totp

from access import checking, day
from access.models import (
    AccessRequest,
    Account,
    Agency,
    AgencyEvent,
    Assignment,
    AuditEntry,
    Connector,
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
from scanning.models import (
    Attachment,
    Disposal,
    FalseAlarm,
    Objection,
    RecallNotice,
    ScanDuty,
    WebhookDelivery,
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


def test_the_demo_is_a_whole_province_at_work(as_built):
    _people_can_sign_in(as_built.credentials)
    _incidents_are_in_every_state()
    _clocks_rang_at_their_hours()
    _files_were_really_scanned()
    _held_files_are_in_the_hands_of_people()
    _systems_were_told_of_their_files()
    _forms_and_rules_are_in_force()
    _rights_are_in_motion()
    _nothing_is_left_for_later_and_the_trail_holds()

    before = _how_many()
    written = as_built.credentials.read_bytes()
    assert "there already" in as_built.manage("demo").stdout
    assert before == _how_many()
    assert as_built.credentials.read_bytes() == written


def _how_many() -> dict[type[Model], int]:
    counted = (Account, Incident, Attachment, FormVersion, AuditEntry)
    return {model: model.objects.count() for model in counted}


def _people_can_sign_in(credentials: Path) -> None:
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    entries = {e["username"]: e for e in json.loads(credentials.read_text())}
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
    # Who cannot is said, and stands behind all who can: nobody tries him first.
    told = [entry["can_sign_in"] for entry in entries.values()]
    assert told == sorted(told, reverse=True)
    assert {name for name, e in entries.items() if not e["can_sign_in"]} == set(
        Account.objects.filter(is_active=False, username__in=entries).values_list(
            "username", flat=True
        )
    )
    assert not all(told)
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


def _clocks_rang_at_their_hours() -> None:
    rung = Obligation.objects.exclude(alarmed_at=None)
    assert 0 < rung.count() < 40, "some are late, not the whole province"
    behind = {duty: duty.alarmed_at - duty.alarm_at for duty in rung}
    assert not [duty for duty, by in behind.items() if by > timedelta(minutes=5)]


def _systems_were_told_of_their_files() -> None:
    notices = WebhookDelivery.objects.all()
    assert notices.filter(last_status=204).exclude(done_at=None).exists()
    assert notices.filter(last_status=410).exclude(given_up_at=None).exists()
    assert notices.undone().filter(given_up_at=None, attempts__gt=1).exists()
    for address in Connector.objects.values_list("webhook_url", flat=True):
        assert address.startswith("http://127.0.0.1:"), "no other machine hears of it"


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
