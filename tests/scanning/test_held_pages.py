"""The pages on held files: who may open which, what they do, and what they cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from access.models import LoginSession
from portal.core import clock
from scanning.models import Disposal, FalseAlarm, Objection, Recall, RecallNotice, Scan
from scanning.services import disposal, false_alarms, objections
from tests.access.test_pages import queries_for
from tests.factories.access import AuthorityFactory, actor
from tests.factories.held_files import PASSWORD, aes_zip, scanned, sent
from tests.factories.scanning import eicar
from tests.reading import read
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

REASON = "Đã kiểm tra và thấy an toàn."


@pytest.fixture
def world(clamd, formats, roles):
    """A sender, a recipient, a coordinator, a stranger, and what waits for them."""
    sender, recipient = actor(), actor()
    coordinator = actor("incident_coordinator")
    AuthorityFactory(agency=coordinator.agency, function="incident_coordinator")
    people = {
        "sender": sender,
        "clerk": actor("records_clerk", sender.agency),
        "head": actor("agency_head", sender.agency),
        "recipient": recipient,
        "coordinator": coordinator,
        "stranger": actor(),
        "auditor": actor("auditor"),
    }
    locked = sent(aes_zip(a__txt=b"x"), "khoa.zip", sender.agency, recipient.agency)
    dirty = scanned(eicar(), "ban.txt", agency=sender.agency)
    objection = objections.make(locked, by=people["clerk"], reason=REASON)
    alarm = false_alarms.propose(dirty, by=sender, reason=REASON)
    proposed = disposal.propose(dirty, by=sender, reason=REASON)
    recall = Recall.objects.create(
        sha256=dirty.sha256,
        verdict="infected",
        signature="Test",
        scan=Scan.objects.latest("pk"),
    )
    notice = RecallNotice.objects.create(
        recall=recall, attachment=dirty, agency=sender.agency
    )
    addresses = {
        "held": "/tep/cach-ly/",
        "objections": "/tep/khieu-nai/",
        "alarms": "/tep/bao-nham/",
        "disposals": "/tep/tieu-huy/",
        "recalls": "/tep/thu-hoi/",
        "file": locked.get_absolute_url(),
        "release": reverse("scanning:release", args=[locked.public_id]),
        "password": reverse("scanning:give-password", args=[locked.public_id]),
        "object": reverse("scanning:object", args=[dirty.public_id]),
        "propose": reverse("scanning:propose-false-alarm", args=[dirty.public_id]),
        "dispose": reverse("scanning:propose-disposal", args=[dirty.public_id]),
        "objection": reverse("scanning:objection", args=[objection.pk]),
        "alarm": reverse("scanning:false-alarm", args=[alarm.pk]),
        "disposal": reverse("scanning:disposal", args=[proposed.pk]),
        "recall": reverse("scanning:clean-up", args=[notice.pk]),
    }
    return people, addresses, locked, dirty


# Who gets a page (✓) and who hears that there is none (·), Điều 12.5.
TABLE = """
             held objections alarms disposals recalls file release password object propose dispose objection alarm disposal recall
