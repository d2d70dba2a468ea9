"""Wagtail's side doors: which of its addresses answer, and to whom.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.1.d and 13.5.b; every address of the resolver
below /cms/ is tried, so a new version of Wagtail cannot open one unseen.
"""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from access.models import AuditEntry
from policies.cms import doors
from policies.models import FrontPage, GuidancePage
from policies.services.pages import ensure_pages
from tests.factories.access import actor

pytestmark = pytest.mark.django_db

FILLED = {
    "int": "1",
    "slug": "policies",
    "str": "policies",
    "uidb64": "x",
    "token": "x",
}
UPLOADS = ("images", "documents", "embeds")


def _argument(found):
    return FILLED.get(found[1] or found[2], FILLED.get(found[2], "x"))


def _first_choice(found):
    return "1" if found[1].startswith("\\d") else found[1]


def cms_addresses():
    """Return every address below /cms/, with its arguments filled in."""
    (cms,) = [
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "cms/"
    ]
    found = []
    for route, pattern in doors.leaves(cms.url_patterns):
        assert isinstance(pattern, URLPattern)
        filled = re.sub(r"\(\?P<\w+>([^|)]+).*?\)", _first_choice, route)
        filled = re.sub(r"<(?:(\w+):)?(\w+)>", _argument, filled)
        filled = filled.replace("\\.", ".").replace("^", "").rstrip("$")
        filled = filled.replace(".*", "khac")
        found.append("/cms/" + filled)
    return found


ADDRESSES = cms_addresses()


def test_the_list_of_addresses_is_whole():
    assert len(ADDRESSES) > 100
    assert "/cms/login/" in ADDRESSES
    assert not [a for a in ADDRESSES if re.search(r"[<>^$(]", a)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_led_to_our_own_sign_in(client, address):
    answer = client.get(address)
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert answer["Location"].startswith("/dang-nhap/")
    assert client.post(address).status_code in {403, 404}


def test_a_password_alone_opens_nothing(client, roles):
    """Django's session without our second factor is no sign-in."""
    account = actor("form_editor").person
    account.groups.set(Group.objects.filter(name="Editors"))
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    for address in ADDRESSES:
        assert client.get(address).status_code in {302, 404}, address
        assert "wagtail" not in client.get(address).content.decode().lower()


def test_who_does_not_edit_pages_finds_nothing_there(browser_of, agency):
    clerk = browser_of(actor("records_clerk", agency))
    for address in ADDRESSES:
        assert clerk.get(address).status_code == 404, address


def test_an_editor_finds_the_open_addresses_and_no_other(browser_of, editor):
    ensure_pages()
    browser = browser_of(editor)
    assert browser.get("/cms/").status_code == 200
    for closed in (
        "/cms/login/",
        "/cms/password_reset/",
        "/cms/account/",
        "/cms/users/",
        "/cms/users/new/",
        "/cms/groups/",
        "/cms/sites/",
        "/cms/collections/",
        "/cms/workflows/list/",
        "/cms/snippets/",
        "/cms/pages/1/privacy/",
        "/cms/failwhale/",
        "/cms/bulk/access/account/delete/",
        *[
            f"/cms/{room}/{rest}"
            for room in UPLOADS
            for rest in ("", "add/", "chooser/")
        ],
    ):
        assert browser.get(closed).status_code == 404, closed
        assert browser.post(closed).status_code == 404, closed


def test_wagtails_front_end_doors_do_not_exist(client):
    ensure_pages()
    for address in (
        "/_util/login/",
        "/_util/authenticate_with_password/1/1/",
        "/documents/1/x.pdf",
        "/admin/",
        "/admin/login/",
    ):
        assert client.get(address).status_code == 404, address


def test_no_app_takes_files_beside_scanning():
    assert not [app for app in settings.INSTALLED_APPS if app.endswith(UPLOADS)]
    assert "modelsearch" not in settings.INSTALLED_APPS
    assert "wagtail.api.v3" not in settings.INSTALLED_APPS


def test_an_editor_writes_and_publishes_a_page(browser_of, editor, client):
    front = ensure_pages()
    browser = browser_of(editor)
    address = reverse(
        "wagtailadmin_pages:add", args=["policies", "guidancepage", front.pk]
    )
    written = {
        "title": "Đặt lịch hẹn",
        "slug": "dat-lich-hen",
        "introduction": "Cách đặt lịch.",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "Trước khi đến",
        "search_description": "",
        "action-publish": "1",
    }
    answer = browser.post(address, written)
    assert answer.status_code == 302, answer.context["form"].errors

    shown = client.get("/dat-lich-hen/")
    assert "Trước khi đến" in shown.content.decode()
    assert "unsafe-inline" not in shown["Content-Security-Policy"]
    assert AuditEntry.objects.filter(event="policies.page_published").count() == 1


def test_the_editor_is_confined_to_this_host(browser_of, editor):
    ensure_pages()
    policy = browser_of(editor).get("/cms/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_pages_never_hide_the_addresses_of_the_portal():
    front = ensure_pages()
    page = front.add_child(instance=GuidancePage(title="Biểu mẫu", slug="bieu-mau"))
    page.save_revision().publish()
    assert resolve("/bieu-mau/").view_name == "policies:forms"
    assert resolve("/").view_name == "home:front"


def test_an_address_keeps_its_d():
    front = ensure_pages()
    page = front.add_child(instance=GuidancePage(title="Đề nghị cấp đất"))
    assert page.slug == "de-nghi-cap-dat"


def test_pages_are_made_once():
    assert ensure_pages() == ensure_pages()
    assert FrontPage.objects.count() == 1
