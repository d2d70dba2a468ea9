"""Minutes: numbered, frozen, sent, corrected only by others that name them."""

import hashlib
import subprocess
import unicodedata
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from incidents import services
from incidents.models import IncidentMinutes, IssuedFile
from incidents.refusals import AlreadyCorrectedError, IssuedFileChangedError
from portal.core import clock, verification
from tests.factories.incidents import IncidentFactory, minutes_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(case):
    case.town.short_name = "UBND thị xã"
    case.town.save()
    return IncidentFactory(agency=case.town)


def issue(incident, case, **details):
    corrects = details.pop("corrects", None)
    return services.issue_minutes(
        incident, by=case.officer, content=minutes_content(**details), corrects=corrects
    )


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF, its lines joined."""
    done = subprocess.run(
        ["/usr/bin/pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def test_d14_1_a_numbers_follow_each_other_within_an_agency_and_a_year(incident, case):
    numbers = [issue(incident, case).number for _each in range(3)]
    assert numbers == ["01/BB-UBND", "02/BB-UBND", "03/BB-UBND"]
    other = IncidentFactory(agency=case.stranger.agency)
    first = services.issue_minutes(other, by=case.stranger, content=minutes_content())
    assert first.number.startswith("01/BB-")


def test_a_number_whose_minutes_failed_is_given_to_the_next(incident, case):
    with pytest.raises(ValueError, match="before it starts"):
        issue(incident, case, ended_at=clock.now() - timedelta(days=9999))
    assert issue(incident, case).ordinal == 1


def test_d14_1_a_every_download_is_the_same_bytes(incident, case, enter):
    minutes = issue(incident, case)
    client = enter(case.officer)
    url = f"/su-co/{incident.number}/bien-ban/{minutes.check_code}.pdf"
    first, second = client.get(url), client.get(url)
    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")
    assert hashlib.sha256(first.content).hexdigest() == minutes.sha256
    assert first["Content-Disposition"].startswith("attachment")
    assert first["X-Content-Type-Options"] == "nosniff"


def test_minutes_say_what_was_written_in_nfc(incident, case):
    text = "Máy chủ thư điện tử bị mã hoá lúc nửa đêm."
    written = unicodedata.normalize("NFD", text)
    minutes = issue(incident, case, sections=(("Diễn biến sự cố", written),))
    found = words_of(services.issued_bytes(minutes, by=case.officer))
    assert text in found
    assert minutes.number in found
    assert unicodedata.is_normalized("NFC", found)


def test_d12_8_a_correction_is_another_that_names_the_old(incident, case):
    old = issue(incident, case)
    new = issue(incident, case, corrects=old)
    old = IncidentMinutes.objects.get(pk=old.pk)
    assert (old.is_current, new.is_current) == (False, True)
    assert old.corrected_by == new
    assert f"thay thế Biên bản số {old.number}" in words_of(
        services.issued_bytes(new, by=case.officer)
    )
    assert services.issued_bytes(old, by=case.officer)
    with pytest.raises(AlreadyCorrectedError):
        issue(incident, case, corrects=old)


def test_d13_4_d_issued_minutes_never_change_in_the_database(incident, case):
    minutes = issue(incident, case)
    for rows, change in (
        (IncidentMinutes.objects.filter(pk=minutes.pk), {"number": "99/BB-KHAC"}),
        (IssuedFile.objects.filter(pk=minutes.pk), {"content": b"%PDF-"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete("default")


def test_bytes_that_were_changed_behind_our_back_are_not_handed_out(incident, case):
    minutes = issue(incident, case)
    minutes.file.content = b"%PDF- another"
    with pytest.raises(IssuedFileChangedError):
        services.issued_bytes(minutes, by=case.officer)


def test_anybody_can_check_minutes_and_learns_nothing_of_the_incident(
    incident, case, client
):
    old = issue(incident, case)
    new = issue(incident, case, corrects=old)
    for question in ({"sha256": old.sha256}, {"number": old.check_code.lower()}):
        [record] = verification.find(**question)
        assert (record.number, record.is_current) == (old.number, False)
        assert record.agency == case.town.name
        assert incident.title not in str(record)
        assert incident.number not in str(record)
    assert verification.find(number=new.number)[0].is_current
    assert verification.find(sha256="0" * 64) == []
    page = client.get(f"/kiem-tra/?so={new.check_code}").content.decode()
    assert new.sha256 in page


def test_the_form_is_prefilled_and_issues(incident, case, enter):
    services.add_measure(
        incident, by=case.officer, text="Ngắt mạng", happened_at=clock.now()
    )
    client = enter(case.officer)
    url = f"/su-co/{incident.number}/bien-ban/"
    form = client.get(url).context["form"]
    assert "Ngắt mạng" in form.initial["measures"]
    assert incident.title in form.initial["course"]
    assert case.superior.name in form.initial["recipients"]
    said = form.initial | {"chair": "Nguyễn Văn An"}
    for name in ("started_at", "ended_at"):
        said[name] = said[name].astimezone(clock.VIETNAM).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(url, said)
    assert answer.status_code == 302, answer.context["form"].errors
    minutes = incident.minutes.get()
    correction = client.get(f"{url}?dinh-chinh={minutes.check_code}").context["form"]
    assert correction.initial["chair"] == "Nguyễn Văn An"
    assert "Ngắt mạng" in correction.initial["measures"]


def test_the_file_lies_in_the_database_as_it_was_issued(incident, case):
    minutes = issue(incident, case)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content FROM incidents_issuedfile WHERE minutes_id = %s",
            [minutes.pk],
        )
        [content] = cursor.fetchone()
    assert hashlib.sha256(bytes(content)).hexdigest() == minutes.sha256
