"""Điều 11 and 12.8: fixed times, and corrections beside what they correct."""

import pytest
from django.db import DatabaseError, transaction

from access.models import AuditEntry
from scanning.models import ExchangeEvent

pytestmark = pytest.mark.django_db


def test_an_event_is_recorded_once_with_the_time_of_the_server(sender):
    first = sender.report()
    assert first.status_code == 201
    again = sender.report()
    assert again.status_code == 200
    assert again.json() == first.json()
    event = ExchangeEvent.objects.get()
    assert event.happened_at.isoformat() == "2026-01-05T01:00:00+00:00"
    assert event.recorded_at > event.happened_at


def test_another_time_for_the_same_event_is_refused_and_written_down(sender):
    sender.report()
    answer = sender.report(happened_at="2026-01-05T09:00:00+07:00")
    assert (answer.status_code, answer.json()["code"]) == (409, "event_fixed")
    noted = AuditEntry.objects.get(event="scanning.event_refused")
    assert noted.reference == "2026/0001@noivu"
    assert noted.additional_data["fields"] == ["happened_at"]
    assert ExchangeEvent.objects.get().happened_at.hour == 1


def test_the_database_refuses_to_change_a_recorded_event(sender):
    sender.report()
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeEvent.objects.update(happened_at="2026-01-05T09:00:00Z")
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeEvent.objects.all().delete()


def test_a_correction_is_linked_to_the_original_and_both_are_there(sender):
    sender.report()
    answer = sender.report(
        kind="corrected", message_id="2026/0002@noivu", corrects="2026/0001@noivu"
    )
    assert answer.status_code == 201
    assert answer.json()["corrects"] == "2026/0001@noivu"
    original = ExchangeEvent.objects.get(kind="sent")
    assert original.corrections.get().message_id == "2026/0002@noivu"


@pytest.mark.parametrize("corrects", [None, "2026/9999@noivu"])
def test_a_correction_without_a_known_original_is_refused(sender, corrects):
    sender.report()
    answer = sender.report(kind="corrected", message_id="x", corrects=corrects)
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_correct")
    assert not ExchangeEvent.objects.filter(kind="corrected").exists()


def test_a_correction_never_corrects_the_message_of_another_agency(sender, stranger):
    sender.report()
    answer = stranger.report(
        kind="corrected", message_id="x", corrects="2026/0001@noivu"
    )
    assert answer.json()["code"] == "nothing_to_correct"


def test_the_receiver_reports_receipt_and_refusal(sender, receiver):
    event = {
        "from_agency": sender.connector.agency.code,
        "agency": receiver.connector.agency.code,
    }
    assert receiver.report(kind="received", **event).status_code == 201
    assert receiver.report(kind="refused", **event).json()["code"] == "event_wrong"
    refused = receiver.report(kind="refused", reason="Sai nơi nhận", **event)
    assert refused.status_code == 201


def test_nobody_reports_for_another_agency(sender, stranger):
    answer = stranger.report(from_agency=sender.connector.agency.code)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_its_agency")
    answer = sender.report(agency=stranger.connector.agency.code)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"happened_at": "2026-01-05T08:00:00"},
        {"happened_at": "2990-01-05T08:00:00+07:00"},
        {"happened_at": "0001-01-01T00:00:00+14:00"},
        {"happened_at": "9999-12-31T23:59:59-14:00"},
        {"kind": "deleted"},
        {"message_id": ""},
        {"corrects": "2026/0000@noivu"},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(sender, wrong):
    assert sender.report(**wrong).status_code == 422
    assert not ExchangeEvent.objects.exists()


def test_a_body_that_is_no_json_is_a_problem(sender):
    answer = sender.client.post(
        "/api/v1/events", "{", content_type="application/json", headers=sender.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
