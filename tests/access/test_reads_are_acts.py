"""Điều 12.3 and 13.4.d: whoever looks at something sensitive leaves an act.

The table names each such page, and what it must leave. A list is no act: one row for
each page of a list would drown what matters.
"""

import pytest
from django.urls import reverse

from access.models import AuditEntry
from portal.core import clock
from scanning.models import Purpose
from tests.factories.access import AssignmentFactory, actor
from tests.factories.scanning import AttachmentFactory, QuarantineItemFactory
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"}


def of_a_colleague(admin):
    return AssignmentFactory(agency=admin.agency).account


def account_page(admin):
    return "agency_admin", reverse("access:account", args=[of_a_colleague(admin).pk])


def rights_of_another(admin):
    today = clock.today().isoformat()
    asked = f"?ngay={today}&nguoi={of_a_colleague(admin).username}"
    return "agency_admin", reverse("access:powers") + asked


def rights_as_a_file(admin):
    today = clock.today().isoformat()
    asked = f"?ngay={today}&co_quan={admin.agency.code}"
    return "agency_admin", reverse("access:export-powers") + asked


def staff_as_a_file(admin):
    return "agency_admin", reverse("access:staff-export")


def trail_of_a_person(_admin):
    return "auditor", reverse("access:audit") + "?person=nguoi"


def trail_of_a_document(_admin):
    return "auditor", reverse("access:audit") + "?reference=BB-1"


def held_file(admin):
    item = QuarantineItemFactory(attachment__agency=admin.agency)
    address = reverse("scanning:detail", args=[item.attachment.public_id])
    return "security_officer", address


def received_file(admin):
    file = AttachmentFactory(released=True, agency=admin.agency)
    return "security_officer", reverse("scanning:download", args=[file.public_id])


SENSITIVE = {
    account_page: "access.account_read",
    rights_of_another: "access.powers_read",
    rights_as_a_file: "access.powers_exported",
    staff_as_a_file: "access.staff_exported",
    trail_of_a_person: "access.audit_searched",
    trail_of_a_document: "access.audit_searched",
    held_file: "scanning.held_file_read",
    received_file: "scanning.downloaded",
}


@pytest.mark.parametrize("page", SENSITIVE, ids=lambda page: page.__name__)
def test_d12_3_each_sensitive_page_leaves_its_act(client, admin, page):
    role, address = page(admin)
    reader = actor(role, admin.agency)
    sign_in(client, reader)
    answer = client.get(address, headers=BROWSER)
    if page is staff_as_a_file:
        form = {"agency": admin.agency.pk, "kind": "csv"}
        answer = client.post(address, form, headers=BROWSER)
    assert answer.status_code == 200, answer
    if answer.streaming:
        b"".join(answer.streaming_content)
    entry = AuditEntry.objects.get(event=SENSITIVE[page])
    assert (entry.actor, entry.action) == (reader.person, AuditEntry.Action.ACCESS)
    assert entry.remote_addr
    assert entry.device


def test_evidence_is_a_file_like_any_other_and_its_download_an_act(client, admin):
    file = AttachmentFactory(
        released=True, agency=admin.agency, purpose=Purpose.EVIDENCE
    )
    sign_in(client, actor("security_officer", admin.agency))
    answer = client.get(reverse("scanning:download", args=[file.public_id]))
    assert b"".join(answer.streaming_content)
    entry = AuditEntry.objects.get(event="scanning.downloaded")
    assert entry.reference == file.sha256


@pytest.mark.parametrize(
    "list_page",
    ["/nhat-ky/", "/nhat-ky/?since=2026-01-01", "/tai-khoan-don-vi/", "/tep/cach-ly/"],
)
def test_a_list_is_no_act(client, admin, list_page):
    sign_in(client, admin)
    before = AuditEntry.objects.count()
    assert client.get(list_page).status_code == 200
    assert AuditEntry.objects.count() == before


def test_d12_3_ones_own_account_and_acts_are_no_secret(client, admin):
    sign_in(client, admin)
    client.get(reverse("access:account", args=[admin.person.pk]))
    clerk = actor("records_clerk", admin.agency)
    sign_in(client, clerk)
    client.get("/nhat-ky/?person=nguoi")
    assert not AuditEntry.objects.filter(event="access.account_read").exists()
    assert not AuditEntry.objects.filter(event="access.audit_searched").exists()


def test_a_file_that_is_not_held_is_looked_at_freely(client, admin):
    file = AttachmentFactory(released=True, agency=admin.agency)
    sign_in(client, actor("security_officer", admin.agency))
    client.get(reverse("scanning:detail", args=[file.public_id]))
    assert not AuditEntry.objects.filter(event="scanning.held_file_read").exists()
