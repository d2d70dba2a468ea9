"""Language and look: chosen by the person, remembered by the server, never guessed."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_vietnamese_is_the_default_whatever_the_browser_wishes(client: Client):
    page = client.get("/", headers={"accept-language": "en-US,en;q=0.9"})

    assert '<html lang="vi"' in page.content.decode()
    assert page["Content-Language"] == "vi"


def test_english_is_there_for_whom_it_is_chosen_under_the_same_address(client: Client):
    answer = client.post("/ngon-ngu/", {"language": "en", "next": "/kiem-tra/"})
    assert (answer.status_code, answer["Location"]) == (302, "/kiem-tra/")

    page = client.get("/kiem-tra/").content.decode()
    assert '<html lang="en"' in page
    assert "Check a document" in page


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_look_is_written_by_the_server_so_nothing_flashes(client: Client, theme):
    client.post("/giao-dien/", {"theme": theme, "next": "/"})

    assert f'data-bs-theme="{theme}"' in client.get("/").content.decode()


def test_without_a_choice_the_device_decides(client: Client):
    assert 'data-bs-theme="auto"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("page", "sent"),
    [("/giao-dien/", {"theme": "<b>"}), ("/ngon-ngu/", {"language": "xx"})],
)
def test_a_choice_that_nobody_offered_is_ignored(client: Client, page, sent):
    assert not client.post(page, sent).cookies


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_a_choice_leads_back_to_our_own_pages_only(client: Client, elsewhere):
    answer = client.post("/giao-dien/", {"theme": "dark", "next": elsewhere})

    assert answer["Location"] == "/"
