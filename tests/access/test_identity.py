"""One natural person, one account; the number is kept nowhere (Điều 3.3, 8.1)."""

import logging

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from access.identity import Identity, digest, normalise
from access.models import Account, AuditEntry, Notice, Role
from access.refusals import (
    EmailTakenError,
    IdentityInvalidError,
    IdentityTakenError,
    OtherPersonError,
)
from access.services import invitations
from access.services.invitations import Person
from access.services.posts import Post
from portal.core import clock
from tests.factories.access import AccountFactory
from tests.signed_in import sign_in

NUMBER = "070090001234"


@pytest.fixture
def post(admin):
    return Post(admin.agency, Role.objects.get(code="records_clerk"), clock.today())


def person(**changes):
    given = {
        "full_name": "Trần Thị Văn Thư",
        "username": "vanthu.moi",
        "identity": Identity.of(NUMBER),
    }
    return Person(**given | changes)


@pytest.mark.parametrize(
    "typed",
    ["070090001234", " 070 090 001 234 ", "070.090.001.234", "070\u00a0090001234"],
)
def test_one_number_has_one_form_however_it_is_typed(typed):
    assert normalise(typed) == NUMBER
    assert digest(typed) == digest(NUMBER)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "07009000123",
        "0700900012345",
        "07009000123x",
        "０７００９０００１２３４",
        "٠٧٠٠٩٠٠٠١٢٣٤",
        "-70090001234",
        "070090001234\n1",
        "7.0090001234E+10",
    ],
)
def test_what_is_no_number_is_refused_and_digits_of_other_scripts_too(typed):
    with pytest.raises(IdentityInvalidError, match="12"):
        digest(typed)


def test_the_former_number_of_nine_digits_is_taken():
    assert len(digest("285 123 456")) == 64


def test_without_the_secret_the_hash_tells_nothing(settings):
    before = digest(NUMBER)
    settings.SECRET_KEY = "another secret of the portal"
    assert digest(NUMBER) != before


@pytest.mark.django_db
def test_d3_3_nobody_gets_a_second_account(admin, stranger, post):
    invitations.invite(person(), post, by=admin)
    elsewhere = Post(stranger.agency, post.role, clock.today())
    again = person(full_name="Trần Thị Văn Thư", username="ten.khac")
    with pytest.raises(IdentityTakenError) as refused:
        invitations.invite(again, elsewhere, by=stranger)
    assert not Account.objects.filter(username="ten.khac").exists()
    # Where the person serves is not told.
    assert admin.agency.name not in str(refused.value)
    assert "vanthu.moi" not in str(refused.value)


@pytest.mark.django_db
def test_d3_3_a_number_recorded_under_a_former_secret_is_known(settings, admin, post):
    invitations.invite(person(), post, by=admin)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the secret after it"
    with pytest.raises(IdentityTakenError):
        invitations.invite(person(username="ten.khac"), post, by=admin)


@pytest.mark.django_db
def test_d3_3_the_database_keeps_the_rule_when_the_code_forgets():
    AccountFactory(identity_digest=digest(NUMBER))
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountFactory(identity_digest=digest(NUMBER))
    AccountFactory(identity_digest="")
    AccountFactory(identity_digest="")


@pytest.mark.django_db
def test_d8_1_a_further_post_goes_to_the_account_that_there_is(admin, stranger, post):
    invitations.invite(person(), post, by=admin)
    elsewhere = Post(stranger.agency, post.role, clock.today())
    made = invitations.give_further_post(person(username=""), elsewhere, by=stranger)
    assert made.account.username == "vanthu.moi"
    told = Notice.objects.get(recipient=made.account)
    assert stranger.agency.name in told.body, "he hears of what is done in his name"
    assert set(made.account.assignments.values_list("agency", flat=True)) == {
        admin.agency.pk,
        stranger.agency.pk,
    }


@pytest.mark.django_db
def test_d8_1_a_mistyped_number_gives_nobody_elses_account_a_right(
    admin, stranger, post
):
    invitations.invite(person(), post, by=admin)
    elsewhere = Post(stranger.agency, post.role, clock.today())
    with pytest.raises(OtherPersonError):
        invitations.give_further_post(
            person(full_name="Lê Văn Khác"), elsewhere, by=stranger
        )
    with pytest.raises(OtherPersonError):
        invitations.give_further_post(
            person(identity=Identity.of("079123456789")), elsewhere, by=stranger
        )


@pytest.mark.django_db
def test_an_address_that_another_account_uses_opens_nobodys_account(admin, post):
    AccountFactory(email="chung@example.test")
    with pytest.raises(EmailTakenError, match="Chung"):
        invitations.invite(person(email="Chung@Example.test"), post, by=admin)
    Account.objects.filter(email="chung@example.test").update(is_active=False)
    assert invitations.invite(person(email="Chung@Example.test"), post, by=admin)


def form_of(admin, role, **changes):
    given = {
        "full_name": "Trần Thị Văn Thư",
        "username": "vanthu.moi",
        "identity_number": "070 090 001 234",
        "email": "vanthu.moi@example.test",
        "agency": admin.agency.pk,
        "role": role.pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
    }
    return given | changes


@pytest.mark.django_db
def test_the_number_is_kept_and_logged_nowhere(client, admin, post, caplog):
    sign_in(client, admin)
    page = "/tai-khoan-don-vi/moi/"
    with caplog.at_level(logging.DEBUG):
        answer = client.post(page, form_of(admin, post.role))
    assert answer.status_code == 302
    made = Account.objects.get(username="vanthu.moi")
    assert made.identity_digest == digest(NUMBER)
    for model in apps.get_models():
        stored = repr(list(model._default_manager.values_list()))
        assert NUMBER not in stored, model
        assert "070 090 001 234" not in stored, model
    assert NUMBER not in caplog.text
    entries = AuditEntry.objects.values_list("additional_data", flat=True)
    assert not any(made.identity_digest in str(each) for each in entries)


@pytest.mark.django_db
def test_the_form_offers_a_further_post_to_whoever_has_an_account(
    client, stranger, admin, post
):
    invitations.invite(person(), post, by=admin)
    sign_in(client, stranger)
    page = "/tai-khoan-don-vi/moi/"
    wanted = form_of(stranger, post.role, username="khac", email="")
    answer = client.post(page, wanted)
    assert answer.status_code == 200
    assert "kiêm nhiệm" in answer.content.decode()
    assert "further_post" in answer.content.decode()
    assert not Account.objects.filter(username="khac").exists()
    answer = client.post(page, wanted | {"further_post": "on"})
    assert answer.status_code == 302
    account = Account.objects.get(username="vanthu.moi")
    assert account.assignments.filter(agency=stranger.agency).exists()
