"""Điều 9.2: of several recipients, each lets a protected file in for itself alone."""

import threading

import pytest
from django.db import connections
from django.urls import reverse

from access.models import Notice
from portal.core.errors import NotAllowedError
from scanning import openness, services
from scanning.models import Attachment, AttachmentState, Objection, WebhookDelivery
from scanning.refusals import (
    NotReleasedError,
    OpenAlreadyError,
    OpenToSomebodyError,
)
from scanning.services import disposal, objections, passwords, releasing, rescans
from scanning.verdicts import Verdict
from tests.factories.access import actor
from tests.factories.connectors import connected
from tests.factories.held_files import PASSWORD, aes_zip, old_zip, sent
from tests.factories.scanning import eicar
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

REASON = "Đã nhận mật khẩu và kiểm tra trên máy cách ly."


@pytest.fixture
def parties(clamd, formats, roles):
    """An officer of the sender, one of each of two recipients, and the held file."""
    sender, one, two = actor(), actor(), actor()
    file = sent(
        aes_zip(a__txt=b"hello"), "a.zip", sender.agency, one.agency, two.agency
    )
    return sender, one, two, file


def opened(file, by):
    return services.open_released(file, by=by, agencies=openness.read_for(by.person))


def test_d9_2_it_opens_to_the_agency_that_decided_and_to_no_other(parties):
    sender, one, two, file = parties
    releasing.release_protected(file, by=one, reason=REASON)
    file.refresh_from_db()
    assert (file.state, file.verdict) == (AttachmentState.HELD, Verdict.UNSCANNABLE)
    with opened(file, one) as content:
        assert content.read()
    for other in (two, sender, actor()):
        with pytest.raises(NotReleasedError):
            opened(file, other)
    with pytest.raises(NotReleasedError):
        services.open_published(file)


def test_d9_2_when_each_has_decided_it_is_released(parties):
    _sender, one, two, file = parties
    releasing.release_protected(file, by=one, reason=REASON)
    releasing.release_protected(file, by=two, reason=REASON)
    file.refresh_from_db()
    assert (file.state, file.verdict) == (AttachmentState.RELEASED, "unscannable")
    for each in (one, two):
        opened(file, each).close()


def test_d9_2_an_agency_decides_once(parties):
    _sender, one, two, file = parties
    releasing.release_protected(file, by=one, reason=REASON)
    with pytest.raises(OpenAlreadyError):
        releasing.release_protected(file, by=actor(agency=one.agency), reason=REASON)
    with pytest.raises(NotAllowedError):
        releasing.release_protected(file, by=actor(), reason=REASON)
    assert [each.agency for each in openness.decisions(file)] == [one.agency]
    assert releasing.undecided(file) == [two.agency]


@pytest.mark.django_db(transaction=True)
def test_d9_2_officers_of_two_agencies_at_once_both_decide(parties):
    _sender, one, two, file = parties

    def click(by):
        try:
            releasing.release_protected(file, by=by, reason=REASON)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click, args=[each]) for each in (one, two)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    file.refresh_from_db()
    assert file.is_released
    assert file.release_decisions.count() == 2


def test_d12_5_by_address_the_officer_of_another_recipient_opens_nothing(
    parties, client
):
    _sender, one, two, file = parties
    releasing.release_protected(file, by=one, reason=REASON)
    address = reverse("scanning:download", args=[file.public_id])
    sign_in(client, two)
    assert client.get(address).status_code == 409
    page = client.get(file.get_absolute_url()).content.decode()
    assert address not in page
    assert REASON in page
    assert one.person.full_name in page
    assert reverse("scanning:release", args=[file.public_id]) in page
    client.logout()
    sign_in(client, one)
    page = client.get(file.get_absolute_url()).content.decode()
    assert address in page
    assert reverse("scanning:release", args=[file.public_id]) not in page
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.getvalue()


