"""One table says who gets what; it fails when an address has no row (Điều 12.5)."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories.access import actor
from tests.factories.policies import (
    FormTemplateFactory,
    InternalRuleFactory,
    RuleVersionFactory,
    published_version,
    submitted_version,
)

pytestmark = pytest.mark.django_db

PEOPLE = ("citizen", "editor", "approver", "stranger", "officer", "auditor")
EVERYBODY = dict.fromkeys(PEOPLE, 200)
# 404, not 403: another agency must not learn that the draft exists.
WORKERS = {
    "citizen": 302,
    "editor": 200,
    "approver": 200,
    "stranger": 404,
    "officer": 404,
    "auditor": 404,
}
READERS = {
    "citizen": 302,
    "editor": 200,
    "approver": 200,
    "stranger": 404,
    "officer": 200,
    "auditor": 404,
}
# What only takes POST answers a GET with 405 once the door is open.
POST_ONLY = dict.fromkeys(PEOPLE, 405) | {"citizen": 302}
DRAFTED = {**WORKERS, "approver": 403}

ANSWERS = {
    "forms": EVERYBODY,
    "form": EVERYBODY,
    "version": EVERYBODY,
    "download": EVERYBODY,
    "version-download": EVERYBODY,
    "library": EVERYBODY,
    "report-incident": EVERYBODY,
    "manage-forms": {**WORKERS, "stranger": 200, "officer": 403, "auditor": 403},
    "new-form": {
        **dict.fromkeys(PEOPLE, 403),
        "citizen": 302,
        "editor": 200,
        "stranger": 200,
    },
    "new-version": DRAFTED,
    "manage-version": WORKERS,
    "change-version": POST_ONLY,
    "put-files": POST_ONLY,
    "submit-version": POST_ONLY,
    "approve-version": POST_ONLY,
    "return-version": POST_ONLY,
    "rules": {**EVERYBODY, "citizen": 302},
    "rule": READERS,
    "new-rule": {**dict.fromkeys(PEOPLE, 403), "citizen": 302, "officer": 200},
    "new-wording": {**dict.fromkeys(PEOPLE, 404), "citizen": 302, "officer": 200},
    "acknowledge": POST_ONLY,
    "submit-rule": POST_ONLY,
    "approve-rule": POST_ONLY,
    "return-rule": POST_ONLY,
}

# What the same people get when they do post: the acts of others are not found.
POSTED = {
    "change-version": {"citizen": 404, "stranger": 404, "officer": 404},
    "put-files": {"citizen": 404, "stranger": 404, "officer": 404},
    "submit-version": {"citizen": 404, "stranger": 404, "approver": 403},
    "approve-version": {"citizen": 404, "stranger": 404, "editor": 403},
    "return-version": {"citizen": 404, "stranger": 404, "officer": 404},
    "acknowledge": {"citizen": 404, "stranger": 404, "auditor": 404},
    "submit-rule": {"citizen": 404, "stranger": 404, "approver": 403},
    "approve-rule": {"citizen": 404, "stranger": 404, "officer": 403},
    "return-rule": {"citizen": 404, "stranger": 404, "auditor": 404},
}


@pytest.fixture
def people(agency, browser_of):
    """Return one browser for each person of the table."""
    return {
        "citizen": Client(),
        "editor": browser_of(actor("form_editor", agency)),
        "approver": browser_of(actor("form_approver", agency)),
        "stranger": browser_of(actor("form_editor")),
        "officer": browser_of(actor("security_officer", agency)),
        "auditor": browser_of(actor("auditor")),
    }


@pytest.fixture
def arguments(agency):
    """Return the arguments of each address."""
    published = published_version(
        template=FormTemplateFactory(code="BM-01", agency=agency)
    )
    submitted_version(template=FormTemplateFactory(code="BM-02", agency=agency))
    rule = InternalRuleFactory(agency=agency)
    version = RuleVersionFactory(rule=rule, published=True)
    number = published.number
    working = {name: ["BM-02", 1] for name in ANSWERS if name.endswith("-version")}
    names = ("rule", "acknowledge", "submit-rule", "approve-rule", "return-rule")
    ruling = {name: [rule.slug, version.pk] for name in names}
    return {
        **working,
        **ruling,
        "put-files": ["BM-02", 1],
        "form": ["BM-01"],
        "version": ["BM-01", number],
        "download": ["BM-01", "pdf"],
        "version-download": ["BM-01", number, "pdf"],
        "new-version": ["BM-01"],
        "new-wording": [rule.slug],
    }


def test_every_address_has_a_row():
    patterns = get_resolver("policies.urls").reverse_dict
    assert {name for name in patterns if isinstance(name, str)} == set(ANSWERS)


def test_each_person_gets_the_answer_in_the_table(people, arguments):
    wrong = []
    for page, expected in ANSWERS.items():
        url = reverse(f"policies:{page}", args=arguments.get(page, []))
        for who, browser in people.items():
            answer = browser.get(url)
            b"".join(answer)  # a download closes its file once it was read
            if answer.status_code != expected[who]:
                wrong.append((page, who, answer.status_code, expected[who]))
    assert not wrong


def test_nobody_acts_on_what_he_does_not_handle(people, arguments):
    wrong = []
    for page, expected in POSTED.items():
        url = reverse(f"policies:{page}", args=arguments.get(page, []))
        for who, status in expected.items():
            answer = people[who].post(
                url, {"reason": "x", "in_force_from": "2026-01-01"}
            )
            if answer.status_code != status:
                wrong.append((page, who, answer.status_code, status))
    assert not wrong


def test_a_rule_of_another_agency_is_not_found(browser_of, agency):
    version = RuleVersionFactory(published=True)
    provincial = RuleVersionFactory(
        published=True, rule=InternalRuleFactory(is_provincial=True)
    )
    clerk = browser_of(actor("records_clerk", agency))
    assert clerk.get(version.get_absolute_url()).status_code == 404
    assert clerk.get(provincial.get_absolute_url()).status_code == 200
