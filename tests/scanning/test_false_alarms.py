"""Điều 12.4 and 12.5: a false alarm takes two persons and frees every copy."""

import threading

import pytest
from django.db import Error, connections, transaction

from access.models import Notice
from portal.core.errors import NotAllowedError, SecondPersonError, TransitionError
from scanning.models import Attachment, FalseAlarm, ReleaseDecision
from scanning.refusals import AlreadyProposedError, NoFalseAlarmError
from scanning.services import false_alarms
from scanning.verdicts import Verdict
from tests.factories.access import AuthorityFactory, actor
from tests.factories.held_files import aes_zip, scanned
from tests.factories.scanning import eicar, zipped

pytestmark = pytest.mark.django_db

REASON = "Tệp thử của nhà sản xuất, đã kiểm tra từng byte."


@pytest.fixture
def coordinator(roles):
    found = actor("incident_coordinator")
    AuthorityFactory(agency=found.agency, function="incident_coordinator")
    return found


@pytest.fixture
def copies(clamd, formats, roles):
    """The same bytes held at two agencies; an officer of the first."""
    officer = actor()
    mine = scanned(eicar(), "a.txt", agency=officer.agency)
    other = scanned(eicar(), "cua-ben-khac.txt")
    return officer, mine, other


def test_d12_4_confirmed_by_a_second_person_all_copies_go_at_once(copies, coordinator):
    officer, mine, other = copies
    neighbour = actor(agency=other.agency)
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    assert Notice.objects.filter(recipient=coordinator.person).exists()
    assert Attachment.objects.filter(state="released").count() == 0
    Notice.objects.all().delete()

    assert false_alarms.confirm(alarm, by=coordinator, note="Đồng ý.") == 2

    for file in (mine, other):
        file.refresh_from_db()
        assert file.is_released
        assert file.verdict == Verdict.INFECTED
        assert file.release.false_alarm == alarm
        assert file.release.agency == file.agency
    told = Notice.objects.filter(recipient=neighbour.person).get()
    assert other.name in told.subject
    for secret in (mine.name, officer.agency.name, officer.person.full_name, REASON):
        assert secret not in told.subject + told.body + other.release.reason


def test_d12_4_later_copies_are_released_by_reference_to_it(copies, coordinator):
    officer, mine, _other = copies
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    false_alarms.confirm(alarm, by=coordinator, note="Đồng ý.")
    later = scanned(eicar(), "c.txt")
    assert later.is_released
    assert later.release.false_alarm == alarm
    assert alarm.releases.count() == 3
    assert scanned(zipped(a__txt=eicar()), "d.zip").is_held, "other bytes"


def test_d12_1_another_signature_holds_the_same_bytes_again(copies, coordinator):
    officer, mine, _other = copies
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    false_alarms.confirm(alarm, by=coordinator, note="Đồng ý.")
    found = FalseAlarm.objects.covering(mine.sha256, alarm.signature, "infected")
    assert found == alarm
    for signature, verdict in [("Win.Other", "infected"), (alarm.signature, "error")]:
        assert FalseAlarm.objects.covering(mine.sha256, signature, verdict) is None


def test_d12_4_one_person_never_does_both(copies, coordinator):
    officer, mine, _other = copies
    own = scanned(eicar(), "x.txt", agency=coordinator.agency)
    both = actor(agency=coordinator.agency)
    from tests.factories.access import AssignmentFactory  # noqa: PLC0415 (once)

    AssignmentFactory(
        account=both.account,
        agency=both.agency,
        role_code="incident_coordinator",
    )
    alarm = false_alarms.propose(own, by=both, reason=REASON)
    assert not FalseAlarm.objects.decidable_by(both.person).exists()
    with pytest.raises(SecondPersonError):
        false_alarms.confirm(alarm, by=both, note="Tự xác nhận.")
    with pytest.raises(Error, match="two_persons"), transaction.atomic():
        FalseAlarm.objects.filter(pk=alarm.pk).update(decided_by=both.person)
    mine.refresh_from_db()
    assert mine.is_held
    assert officer


def test_d12_5_only_who_may_proposes_and_decides(copies, coordinator):
    officer, mine, _other = copies
    for by in (actor(), actor("records_clerk", officer.agency)):
        with pytest.raises(NotAllowedError):
            false_alarms.propose(mine, by=by, reason=REASON)
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    for by in (actor(), actor(agency=officer.agency)):
        with pytest.raises(NotAllowedError):
            false_alarms.confirm(alarm, by=by, note="x")
    assert not FalseAlarm.objects.visible_to(actor().person).exists()


def test_d12_5_a_second_proposal_elsewhere_is_not_told_of_the_first(
    copies, coordinator
):
    officer, mine, other = copies
    first = false_alarms.propose(mine, by=officer, reason=REASON)
    neighbour = actor(agency=other.agency)
    second = false_alarms.propose(other, by=neighbour, reason=REASON)
    assert first.pk != second.pk
    with pytest.raises(AlreadyProposedError):
        false_alarms.propose(mine, by=actor(agency=officer.agency), reason=REASON)
    false_alarms.confirm(first, by=coordinator, note="Đồng ý.")
    assert false_alarms.confirm(second, by=coordinator, note="Đồng ý.") == 0


def test_d12_4_a_password_or_a_secret_is_no_false_alarm(clamd, formats, roles):
    officer = actor()
    file = scanned(aes_zip(a__txt=b"x"), "a.zip", agency=officer.agency)
    with pytest.raises(NoFalseAlarmError):
        false_alarms.propose(file, by=officer, reason=REASON)


def test_d12_4_refused_it_stays_held_and_can_be_proposed_again(copies, coordinator):
    officer, mine, _other = copies
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    false_alarms.refuse(alarm, by=coordinator, note="Chưa đủ căn cứ.")
    mine.refresh_from_db()
    assert mine.is_held
    with pytest.raises(TransitionError):
        false_alarms.confirm(alarm, by=coordinator, note="Đổi ý.")
    false_alarms.propose(mine, by=officer, reason=REASON)


@pytest.mark.django_db(transaction=True)
def test_d12_4_of_two_confirmations_at_once_one_counts(copies, coordinator):
    officer, mine, _other = copies
    alarm = false_alarms.propose(mine, by=officer, reason=REASON)
    outcomes = []

    def click():
        try:
            outcomes.append(false_alarms.confirm(alarm, by=coordinator, note="Có."))
        except TransitionError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(map(str, outcomes)) == ["2", "refused"]
    assert ReleaseDecision.objects.count() == 2