def test_d9_2_the_gateway_gives_it_to_the_systems_of_that_agency_alone(parties):
    _sender, one, two, file = parties
    here = connected(one.agency, webhook_url="https://here.example/")
    there = connected(two.agency, webhook_url="https://there.example/")
    releasing.release_protected(file, by=one, reason=REASON)
    path = f"/attachments/{file.public_id}"
    told = here.get(path).json()
    assert (told["state"], told["verdict"]) == ("released", "unscannable")
    assert told["released_at"]
    answer = here.get(f"{path}/content")
    assert answer.status_code == 200
    assert answer.getvalue()
    told = there.get(path).json()
    assert (told["state"], told["released_at"]) == ("held", None)
    assert there.get(f"{path}/content").status_code == 409
    heard = WebhookDelivery.objects.get()
    assert (heard.connector, heard.kind) == (here.connector, "released")
    assert heard.body["data"]["state"] == "released"
    releasing.release_protected(file, by=two, reason=REASON)
    heard = WebhookDelivery.objects.order_by("-pk").first()
    assert heard.connector == there.connector
    assert WebhookDelivery.objects.count() == 2, "nobody hears it twice"


def test_d9_2_both_ends_hear_for_whom_alone(parties):
    sender, one, two, file = parties
    Notice.objects.all().delete()
    releasing.release_protected(file, by=one, reason=REASON)
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {sender.person.pk, one.person.pk, two.person.pk}
    assert all(one.agency.name in each.subject for each in Notice.objects.all())


def test_d9_2_an_upheld_objection_opens_a_protected_file_to_one_agency(parties):
    _sender, one, two, file = parties
    made = objections.make(file, by=actor(agency=two.agency), reason="Cần gấp")
    objections.answer(made, by=two, outcome=Objection.Outcome.UPHELD, words=REASON)
    opened(file, two).close()
    with pytest.raises(NotReleasedError):
        opened(file, one)


def test_d13_4_what_a_recipient_may_open_is_not_destroyed(parties):
    sender, one, _two, file = parties
    releasing.release_protected(file, by=one, reason=REASON)
    with pytest.raises(OpenToSomebodyError):
        disposal.propose(file, by=sender, reason="x")


def test_d12_1_malware_found_with_the_password_ends_every_decision(
    clamd, formats, roles
):
    sender, one, two = actor(), actor(), actor()
    content = old_zip(content=eicar())
    file = sent(content, "a.zip", sender.agency, one.agency, two.agency)
    copy = sent(content, "b.zip", None, one.agency, two.agency)
    whole = sent(content, "c.zip", None, one.agency)
    for each in (file, copy, whole):
        releasing.release_protected(each, by=one, reason=REASON)
    passwords.scan_with_password(file, by=sender, password=PASSWORD)
    for each in (file, copy, whole):
        each.refresh_from_db()
        assert (each.state, each.verdict) == (AttachmentState.HELD, "infected")
        with pytest.raises(NotReleasedError):
            opened(each, one)


@pytest.mark.parametrize("way", ["by one agency", "by all", "by password"])
def test_d13_5_d_new_signatures_call_back_what_is_locked(
    clamd, formats, roles, learn, way
):
    """Its outside is looked at, and nobody vouches for its inside."""
    sender, one, two = actor(), actor(), actor()
    content = aes_zip(a__txt=b"hello")
    file = sent(content, "a.zip", sender.agency, one.agency, two.agency)
    if way == "by password":
        passwords.scan_with_password(file, by=sender, password=PASSWORD)
    else:
        for each in (one, two) if way == "by all" else (one,):
            releasing.release_protected(file, by=each, reason=REASON)
    learn("Other", b"Nothing has this text at all")
    rescans.sweep()
    file.refresh_from_db()
    assert rescans.blindness(file) == "locked"
    opened(file, one).close()
    learn("Locked", content[40:90])
    rescans.sweep()
    file.refresh_from_db()
    assert (file.state, file.verdict) == (AttachmentState.HELD, "infected")
    with pytest.raises(NotReleasedError):
        opened(file, one)
    assert not Attachment.objects.filter(state=AttachmentState.RELEASED).exists()
