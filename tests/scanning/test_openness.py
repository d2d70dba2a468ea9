"""Điều 9.2 and 12.5: each reader is told the state that is true for his own agency."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from access.services import reorganisation
from portal.core import clock
from scanning import openness, services
from scanning.api.fates import fates_of, shown
from scanning.models import (
    Attachment,
    QuarantineItem,
    QuarantineRule,
    Receipt,
    Recipient,
    ReleaseDecision,
    WebhookDelivery,
)
from scanning.receipts.statement import opened as states
from scanning.refusals import NotReleasedError
from scanning.services import releasing, rescans
from scanning.verdicts import Verdict
from tests.access.test_pages import queries_for
from tests.factories.access import AgencyFactory, actor
from tests.factories.connectors import connected
from tests.factories.held_files import aes_zip, sent
from tests.factories.reorganisation import Case, approved, merge
from tests.factories.scanning import AttachmentFactory
from tests.plans import plan_of
from tests.reading import read
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

LIST, HELD, QUEUE = "/tep/", "/tep/cach-ly/", "/tep/hang-doi/"
REASON = "Đã nhận mật khẩu và kiểm tra trên máy cách ly."
OURS = "Được phép mở tại cơ quan mình"
WAITS = "Bị cách ly, chờ cán bộ của cơ quan mình quyết định"
COUNT = "Đã mở cho 1 trong 2 nơi nhận"


@pytest.fixture
def parties(clamd, formats, roles):
    """An officer of the sender, one of each of two recipients, and the locked file."""
    sender, one, two = actor(), actor(), actor()
    file = sent(
        aes_zip(a__txt=b"hello"), "khoa.zip", sender.agency, one.agency, two.agency
    )
    return sender, one, two, file


@pytest.fixture
def partly(parties):
    """As before, let in by the first recipient alone."""
    releasing.release_protected(parties[3], by=parties[1], reason=REASON)
    return parties


def client_of(by) -> Client:
    client = Client()
    sign_in(client, by)
    return client


def told(file, by):
    file = Attachment.objects.get(pk=file.pk)
    [(_same, found)] = openness.told_of([file], openness.read_for(by.person))
    return found


def opened(file, by):
    file = Attachment.objects.get(pk=file.pk)
    return services.open_released(file, by=by, agencies=openness.read_for(by.person))


def copies(file, number, *agencies, open_to=()):
    """Make more locked files of the same kind without scanning each; some are open."""
    for place in range(number):
        copy = sent(aes_zip(a__txt=b"%d" % place), f"{place}.zip", *agencies)
        for by in open_to:
            releasing.release_protected(copy, by=by, reason=REASON)


# ── What pages say ────────────────────────────────────────────────────────────────
def test_d12_5_list_page_and_dashboard_say_what_is_true_for_the_reader(partly):
    sender, one, two, file = partly
    expected = {sender: (COUNT, "held"), one: (OURS, "released"), two: (WAITS, "held")}
    for reader, (words, state) in expected.items():
        client = client_of(reader)
        for path in (LIST, f"{LIST}?state={state}", file.get_absolute_url()):
            assert words in read(client.get(path)), path
        other = {"held": "released", "released": "held"}[state]
        assert file.name not in read(client.get(f"{LIST}?state={other}"))
        is_held = state == "held"
        assert (file.name in read(client.get(HELD))) == is_held
        counts = Attachment.objects.visible_to(reader.person).counted_by_state(
            openness.read_for(reader.person)
        )
        assert (counts.get("held", 0), counts.get("released", 0)) == (
            (1, 0) if is_held else (0, 1)
        )


def test_each_language_says_it_in_its_own_words(partly):
    sender, one, two, file = partly
    for reader, words in (
        (sender, "Open to 1 of 2 recipients"),
        (one, "Released to your agency"),
        (two, "Held, waits for your officer"),
    ):
        client = client_of(reader)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = read(client.get(file.get_absolute_url()))
        assert words in page, words


def test_the_time_of_release_is_that_of_ones_own_agency(partly):
    sender, one, two, file = partly
    decided = ReleaseDecision.objects.get().decided_at
    assert told(file, one).since == decided
    assert [told(file, each).since for each in (sender, two)] == [None, None]


def test_before_anybody_decided_a_recipient_hears_that_his_officer_is_asked(parties):
    sender, one, _two, file = parties
    assert WAITS in read(client_of(one).get(file.get_absolute_url()))
    assert (told(file, sender).state, told(file, sender).is_partly) == ("held", False)
    assert not told(file, sender).is_ours
    stranger = actor()
    assert not Attachment.objects.visible_to(stranger.person).exists()
    assert client_of(stranger).get(file.get_absolute_url()).status_code == 404


def test_who_reads_for_several_agencies_hears_the_best_and_the_count(partly):
    _sender, one, two, file = partly
    both = actor(agency=two.agency)
    both.person.assignments.create(
        role=one.person.assignments.get().role,
        agency=one.agency,
        starts_on=clock.today(),
        granted_by=one.person,
    )
    found = told(file, both)
    assert (found.state, found.opened, found.receive) == ("released", 1, 2)


def test_d12_4_the_queue_marks_what_is_open_to_some(partly):
    sender, one, _two, _file = partly
    words = "mở cho một số nơi nhận"
    assert words in read(client_of(sender).get(QUEUE))
    assert words not in read(client_of(one).get(QUEUE))


def test_the_question_whether_a_file_is_known_is_answered_for_the_reader(partly):
    sender, one, two, file = partly
    for reader, words in ((sender, COUNT), (one, OURS), (two, WAITS)):
        answer = client_of(reader).post("/kiem-tra/", {"q": file.sha256})
        assert words in read(answer), words
    anybody = read(Client().post("/kiem-tra/", {"q": file.sha256}))
    assert not any(words in anybody for words in (COUNT, OURS, WAITS))


@pytest.mark.parametrize(
    "path", [LIST, HELD, "/bang-dieu-khien/", f"{LIST}?state=unseen"]
)
def test_more_files_cost_no_more_queries(partly, path):
    sender, one, two, file = partly
    third = actor()
    copies(file, 1, sender.agency, one.agency, two.agency, third.agency, open_to=[one])
    for reader in (sender, one, two):
        client = client_of(reader)
        client.get(path)
        before = queries_for(client, path)
        copies(
            file, 2, sender.agency, one.agency, two.agency, third.agency, open_to=[one]
        )
        assert queries_for(client, path) <= before
    if path != "/bang-dieu-khien/":  # which shows the last few alone
        shown = read(client_of(one if path != HELD else two).get(path))
        assert shown.count(".zip") >= 4, "so many rows were paid for"


# ── What systems hear ─────────────────────────────────────────────────────────────
def test_d9_2_a_system_for_several_agencies_hears_the_state_of_any_of_them(partly):
    sender, one, two, file = partly
    both = connected(two.agency, acts_for=[one.agency])
    path = f"/attachments/{file.public_id}"
    found = both.get(path).json()
    assert (found["state"], found["open_to"], found["recipients"]) == ("released", 1, 2)
    content = both.get(f"{path}/content")
    assert content.status_code == 200
    assert b"".join(content.streaming_content).startswith(b"PK")
    systems = {sender: "held", one: "released", two: "held"}
    for by, state in systems.items():
        system = connected(by.agency)
        if by is sender:
            continue  # the system that handed it in is another one
        found = system.get(path).json()
        assert (found["state"], found["open_to"]) == (state, 1)
    known = both.client.post(
        "/api/v1/verify", {"sha256": file.sha256}, headers=both.headers
    ).json()
    [copy] = known["files"]
    assert (copy["state"], bool(copy["released_at"])) == ("released", True)
    assert connected().get(path).status_code == 404


def test_many_files_cost_a_system_no_more_queries(partly):
    sender, one, two, file = partly
    system = connected(one.agency).connector

    def cost() -> int:
        rows = shown(Attachment.objects.readable_by(system))
        with CaptureQueriesContext(connection) as seen:
            fates_of(rows, system)
        return len(seen)

    before = cost()
    copies(file, 3, sender.agency, one.agency, two.agency, open_to=[one])
    assert len(shown(Attachment.objects.readable_by(system))) == 4
    assert cost() == before


def test_d9_1_a_receipt_says_held_until_it_is_released_to_all(partly):
    _sender, one, two, file = partly
    system = connected(one.agency)
    token = system.get(f"/attachments/{file.public_id}/receipt").content.decode()
    issued = Receipt.objects.get()
    assert issued.token == token

    def state() -> dict:
        return system.client.post(
            "/api/v1/verify", {"receipt": token}, headers=system.headers
        ).json()["receipt"]

    assert (states(token)["state"], states(token)["release"]) == ("held", "")
    assert state()["state"] == "valid"
    releasing.release_protected(file, by=two, reason=REASON)
    assert (state()["state"], state()["why"]) == ("revoked", "released")
    token = system.get(f"/attachments/{file.public_id}/receipt").content.decode()
    said = states(token)
    assert (said["state"], said["verdict"]) == ("released", "unscannable")
    assert said["release"] == "officer"


# ── What is locked, and what was only too much ────────────────────────────────────
LOCKED = "Nội dung tệp bị khóa"


def test_that_the_content_is_locked_is_said_to_those_who_may_open_it(partly):
    sender, one, two, file = partly
    assert LOCKED in read(client_of(one).get(file.get_absolute_url()))
    for reader in (sender, two):
        page = read(client_of(reader).get(file.get_absolute_url()))
        assert LOCKED not in page


def test_what_was_too_much_for_the_scanner_is_not_called_locked(roles):
    sender = actor()
    file = AttachmentFactory(agency=sender.agency, verdict="unscannable")
    scan = file.scans.create(verdict="unscannable", began_at=clock.now())
    file.findings.create(scan=scan, code="limits_reached")
    Attachment.objects.filter(pk=file.pk).update(scanned_at=scan.ended_at)
    file.refresh_from_db()
    assert rescans.blindness(file) == "unseen"
    file.findings.create(scan=scan, code="encrypted")
    del file.last_scan_findings
    assert rescans.blindness(file) == "locked"
    file.verdict = Verdict.CLEAN
    assert rescans.blindness(file) == ""


# ── What was let through unscanned ────────────────────────────────────────────────
UNSEEN = f"{LIST}?state=unseen"


def test_d12_3_officers_and_administrators_find_what_was_let_through(partly):
    sender, one, two, file = partly
    readers = {
        "officer of the sender": sender,
        "officer who decided": one,
        "officer of the other": two,
        "administrator": actor("agency_admin", one.agency),
        "auditor": actor("auditor"),
    }
    for name, reader in readers.items():
        page = read(client_of(reader).get(UNSEEN))
        for words in (file.name, REASON, one.person.full_name, one.agency.short_name):
            assert words in page, (name, words)
        opens = name.startswith("officer")
        assert (file.get_absolute_url() in page) == opens, name
    for name in ("agency_admin", "security_officer", "incident_coordinator"):
        page = read(client_of(actor(name)).get(UNSEEN))
        assert file.name not in page, name
        assert REASON not in page, name


def test_d12_3_only_what_was_let_through_unseen_is_found(parties):
    _sender, one, two, file = parties
    AttachmentFactory(agency=one.agency, released=True)
    found = Attachment.objects.let_through_for(one.person)
    assert not found.exists(), "nobody has decided yet"
    for by in (one, two):
        releasing.release_protected(file, by=by, reason=f"{REASON} {by.agency.name}")
        assert found.get() == file
    page = read(client_of(two).get(UNSEEN))
    assert all(f"{REASON} {by.agency.name}" in page for by in (one, two))
    QuarantineItem.objects.create(
        attachment=file, rule=QuarantineRule.VIRUS, reason="mã độc"
    )
    Attachment.objects.filter(pk=file.pk).update(
        state="held", verdict="infected", release=None
    )
    assert not found.exists(), "it was called back"


# ── Whoever sent it ───────────────────────────────────────────────────────────────
def test_d9_2_the_sender_opens_it_last_and_is_told_why(partly):
    sender, _one, two, file = partly
    clerk = actor("records_clerk", sender.agency)
    for by in (sender, clerk):
        with pytest.raises(NotReleasedError):
            opened(file, by)
        client = client_of(by)
        page = read(client.get(file.get_absolute_url()))
        address = reverse("scanning:download", args=[file.public_id])
        assert address not in page
        assert "có bản gốc" in page
        assert client.get(address).status_code == 409
    releasing.release_protected(file, by=two, reason=REASON)
    for by in (sender, clerk):
        opened(file, by).close()


def test_d9_2_who_only_gave_his_password_decides_nothing(partly):
    """Without the second factor nobody lets a file in, or reads it."""
    _sender, _one, two, file = partly
    client = Client()
    client.force_login(two.person)
    for name in ("detail", "download", "release"):
        answer = client.get(reverse(f"scanning:{name}", args=[file.public_id]))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/dang-nhap/"), name
    release = reverse("scanning:release", args=[file.public_id])
    # Where nobody can follow to the sign-in page, there is nothing for a stranger.
    assert client.post(release, {"reason": REASON}).status_code == 404
    assert file.release_decisions.count() == 1


def test_who_read_the_row_before_its_release_opens_it_after(parties):
    _sender, one, two, file = parties
    before = Attachment.objects.get(pk=file.pk)
    for by in (one, two):
        releasing.release_protected(file, by=by, reason=REASON)
    assert (before.state, before.released_at) == ("held", None)
    services.open_released(before, by=one, agencies=None).close()


# ── Heirs ─────────────────────────────────────────────────────────────────────────
@pytest.fixture
def case(parties):
    """The first recipient is a town that is about to end; its heir is another."""
    return Case()


def merged(case, town, heir):
    approved(
        reorganisation.propose(merge(town, heir, case.basis), by=case.planner),
        case.second,
    )


def test_d9_2_an_heir_decides_in_the_place_of_a_recipient_that_ended(case, parties):
    sender, _one, two, _file = parties
    file = sent(aes_zip(b__txt=b"x"), "b.zip", sender.agency, case.town, two.agency)
    heir = actor(agency=case.heir)
    merged(case, case.town, case.heir)
    assert Recipient.objects.get(agency=case.town).keeper == case.heir
    system = connected(case.heir, webhook_url="https://heir.example/")
    releasing.release_protected(file, by=heir, reason=REASON)
    opened(file, heir).close()
    assert WebhookDelivery.objects.get().connector == system.connector
    assert system.get(f"/attachments/{file.public_id}").json()["state"] == "released"
    releasing.release_protected(file, by=two, reason=REASON)
    file.refresh_from_db()
    assert file.is_released


def test_d9_2_what_was_let_in_stays_open_to_the_heir(case, parties):
    sender, _one, two, _file = parties
    file = sent(aes_zip(b__txt=b"x"), "b.zip", sender.agency, case.town, two.agency)
    officer = actor(agency=case.town)
    heir = actor(agency=case.heir)
    releasing.release_protected(file, by=officer, reason=REASON)
    merged(case, case.town, case.heir)
    opened(file, heir).close()
    assert told(file, heir).state == "released"
    agencies = openness.read_for(heir.person)
    assert Attachment.objects.opened_to(agencies).get() == file
    assert releasing.undecided(file) == [two.agency]
    client = client_of(heir)
    assert OURS in read(client.get(LIST))
    page = read(client.get(file.get_absolute_url()))
    assert reverse("scanning:release", args=[file.public_id]) not in page


def test_d9_2_an_heir_that_received_it_too_decides_for_itself(case, parties):
    """Another's officer never decided for the heir's own machines."""
    sender, _one, two, _file = parties
    file = sent(
        aes_zip(b__txt=b"x"),
        "b.zip",
        sender.agency,
        case.town,
        case.heir,
        two.agency,
    )
    heir = actor(agency=case.heir)
    releasing.release_protected(file, by=actor(agency=case.town), reason=REASON)
    merged(case, case.town, case.heir)
    assert told(file, heir).state == "held"
    agencies = openness.read_for(heir.person)
    assert not Attachment.objects.opened_to(agencies).exists()
    with pytest.raises(NotReleasedError):
        opened(file, heir)
    assert releasing.undecided(file) == [case.heir, two.agency]
    releasing.release_protected(file, by=heir, reason=REASON)
    assert Attachment.objects.opened_to(agencies).get() == file
    releasing.release_protected(file, by=two, reason=REASON)
    file.refresh_from_db()
    assert file.is_released


def test_d9_2_a_sender_that_takes_a_recipients_place_decides_as_one(case, parties):
    _sender, _one, two, _file = parties
    file = sent(aes_zip(b__txt=b"x"), "b.zip", case.heir, case.town, two.agency)
    heir = actor(agency=case.heir)
    merged(case, case.town, case.heir)
    assert releasing.undecided(file) == [case.heir, two.agency]
    releasing.release_protected(file, by=two, reason=REASON)
    with pytest.raises(NotReleasedError):
        opened(file, heir)
    releasing.release_protected(file, by=heir, reason=REASON)
    opened(file, heir).close()


# ── The order of records ──────────────────────────────────────────────────────────
@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_set_wrong_neither_opens_nor_closes_a_file(parties, monkeypatch, hours):
    _sender, one, two, file = parties
    right = clock.now
    wrong = timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: right() + wrong)
    releasing.release_protected(file, by=one, reason=REASON)
    # Fields ask the clock by the name they knew at first, so the time is written here.
    assert told(file, one).state == "released"
    QuarantineItem.objects.create(
        attachment=file,
        rule=QuarantineRule.UNSCANNABLE,
        reason="mới",
        held_at=right() - 2 * wrong,
    )
    assert told(file, one).state == "held"
    assert not Attachment.objects.opened_to(openness.read_for(one.person)).exists()
    assert releasing.undecided(file) == [one.agency, two.agency]


def test_a_decision_dated_before_the_record_on_which_it_was_made_holds(parties):
    _sender, one, _two, file = parties
    ReleaseDecision.objects.create(
        attachment=file,
        ground=ReleaseDecision.Ground.OFFICER,
        reason=REASON,
        decided_by=one.person,
        agency=one.agency,
        decided_at=clock.now() - timedelta(days=3),
    )
    assert told(file, one).state == "released"
    opened(file, one).close()


def test_what_is_partly_open_is_found_by_an_index():
    AttachmentFactory.create_batch(100, released=True, agency=AgencyFactory())
    plan = plan_of(openness.partly())
    assert "scanning_held_unseen" in plan, plan
    assert "SCAN scanning_attachment" not in plan


def test_lists_and_single_files_agree_on_what_is_open(partly):
    sender, one, two, file = partly
    for reader in (sender, one, two):
        agencies = openness.read_for(reader.person)
        listed = Attachment.objects.opened_to(agencies).filter(pk=file.pk).exists()
        assert listed == (openness.opened_at(file, agencies) is not None)
    with override("en"):
        assert told(file, sender).count == "open to 1 of 2 recipients"


def test_d9_2_after_two_ends_in_a_row_the_last_heir_decides_anew(case, parties):
    """Nobody asks through two agencies for whose machines the first decided."""
    sender, _one, two, _file = parties
    file = sent(aes_zip(b__txt=b"x"), "b.zip", sender.agency, case.town, two.agency)
    last = AgencyFactory(name="Phường Đồng Xoài")
    merged(case, case.town, case.heir)
    releasing.release_protected(file, by=actor(agency=case.heir), reason=REASON)
    officer = actor(agency=last)
    merged(case, case.heir, last)
    assert told(file, officer).state == "held"
    assert last in releasing.undecided(file)
    releasing.release_protected(file, by=officer, reason=REASON)
    opened(file, officer).close()
    assert told(file, officer).state == "released"
