"""What went wrong is said in words, in the frame of the portal, with a way out."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from access import gate
from portal.core.errors import NotAllowedError, RefusalError
from portal.home import errors
from portal.urls import urlpatterns as ours

pytestmark = pytest.mark.django_db


class TeapotError(RefusalError):
    """A refusal made up for these tests."""

    code, status = "teapot", 418
    message = "Only %(drink)s is made here."


@gate.public
def refuses(request):
    raise TeapotError(drink="tea")


@gate.public
def forbids(request):
    raise NotAllowedError


@gate.public
def breaks(request):
    raise ZeroDivisionError


urlpatterns = [path("tu-choi/", refuses), path("cam/", forbids), path("hong/", breaks)]
urlpatterns += ours
handler404 = errors.not_found
handler500 = errors.broken


@pytest.fixture(autouse=True)
def _with_pages_that_fail():
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_a_refusal_is_a_page_with_its_status_and_sentence(client: Client):
    answer = client.get("/tu-choi/")

    assert answer.status_code == 418
    assert "Only tea is made here." in answer.content.decode()
    assert 'data-code="teapot"' in answer.content.decode()


def test_a_refusal_in_a_part_of_a_page_is_that_part_only(client: Client):
    answer = client.get("/tu-choi/", headers={"HX-Request": "true"})

    assert answer.status_code == 418
    assert "<html" not in answer.content.decode()


def test_a_refusal_keeps_its_own_status(client: Client):
    assert client.get("/cam/").status_code == 403


def test_an_unknown_address_is_404_with_a_way_out(client: Client):
    gate_keeps_quiet = client.get("/khong-co/")

    assert gate_keeps_quiet.status_code == 404
    assert "Không tìm thấy trang" in gate_keeps_quiet.content.decode()
    assert 'href="/"' in gate_keeps_quiet.content.decode()


def test_a_bug_is_a_500_that_shows_nothing_of_itself():
    client = Client(raise_request_exception=False)
    answer = client.get("/hong/")

    assert answer.status_code == 500
    assert "Cổng gặp lỗi" in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


@pytest.mark.parametrize("page", [errors.bad_request, errors.forbidden])
def test_the_other_error_pages_stand(page, rf: RequestFactory):
    request = rf.get("/")
    request.actor = None

    answer: HttpResponse = page(request, Exception("ẩn"))

    assert answer.status_code in {400, 403}
    assert "ẩn" not in answer.content.decode()
