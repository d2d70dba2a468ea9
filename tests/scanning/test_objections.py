"""Điều 12.4: whoever is blocked may object; silence goes to the superior."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from access.models import Notice
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError, TransitionError
from scanning.models import (
    AnswerLimit,
    Attachment,
    FalseAlarm,
    Objection,
    ReleaseDecision,
)
from scanning.refusals import NotHeldError, SecrecyStaysError, StillObjectedError
from scanning.services import objections, stuck_files
from scanning.verdicts import Verdict
from tests.factories.access import (
    AgencyFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.factories.held_files import aes_zip, scanned, sent
from tests.factories.scanning import AttachmentFactory, eicar

pytestmark = pytest.mark.django_db

REASON = "Đây là văn bản hợp lệ, cần gửi trong ngày."
UPHELD, REJECTED = Objection.Outcome.UPHELD, Objection.Outcome.REJECTED


@pytest.fixture
def blocked(clamd, formats, roles):
    """A clerk, her officer, and a file of theirs that was held for its type."""
    clerk = actor("records_clerk")
    officer = actor(agency=clerk.agency)
    file = scanned(b"x,y", "a.abc", agency=clerk.agency, submitted_by=clerk.person)
    assert file.verdict == Verdict.REFUSED_TYPE
    return clerk, officer, file


def overdue(objection: Objection) -> None:
    Objection.objects.filter(pk=objection.pk).update(
        due_at=clock.now() - timedelta(minutes=1)
    )


def test_d12_4_an_objection_starts_a_clock_and_tells_who_must_answer(blocked):
    clerk, officer, file = blocked
    objection = objections.make(file, by=clerk, reason=REASON)
    hours = AnswerLimit.objects.get().hours
    assert objection.due_at - objection.made_at <= timedelta(hours=hours, seconds=1)
    assert objection.answers == clerk.agency
    told = Notice.objects.filter(path=f"/tep/khieu-nai/{objection.pk}/")
    assert [n.recipient for n in told] == [officer.person]
    with pytest.raises(StillObjectedError):
        objections.make(file, by=officer, reason=REASON)


def test_d12_4_the_limit_is_a_dated_row_marked_as_our_proposal(formats):
    limit = AnswerLimit.objects.get()
    assert limit.is_proposal
    assert (limit.hours, limit.clause) == (24, "Điều 12.4")
    assert limit.legal_basis.number == "06/2012/QĐ-UBND"


def test_d12_4_upheld_it_is_released_with_name_and_reason(blocked):
    clerk, officer, file = blocked
    objection = objections.make(file, by=clerk, reason=REASON)
    objections.answer(objection, by=officer, outcome=UPHELD, words="Đúng vậy.")
    file.refresh_from_db()
    assert file.is_released
    assert file.verdict == Verdict.REFUSED_TYPE
    decision = ReleaseDecision.objects.get()
    assert (decision.ground, decision.objection) == ("objection", objection)
    assert decision.decided_by == officer.person
    assert Notice.objects.filter(recipient=clerk.person, body="Đúng vậy.").exists()


def test_d12_4_rejected_it_stays_held_with_words(blocked):
    clerk, officer, file = blocked
    objection = objections.make(file, by=clerk, reason=REASON)
    objections.answer(objection, by=officer, outcome=REJECTED, words="Sai loại.")
    file.refresh_from_db()
    assert file.is_held
    with pytest.raises(TransitionError):
        objections.answer(objection, by=officer, outcome=UPHELD, words="Đổi ý.")
    objections.make(file, by=clerk, reason="Xin xem lại.")


def test_d12_4_nobody_answers_his_own_or_frees_what_he_sent(blocked):
    clerk, officer, file = blocked
    own = objections.make(file, by=officer, reason=REASON)
    with pytest.raises(SecondPersonError):
        objections.answer(own, by=officer, outcome=UPHELD, words="Được.")
    with pytest.raises(NotAllowedError):
        objections.answer(own, by=clerk, outcome=UPHELD, words="Được.")
    with pytest.raises(NotAllowedError):
        objections.answer(own, by=actor(), outcome=UPHELD, words="Được.")
    with pytest.raises(Error, match="own_objection"), transaction.atomic():
        Objection.objects.filter(pk=own.pk).update(
            outcome=UPHELD, answer="x", answered_by=officer.person
        )
    sender = actor(agency=officer.agency)
    mine = scanned(b"x", "b.abc", agency=sender.agency, submitted_by=sender.person)
    objection = objections.make(mine, by=clerk, reason=REASON)
    with pytest.raises(SecondPersonError):
        objections.answer(objection, by=sender, outcome=UPHELD, words="Được.")


def test_d12_4_silence_goes_upwards_to_the_coordinator(blocked):
    clerk, officer, file = blocked
    above, top, coordinator = AgencyFactory(), AgencyFactory(), AgencyFactory()
    ReportingLineFactory(agency=clerk.agency, superior=above)
    ReportingLineFactory(agency=above, superior=top)
    AuthorityFactory(agency=coordinator, function="incident_coordinator")
    chief = actor(agency=above)
    assert not Attachment.objects.visible_to(chief.person).exists()
    objection = objections.make(file, by=clerk, reason=REASON)
    assert objections.sweep() == 0
    for number, agency in enumerate([above, top, coordinator, coordinator], start=1):
        overdue(objection)
        assert objections.sweep() == 1
        assert objections.sweep() == 0, "a new clock runs"
        objection.refresh_from_db()
        assert (objection.answers, objection.escalations) == (agency, number)
        assert objection.due_at > clock.now()
        if agency == above:
            assert Attachment.objects.visible_to(chief.person).get() == file
            with pytest.raises(NotAllowedError):
                objections.answer(objection, by=officer, outcome=UPHELD, words="Muộn.")
    judge = actor(agency=coordinator)
    objections.answer(objection, by=judge, outcome=UPHELD, words="Cho gửi.")
    file.refresh_from_db()
    assert file.is_released
    assert not Attachment.objects.visible_to(judge.person).exists()


def test_d12_4_upheld_on_malware_asks_for_two_persons(clamd, formats, roles):
    clerk = actor("records_clerk")
    officer = actor(agency=clerk.agency)
    for name, content in [("a.txt", eicar()), ("b.txt", b"MZ\x90\x00 program")]:
        file = scanned(content, name, agency=clerk.agency)
        objection = objections.make(file, by=clerk, reason=REASON)
        objections.answer(objection, by=officer, outcome=UPHELD, words="An toàn.")
        file.refresh_from_db()
        assert file.is_held, name
        alarm = FalseAlarm.objects.get(sha256=file.sha256)
        assert (alarm.state, alarm.proposed_by) == ("proposed", officer.person)


def test_d12_7_upheld_or_not_a_suspected_secret_stays(formats, roles):
    officer = actor()
    clerk = actor("records_clerk", officer.agency)
    file = AttachmentFactory(
        agency=officer.agency,
        state="held",
        verdict=Verdict.SECRECY_SUSPECTED,
        scanned_at=clock.now(),
    )
    objection = objections.make(file, by=clerk, reason=REASON)
    with pytest.raises(SecrecyStaysError):
        objections.answer(objection, by=officer, outcome=UPHELD, words="Được.")
    objection.refresh_from_db()
    assert objection.is_open, "a refused answer is no answer"


def test_d9_2_the_sender_does_not_free_a_protected_file_by_an_objection(
    clamd, formats, roles
):
    sender, colleague, receiver = actor(), None, actor()
    colleague = actor(agency=sender.agency)
    file = sent(aes_zip(a__txt=b"x"), "a.zip", sender.agency, receiver.agency)
    objection = objections.make(file, by=sender, reason=REASON)
    assert objection.answers == receiver.agency
    with pytest.raises(NotAllowedError):
        objections.answer(objection, by=colleague, outcome=UPHELD, words="Được.")
    objections.answer(objection, by=receiver, outcome=UPHELD, words="Được.")


def test_d12_5_strangers_neither_object_nor_see(blocked):
    clerk, _officer, file = blocked
    stranger = actor()
    with pytest.raises(NotAllowedError):
        objections.make(file, by=stranger, reason=REASON)
    objections.make(file, by=clerk, reason=REASON)
    assert not Objection.objects.visible_to(stranger.person).exists()
    released = AttachmentFactory(released=True, agency=clerk.agency)
    with pytest.raises(NotHeldError):
        objections.make(released, by=clerk, reason=REASON)


def test_d12_4_files_that_wait_too_long_raise_an_alarm_once(roles):
    officer = actor()
    late = clock.now() - timedelta(hours=1)
    for number in range(2):
        AttachmentFactory(
            agency=officer.agency, received_at=late, content=b"%d" % number
        )
    AttachmentFactory(agency=actor().agency)  # has only just come
    assert stuck_files.alarm() == 1
    assert stuck_files.alarm() == 0
    told = Notice.objects.get()
    assert told.recipient == officer.person
    assert told.subject.startswith("2 ")


def test_d12_8_an_objection_never_changes(blocked):
    clerk, _officer, file = blocked
    objection = objections.make(file, by=clerk, reason=REASON)
    with pytest.raises(Error, match="never change"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(reason="khác")
    with pytest.raises(Error, match="keeps its rows"), transaction.atomic():
        objection.delete()
