"""Two who decide at the same moment: one wins, and the rules still hold (13.5.b)."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from access.models import Assignment, AuditEntry, Role
from access.services import posts, requests
from access.services.posts import Post
from access.services.requests import Kind, Wish
from portal.core import clock
from portal.core.errors import RefusalError
from tests.factories.access import AccountFactory, AgencyFactory, actor

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts together; return the code of each refusal, or "done"."""
    start, said = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except RefusalError as refusal:
            said.append(refusal.code)
        else:
            said.append("done")
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_of_two_who_approve_at_once_one_does():
    agency = AgencyFactory()
    clerk = actor("records_clerk", agency)
    deciders = [actor("agency_admin", agency) for _each in range(3)]
    role = Role.objects.get(code="exchange_officer")
    wish = Wish(Kind.GRANT, agency, "Thử", account=clerk.person, role=role)
    asked = requests.submit(wish, by=clerk)

    said = all_at_once(
        *(lambda by=by: requests.approve(asked, by=by) for by in deciders)
    )

    assert said == ["done", "request_closed", "request_closed"]
    assert clerk.person.assignments.filter(role=role).count() == 1
    assert AuditEntry.objects.filter(event="access.request_approved").count() == 1


def test_two_administrators_do_not_end_each_other():
    agency = AgencyFactory()
    pair = [actor("agency_admin", agency) for _each in range(2)]
    rights = [Assignment.objects.get(account=by.person) for by in pair]

    said = all_at_once(
        lambda: posts.revoke(rights[1], by=pair[0], reason="Thử"),
        lambda: posts.revoke(rights[0], by=pair[1], reason="Thử"),
    )

    assert said.count("done") == 1
    assert said != ["done", "done"]
    left = Assignment.objects.effective().filter(agency=agency)
    assert left.with_permission("accounts.manage").count() == 1


def test_two_heads_are_not_made_at_once():
    agency = AgencyFactory()
    pair = [actor("agency_admin", agency) for _each in range(2)]
    role = Role.objects.get(code="agency_head")
    post = Post(agency, role, clock.today())
    people = [AccountFactory() for _each in pair]

    said = all_at_once(
        *(
            lambda by=by, person=person: posts.grant(person, post, by=by)
            for by, person in zip(pair, people, strict=True)
        )
    )

    assert said == ["done", "second_head"]
    assert Assignment.objects.filter(agency=agency, role=role).count() == 1
