"""Who gets what on every page of incidents (Điều 12.5), as a table to be signed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import Account
from incidents import services
from incidents.models import (
    EscalationStep,
    Incident,
    Obligation,
    State,
    StepRole,
)
from incidents.urls import urlpatterns
from portal.core import clock
from tests.factories.access import AgencyFactory, actor
from tests.factories.incidents import IncidentFactory, minutes_content

pytestmark = pytest.mark.django_db
ASKED = {"anonymous", "stranger", "clerk", "officer", "superior", "auditor"}

# 404, not 403: another agency must not learn that the incident exists (Đ12.5).
# Answers to GET; 405 is a page that only takes a form that is sent.
EVERYBODY_OWN = {"anonymous": 302, "stranger": 404, "clerk": 404}
READS = EVERYBODY_OWN | {"officer": 200, "superior": 200, "auditor": 200}
WRITES = EVERYBODY_OWN | {"officer": 200, "superior": 404, "auditor": 404}
ANSWERS_REPORTS = EVERYBODY_OWN | {"officer": 404, "superior": 200, "auditor": 404}
ONLY_POST = dict.fromkeys(ASKED - {"anonymous"}, 405) | {"anonymous": 302}
ANSWERS = {
    "incidents": dict.fromkeys(ASKED - {"anonymous"}, 200) | {"anonymous": 302},
    "new": {
        "anonymous": 302,
        "stranger": 200,
        "clerk": 403,
        "officer": 200,
        "superior": 403,
        "auditor": 403,
    },
    "incident": READS,
    "minutes-file": READS,
    "change": WRITES,
    "correct-detection": WRITES,
    "measure": WRITES,
    "evidence": WRITES,
    "move": WRITES,
    "escalate": WRITES | {"officer": 302},
    "outside": WRITES,
    "duty-done": WRITES,
    "minutes": WRITES,
    "directive": ANSWERS_REPORTS,
    "acknowledge": ONLY_POST,
    "acknowledge-directive": ONLY_POST,
}
# The same for sending a form; who may not see it must not even learn of it.
SENT = {
    "acknowledge": ANSWERS_REPORTS | {"superior": 302, "anonymous": 404},
    "acknowledge-directive": WRITES | {"officer": 302, "anonymous": 404},
    "escalate": WRITES | {"officer": 302, "anonymous": 404},
    "move": WRITES | {"officer": 302, "anonymous": 404},
    "measure": WRITES | {"anonymous": 404},
    "evidence": WRITES | {"anonymous": 404},
    "minutes": WRITES | {"anonymous": 404},
    "directive": ANSWERS_REPORTS | {"anonymous": 404},
}


@pytest.fixture
def told(case):
    """An incident that was reported upward, received, answered, with minutes."""
    incident = services.record_incident(
        case.town,
        by=case.officer,
        detected_at=clock.now() - timedelta(hours=1),
        title="Máy chủ thư điện tử bị mã hoá",
        is_availability_hit=True,
    )
    services.escalate_beyond_capacity(
        incident, by=case.officer, harm="Mất thư", needs="Cán bộ", telephone="0912"
    )
    services.issue_minutes(incident, by=case.officer, content=minutes_content())
    services.acknowledge(incident, by=case.superior_officer)
    services.give_directive(incident, by=case.superior_officer, text="Ngắt mạng")
    incident.refresh_from_db()
    return incident


@pytest.fixture
def browsers(case, enter):
    people = {
        "stranger": case.stranger,
        "clerk": actor("records_clerk", case.town),
        "officer": case.officer,
        "superior": case.superior_officer,
        "auditor": case.auditor,
    }
    return {"anonymous": Client()} | {who: enter(p) for who, p in people.items()}


def address(page, incident):
    more = {
        "move": ["xu-ly"],
        "outside": [incident.steps.earliest("pk").pk],
        "duty-done": [incident.obligations.filter(step=None).earliest("pk").pk],
        "acknowledge-directive": [incident.directives.get().pk],
        "minutes-file": [incident.minutes.get().check_code],
    }
    if page in {"incidents", "new"}:
        return reverse(f"incidents:{page}")
    return reverse(f"incidents:{page}", args=[incident.number, *more.get(page, [])])


@pytest.mark.parametrize("page", ANSWERS)
def test_d12_5_each_person_gets_the_answer_in_the_table(told, browsers, page):
    url = address(page, told)
    answers = {who: client.get(url).status_code for who, client in browsers.items()}
    assert answers == ANSWERS[page]


@pytest.mark.parametrize("page", SENT)
def test_d12_5_each_person_gets_the_answer_in_the_table_to_a_form(told, browsers, page):
    url = address(page, told)
    order = sorted(browsers, key=lambda who: who in {"officer", "superior"})
    answers = {who: browsers[who].post(url).status_code for who in order}
    assert answers == SENT[page]


def test_every_page_has_a_row_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == set(ANSWERS)
    assert all(set(row) == ASKED for row in [*ANSWERS.values(), *SENT.values()])


def test_d12_5_a_stranger_finds_it_neither_in_the_list_nor_by_search(told, browsers):
    url = reverse("incidents:incidents")
    for who in ("stranger", "clerk"):
        for query in ("", "?q=may+chu", f"?q={told.number}", "?state=recorded"):
            page = browsers[who].get(url + query).content.decode()
            assert told.title not in page
            assert told.get_absolute_url() not in page
    for who in ("officer", "superior", "auditor"):
        page = browsers[who].get(f"{url}?q=may chu thu").content.decode()
        assert told.title in page, who


def test_d12_5_the_auditor_is_offered_nothing_to_do(told, browsers):
    page = browsers["auditor"].get(told.get_absolute_url())
    assert page.context["actions"] == []
    assert b'method="post" action="/su-co' not in page.content


def test_d12_5_a_superior_sees_nothing_that_was_not_reported_to_him(case, enter):
    quiet = IncidentFactory(agency=case.town, title="Chưa báo cáo")
    client = enter(case.superior_officer)
    assert client.get(quiet.get_absolute_url()).status_code == 404
    assert quiet.title not in client.get("/su-co/").content.decode()


def test_d12_5_a_right_that_has_ended_shows_nothing(case, told, enter):
    client = enter(case.superior_officer)
    assert client.get(told.get_absolute_url()).status_code == 200
    yesterday = clock.today() - timedelta(days=1)
    case.superior_officer.account.assignments.update(ends_on=yesterday)
    assert client.get(told.get_absolute_url()).status_code == 404


def test_another_incident_lends_no_key_to_a_part_of_this_one(case, told, enter):
    other = IncidentFactory(agency=case.stranger.agency)
    client = enter(case.stranger)
    for page in ("outside", "duty-done", "minutes-file"):
        own_number = address(page, told).replace(told.number, other.number)
        assert client.get(own_number).status_code == 404


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["escalate", "minutes", "acknowledge", "direct", "draft"]),
        st.integers(0, 3),
    ),
    max_size=6,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_d12_5_no_sequence_of_acts_shows_a_to_b(case, acts):
    """Whatever A does, B sees nothing of it by any queryset."""
    agencies = [case.town, case.superior, case.authority, case.coordinator]
    people = {
        case.town.pk: case.officer,
        case.superior.pk: case.superior_officer,
        case.authority.pk: case.authority_officer,
        case.coordinator.pk: case.coordinator_officer,
    }
    made = []
    for name, index in acts:
        person = people[agencies[index].pk]
        if not person.may("incidents.record", person.agency):
            person = case.officer
        incident = IncidentFactory(agency=person.agency)
        made.append(incident)
        _do(name, incident, person, case)
    stranger: Account = case.stranger.account
    keys = [incident.pk for incident in made]
    for model, field in (
        (Incident, "pk"),
        (EscalationStep, "incident"),
        (Obligation, "incident"),
    ):
        seen = model.objects.visible_to(stranger).filter(**{f"{field}__in": keys})
        assert not seen.exists()
    assert not Incident.objects.visible_to(stranger).matching("may chu").exists()
    assert not Incident.objects.supervised_by(stranger).exists()


def _do(name, incident, person, case):
    help_ = {"harm": "Mất thư", "needs": "Cán bộ", "telephone": "0912"}
    if name == "minutes":
        step_role, recipient = StepRole.AS_SUPERIOR, case.superior
        EscalationStep.objects.create(
            incident=incident,
            recipient=recipient,
            role=step_role,
            subject="beyond_capacity",
        )
        return
    if name == "draft":
        services.draft_incident(
            person.agency, by=person, detected_at=clock.now(), title="Máy chủ"
        )
        return
    services.escalate_beyond_capacity(incident, by=person, **help_)
    if name in {"acknowledge", "direct"} and incident.steps.filter(
        recipient=case.superior
    ):
        services.acknowledge(incident, by=case.superior_officer)
        if name == "direct":
            services.give_directive(incident, by=case.superior_officer, text="Làm")


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_asks_the_database_equally_often_for_few_and_many(
    case, enter, django_assert_max_num_queries, count
):
    for _each in range(count):
        IncidentFactory(agency=case.town)
    client = enter(case.officer)
    client.get("/su-co/")
    with django_assert_max_num_queries(16):
        client.get("/su-co/")


def test_the_page_of_an_incident_asks_the_database_a_bounded_number_of_times(
    case, told, enter, django_assert_max_num_queries
):
    client = enter(case.officer)
    client.get(told.get_absolute_url())
    with django_assert_max_num_queries(32):
        assert client.get(told.get_absolute_url()).status_code == 200


def test_search_needs_no_diacritics(case):
    IncidentFactory(agency=case.town, title="Đường truyền bị đứt")
    found = Incident.objects.visible_to(case.officer.account)
    for words in ("duong truyen", "ĐƯỜNG", "dut duong"):
        assert found.matching(words).count() == 1
    assert not found.matching("duong ray").exists()


def test_a_closed_agency_gives_nobody_a_view(case):
    incident = IncidentFactory(agency=AgencyFactory(), state=State.RECORDED)
    officer = actor(agency=incident.agency)
    incident.agency.ends_on = clock.today() - timedelta(days=1)
    incident.agency.save()
    assert not Incident.objects.visible_to(officer.account).exists()
