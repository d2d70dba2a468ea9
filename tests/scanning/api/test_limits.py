"""How much a connected system may ask for, and that it hears when to come again."""

import threading
import time

import pytest
from django.db import connection

from access.models import Connector, ConnectorUsage
from access.services import connectors
from portal.core import clock
from scanning import tasks
from scanning.models import Attachment, ScanDuty
from scanning.services import waiting
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory
from tests.scanning.faults.processes import wait_until


@pytest.mark.django_db
def test_calls_are_counted_and_the_answer_says_how_many_are_left(sender):
    answer = sender.get("/directory")
    assert answer["RateLimit-Policy"] == '"calls";q=600;w=60'
    assert answer["RateLimit"].startswith('"calls";r=599;t=')
    used = ConnectorUsage.objects.get()
    assert used.calls == 1


@pytest.mark.django_db
def test_more_calls_than_agreed_are_refused_with_the_time_to_come_again(sender):
    Connector.objects.update(calls_a_minute=2)
    answers = [sender.get("/directory") for _call in range(4)]
    if clock.now().second < 2:  # a minute began in between
        answers = [sender.get("/directory") for _call in range(4)]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_calls")
    assert 1 <= int(refused["Retry-After"]) <= 60


@pytest.mark.django_db
def test_one_system_does_not_use_up_the_calls_of_another(sender, stranger):
    Connector.objects.update(calls_a_minute=1)
    for _call in range(3):
        sender.get("/directory")
    assert stranger.get("/directory").status_code == 200


@pytest.mark.django_db
def test_more_bytes_than_agreed_are_refused(sender):
    Connector.objects.update(megabytes_a_day=1)
    own = [sender.connector.agency.code]
    assert sender.send(b"x" * 700_000, to_agency=own).status_code == 202
    answer = sender.send(b"y" * 700_000, to_agency=own, message_id="2")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_bytes")
    assert 0 < int(answer["Retry-After"]) <= 86400
    assert sender.get("/directory").status_code == 200
    # What was refused unread is not counted: a smaller one still comes today.
    smaller = sender.send(b"y" * 200_000, to_agency=own, message_id="3")
    assert smaller.status_code == 202


@pytest.mark.django_db
def test_a_file_above_the_limit_is_refused_before_it_is_read(sender, settings):
    settings.PORTAL_UPLOAD_LIMIT = 1000
    own = [sender.connector.agency.code]
    answer = sender.send(b"x" * 2000, to_agency=own)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = sender.send(b"x" * 2_000_000, to_agency=own)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not Attachment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("digits", [10, 30, 5000])
def test_a_body_that_is_refused_unread_uses_up_no_bytes_of_the_day(sender, digits):
    Connector.objects.update(megabytes_a_day=1)
    answer = sender.client.generic(
        "POST",
        "/api/v1/attachments",
        b"x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="9" * digits,
        headers=sender.headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert ConnectorUsage.objects.get().size == 0
    own = [sender.connector.agency.code]
    assert sender.send(b"x" * 700_000, to_agency=own).status_code == 202


@pytest.mark.django_db
def test_a_long_queue_says_when_to_come_again(sender, settings):
    settings.PORTAL_QUEUE_LIMIT = 2
    own = [sender.connector.agency.code]
    for number in range(3):
        ScanDuty.objects.create(attachment=AttachmentFactory(), rank=number)
    answer = sender.send(to_agency=own)
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert 5 <= int(answer["Retry-After"]) <= 3600
    ScanDuty.objects.first().finish()
    assert sender.send(to_agency=own).status_code == 202


@pytest.mark.django_db
def test_a_body_that_is_no_form_is_refused(sender):
    answer = sender.client.post(
        "/api/v1/attachments",
        "{}",
        content_type="application/json",
        headers=sender.headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "not_multipart")


@pytest.mark.django_db
def test_a_form_that_is_broken_is_a_problem_and_no_page(sender):
    answer = sender.client.post(
        "/api/v1/attachments",
        b"--x\r\nnonsense",
        content_type="multipart/form-data",
        headers=sender.headers,
    )
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


# ── Waiting ───────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_who_waits_has_his_file_scanned_at_once_if_it_is_next(sender, clamd, formats):
    own = [sender.connector.agency.code]
    answer = sender.send(to_agency=own, headers={"Prefer": "wait=20"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "clean")
    assert answer["Preference-Applied"] == "wait=20"
    duty = ScanDuty.objects.get()
    assert (duty.attempts, duty.done_at is None, duty.claimed_at) == (1, False, None)


@pytest.mark.django_db(transaction=True)
def test_who_waits_behind_others_hears_the_verdict_as_soon_as_it_is_there(
    sender, clamd, formats
):
    own = [sender.connector.agency.code]
    assert sender.send(to_agency=own).status_code == 202
    first = ScanDuty.objects.get()
    done = []

    def work():
        try:
            wait_until(lambda: ScanDuty.objects.count() > 1)
            done.extend([tasks.take_next(), tasks.take_next()])
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    answer = sender.send(to_agency=own, message_id="2", headers={"Prefer": "wait=20"})
    worker.join()
    assert (answer.status_code, answer.json()["verdict"]) == (200, "clean")
    assert done == [True, True]  # he took neither: the first was in front of his
    first.refresh_from_db()
    assert first.done_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_left_to_the_workers(sender, clamd, formats, monkeypatch):
    monkeypatch.setattr(waiting, "LARGEST", 3)
    own = [sender.connector.agency.code]
    answer = sender.send(to_agency=own, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202
    assert ScanDuty.objects.claimable().count() == 1


@pytest.mark.django_db
def test_only_few_wait_and_the_others_hear_at_once(sender):
    own = [sender.connector.agency.code]
    places = 0
    while waiting._places.acquire(blocking=False):
        places += 1
    try:
        began = time.monotonic()
        answer = sender.send(to_agency=own, headers={"Prefer": "wait=20"})
        assert time.monotonic() - began < 5
        assert answer.status_code == 202
    finally:
        waiting._places.release() if places else None
        for _place in range(places - 1):
            waiting._places.release()


@pytest.mark.django_db
def test_whose_file_is_not_judged_in_time_hears_202(
    sender, formats, settings, tmp_path
):
    settings.PORTAL_CLAMD_SOCKET = str(tmp_path / "nobody")
    own = [sender.connector.agency.code]
    answer = sender.send(to_agency=own, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202
    assert waiting._places.acquire(blocking=False)  # the place is free again
    waiting._places.release()


# ── The directory ─────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_directory_of_a_day_names_who_takes_part_and_who_gets_paper(
    sender, receiver
):
    agency = receiver.connector.agency
    connectors.suspend(receiver.connector, reason="x", by=actor("province_admin"))
    told = sender.get("/directory").json()
    by_code = {each["code"]: each for each in told["agencies"]}
    assert by_code[sender.connector.agency.code]["exchange"] == "electronic"
    assert by_code[agency.code]["exchange"] == "paper"
    early = sender.get("/directory", on="1999-12-31").json()
    assert early["agencies"] == []
    assert sender.get("/directory", on="hôm qua").status_code == 422
