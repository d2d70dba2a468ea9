"""Điều 12.4 and 13.5.d: what waits for an agency that ends waits for its heir."""

from datetime import timedelta

import pytest
from django.urls import reverse

from access.actors import Actor
from access.models import AuditEntry, Notice
from access.services import reorganisation
from portal.core import clock
from portal.core.errors import NotAllowedError
from scanning.models import Attachment, Disposal, Objection, RecallNotice
from scanning.services import disposal, objections, recalls, rescans
from tests.access.test_pages import queries_for
from tests.factories.access import AgencyFactory, actor
from tests.factories.held_files import scanned, sent
from tests.factories.reorganisation import Case, approved, merge
from tests.factories.scanning import eicar
from tests.reading import read

pytestmark = pytest.mark.django_db
NEW_MARK = b"Kinh gui: dau hieu moi cua ma doc, xuat hien sau khi da phat hanh."
REASON = "Văn bản hợp lệ, cần dùng trong ngày."


@pytest.fixture
def case(clamd, formats, roles):
    return Case()


def merged(case: Case) -> None:
    approved(
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )


def strangers() -> list[Actor]:
    return [actor("agency_head"), actor()]


def test_d13_4_d_a_destruction_proposed_before_the_end_is_decided_by_the_heir(
    case, django_capture_on_commit_callbacks, staff_client
):
    """Else nobody could confirm it, nor propose it anew: it waits once for a file."""
    file = scanned(eicar(), "a.txt", agency=case.town)
    officer = actor(agency=case.town)
    proposed = disposal.propose(file, by=officer, reason=REASON)
    head = actor("agency_head", case.heir)
    assert not Disposal.objects.visible_to(head.person).exists()
    merged(case)

    assert Disposal.objects.decidable_by(head.person).get() == proposed
    assert Disposal.objects.visible_to(actor(agency=case.heir).person).exists()
    for other in strangers():
        assert not Disposal.objects.visible_to(other.person).exists()
        assert not Disposal.objects.decidable_by(other.person).exists()
        with pytest.raises(NotAllowedError):
            disposal.confirm(proposed, by=other, note="Đồng ý.")
    page = staff_client(head).get(reverse("scanning:disposal", args=[proposed.pk]))
    assert "Đồng ý" in read(page) or "Xác nhận" in read(page)
    with django_capture_on_commit_callbacks(execute=True):
        disposal.confirm(proposed, by=head, note="Đồng ý.")
    file.refresh_from_db()
    assert file.disposed_at
    entry = AuditEntry.objects.get(event="scanning.disposal_confirmed")
    assert entry.agency == case.heir


def test_d13_4_d_refused_by_the_heir_it_can_be_proposed_anew(case):
    file = scanned(eicar(), "a.txt", agency=case.town)
    first = disposal.propose(file, by=actor(agency=case.town), reason=REASON)
    merged(case)
    disposal.refuse(first, by=actor("agency_head", case.heir), note="Còn cần.")
    officer = actor(agency=case.heir)
    again = disposal.propose(
        Attachment.objects.get(pk=file.pk), by=officer, reason=REASON
    )
    assert again.agency == case.heir


@pytest.mark.parametrize("as_recipient", [False, True])
def test_d13_5_d_the_heir_cleans_up_what_was_recalled_at_the_ended_agency(
    case, learn, as_recipient, staff_client
):
    if as_recipient:
        sent(NEW_MARK, "a.txt", AgencyFactory(), case.town)
    else:
        scanned(NEW_MARK, "a.txt", agency=case.town)
    learn("Portal.Test.Later", NEW_MARK)
    rescans.sweep()
    notice = RecallNotice.objects.get(agency=case.town)
    heir = actor(agency=case.heir)
    assert not RecallNotice.objects.visible_to(heir.person).exists()
    merged(case)

    assert RecallNotice.objects.handled_by(heir.person).get() == notice
    for other in [*strangers(), actor("records_clerk", case.heir)]:
        assert not RecallNotice.objects.handled_by(other.person).exists()
        with pytest.raises(NotAllowedError):
            recalls.confirm_clean(notice, by=other, note="Đã xoá.")
    client = staff_client(heir)
    path = reverse("scanning:clean-up", args=[notice.pk])
    assert path in read(client.get(reverse("scanning:recalls")))
    assert recalls.confirm_clean(notice, by=heir, note="Đã xoá trên 2 máy.") == 1
    entry = AuditEntry.objects.get(event="scanning.clean_up_confirmed")
    assert entry.agency == case.heir


def test_d12_4_the_heir_answers_an_objection_within_its_time(case):
    file = scanned(b"x,y", "a.abc", agency=case.town)
    objection = objections.make(file, by=actor(agency=case.town), reason=REASON)
    due = objection.due_at
    officer = actor(agency=case.heir)
    merged(case)

    objection.refresh_from_db()
    assert (objection.answers, objection.due_at) == (case.heir, due)
    assert objection.agency == case.town, "who objected stays on record"
    assert Objection.objects.answerable_by(officer.person).get() == objection
    assert Notice.objects.filter(
        recipient=officer.person, path=f"/tep/khieu-nai/{objection.pk}/"
    ).exists()
    objections.answer(
        objection, by=officer, outcome=Objection.Outcome.UPHELD, words="Đúng vậy."
    )
    file.refresh_from_db()
    assert file.is_released


def test_d12_4_an_answered_objection_stays_where_it_was(case):
    file = scanned(b"x,y", "a.abc", agency=case.town)
    objection = objections.make(file, by=actor(agency=case.town), reason=REASON)
    objections.answer(
        objection,
        by=actor(agency=case.town),
        outcome=Objection.Outcome.REJECTED,
        words="Không đúng loại.",
    )
    merged(case)
    objection.refresh_from_db()
    assert objection.answers == case.town


def test_d12_4_silence_of_the_heir_goes_to_its_superior(case):
    file = scanned(b"x,y", "a.abc", agency=case.town)
    objection = objections.make(file, by=actor(agency=case.town), reason=REASON)
    merged(case)
    Objection.objects.update(due_at=clock.now() - timedelta(minutes=1))
    objections.sweep()
    objection.refresh_from_db()
    assert objection.answers == case.province


def test_the_pages_ask_no_more_for_more_heirs(case, learn, staff_client):
    head = actor("agency_head", case.heir)
    client = staff_client(head)

    def asked() -> list[int]:
        return [
            queries_for(client, reverse(f"scanning:{name}"))
            for name in ("recalls", "disposals", "objections")
        ]

    before = asked()
    for number in range(3):
        content = NEW_MARK + b"%d" % number
        scanned(content, f"{number}.txt", agency=case.town)
        file = scanned(eicar(), f"e{number}.txt", agency=case.town)
        disposal.propose(file, by=actor(agency=case.town), reason=REASON)
    learn("Portal.Test.Later", NEW_MARK)
    rescans.sweep()
    merged(case)
    assert all(now <= then + 2 for now, then in zip(asked(), before, strict=True)), (
        "the rows of a page and their count"
    )