sender       ✓    ✓          ✓      ✓         ✓       ✓    ·       ✓        ✓      ✓       ✓       ✓         ✓     ✓        ✓
clerk        ✓    ✓          ✓      ✓         ✓       ✓    ·       ✓        ✓      ·       ·       ✓         ✓     ✓        ·
head         ✓    ✓          ✓      ✓         ✓       ✓    ·       ·        ✓      ·       ·       ✓         ✓     ✓        ·
recipient    ✓    ✓          ✓      ✓         ✓       ✓    ✓       ✓        ·      ·       ·       ✓         ·     ·        ·
coordinator  ✓    ✓          ✓      ✓         ✓       ·    ·       ·        ·      ·       ·       ·         ✓     ·        ·
stranger     ✓    ✓          ✓      ✓         ✓       ·    ·       ·        ·      ·       ·       ·         ·     ·        ·
auditor      ✓    ✓          ✓      ✓         ✓       ·    ·       ·        ·      ·       ·       ·         ·     ·        ·
"""  # noqa: E501 (a table)


def test_d12_5_who_gets_which_page(world):
    people, addresses, locked, dirty = world
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    assert set(head) == set(addresses)
    for name, *marks in rows:
        client = Client()
        sign_in(client, people[name])
        seen = {
            page: "✓" if client.get(addresses[page]).status_code == 200 else "·"
            for page in head
        }
        assert seen == dict(zip(head, marks, strict=True)), name
        if name in {"stranger", "auditor"}:
            for page in ("held", "objections", "alarms", "disposals", "recalls"):
                text = read(client.get(addresses[page]))
                for secret in (locked.name, dirty.name, dirty.sha256[:16]):
                    assert secret not in text


SENSITIVE = [
    "release",
    "password",
    "propose",
    "dispose",
    "objection",
    "alarm",
    "disposal",
    "recall",
]


def test_d13_5_b_a_decision_wants_a_fresh_proof(world):
    people, addresses, *_files = world
    client = Client()
    for name in ("sender", "recipient", "coordinator"):
        session = sign_in(client, people[name]).session
        hour_ago = clock.now() - timedelta(hours=1)
        LoginSession.objects.filter(pk=session.pk).update(proved_at=hour_ago)
        for page in SENSITIVE:
            answer = client.get(addresses[page])
            assert answer.status_code == 302, page
            assert "/xac-nhan-lai/" in answer["Location"]


def test_d9_2_a_release_through_the_page(world):
    people, addresses, locked, _dirty = world
    client = Client()
    sign_in(client, people["recipient"])
    empty = client.post(addresses["release"], {"reason": "   "})
    assert empty.status_code == 200
    answer = client.post(addresses["release"], {"reason": REASON}, follow=True)
    text = answer.content.decode()
    assert REASON in text
    assert "không quét được" in text.lower()
    locked.refresh_from_db()
    assert locked.is_released
    assert client.post(addresses["release"], {"reason": REASON}).status_code == 200


def test_d9_2_the_password_through_the_page_is_never_shown_again(world):
    people, addresses, locked, _dirty = world
    client = Client()
    sign_in(client, people["clerk"])
    wrong = client.post(addresses["password"], {"password": "mot-mat-khau-sai"})
    assert "không mở được" in wrong.content.decode()
    assert "mot-mat-khau-sai" not in wrong.content.decode()
    client.post(addresses["password"], {"password": PASSWORD})
    locked.refresh_from_db()
    assert (locked.state, locked.verdict) == ("released", "clean")


def test_d12_4_each_decision_through_its_page(world):
    people, addresses, locked, dirty = world
    steps = [
        ("recipient", "objection", {"decision": "upheld", "words": REASON}),
        ("head", "disposal", {"decision": "refuse", "words": "Chưa cần."}),
        ("coordinator", "alarm", {"decision": "confirm", "words": REASON}),
        ("sender", "recall", {"note": "Đã xoá."}),
    ]
    for name, page, form in steps:
        client = Client()
        sign_in(client, people[name])
        assert client.post(addresses[page], form).status_code == 302, page
    assert Objection.objects.get().outcome == "upheld"
    assert Disposal.objects.get().state == "refused"
    assert FalseAlarm.objects.get().state == "confirmed"
    assert RecallNotice.objects.get().cleaned_by == people["sender"].person
    for file in (locked, dirty):
        file.refresh_from_db()
        assert file.is_released


def test_d12_5_who_may_not_decide_changes_nothing_by_sending_the_form(world):
    people, addresses, locked, dirty = world
    for name in ("clerk", "stranger", "sender"):
        client = Client()
        sign_in(client, people[name])
        for page in ("objection", "alarm", "disposal"):
            for word in ("confirm", "upheld"):
                client.post(addresses[page], {"decision": word, "words": REASON})
        client.post(addresses["release"], {"reason": REASON})
    assert Objection.objects.get().outcome == ""
    assert Disposal.objects.get().state == "proposed"
    assert FalseAlarm.objects.get().state == "proposed"
    for file in (locked, dirty):
        file.refresh_from_db()
        assert file.is_held


def test_a_list_costs_the_same_for_many_rows(world):
    people, addresses, *_files = world
    sender = people["sender"]
    client = Client()
    sign_in(client, sender)
    lists = ("held", "objections", "alarms", "disposals", "recalls")
    before = {page: queries_for(client, addresses[page]) for page in lists}
    recall = Recall.objects.get()
    for number in range(3):
        file = scanned(b"%d" % number, f"{number}.abc", agency=sender.agency)
        objections.make(file, by=people["clerk"], reason=REASON)
        virus = scanned(eicar() + b" " * number, "v.txt", agency=sender.agency)
        if number:
            false_alarms.propose(virus, by=sender, reason=REASON)
        disposal.propose(virus, by=sender, reason=REASON)
        RecallNotice.objects.create(
            recall=recall, attachment=virus, agency=sender.agency
        )
    after = {page: queries_for(client, addresses[page]) for page in lists}
    assert after == before


def test_d12_4_an_objection_stands_on_its_page_once_the_unanswered_first(world):
    people, addresses, locked, _dirty = world
    client = Client()
    sign_in(client, people["recipient"])
    first = Objection.objects.get()
    alone = client.get(addresses["objections"]).content.decode()
    link = f'href="{addresses["objection"]}"'
    assert alone.count(link) == 1
    assert "<table" not in alone, "an empty second list says nothing"
    assert "Chưa có phản đối nào" not in alone

    objections.answer(
        first,
        by=people["recipient"],
        outcome=Objection.Outcome.REJECTED,
        words=REASON,
    )
    again = objections.make(locked, by=people["clerk"], reason=REASON)
    both = client.get(addresses["objections"]).content.decode()
    waits = f'href="{reverse("scanning:objection", args=[again.pk])}"'
    assert both.count(link) == both.count(waits) == 1
    assert both.index(waits) < both.index("Các phản đối khác") < both.index(link)


def test_the_dashboard_counts_what_waits_for_a_decision(world):
    people, *_rest = world
    for name, words in [
        ("recipient", ["Phản đối cần trả lời"]),
        ("head", ["Tiêu huỷ cần xác nhận"]),
        ("coordinator", ["Báo nhầm cần xác nhận"]),
        ("sender", ["Tệp thu hồi cần xử lý"]),
        ("stranger", []),
    ]:
        client = Client()
        sign_in(client, people[name])
        text = client.get("/bang-dieu-khien/").content.decode()
        assert all(word in text for word in words), name
        assert ("Quyết định về tệp bị giữ" in text) == bool(words), name
