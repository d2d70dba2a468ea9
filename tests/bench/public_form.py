"""The page of a public form against a Django view that returns a constant."""

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from access.gate import public
from policies.models import FormTemplate
from tests.bench.measure import Ratio, computing, in_turn

# A page with its form, versions and files, laid out in the common frame.
SLOWER_AT_MOST = 25
QUERIES_AT_MOST = 12


@public
def constant(_request: HttpRequest) -> HttpResponse:
    """Answer as fast as Django with all our middleware can."""
    return HttpResponse("constant")


urlpatterns = [path("constant/", constant), path("", include("portal.urls"))]


def ratios() -> Iterator[Ratio]:
    """Measure with Django's client: no network, all middleware."""
    call_command("demo")
    code = FormTemplate.objects.in_force()[0].code
    client, address = Client(), f"/bieu-mau/{code}/"
    with override_settings(ROOT_URLCONF=__name__):
        assert client.get(address).status_code == client.get("/constant/").status_code
        value = in_turn(
            lambda: client.get(address),
            lambda: client.get("/constant/"),
            rounds=100,
            clock=computing,
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
    yield Ratio(
        "public form page, computing time",
        value,
        "a Django view that returns a constant",
        SLOWER_AT_MOST,
    )
    yield Ratio(
        "public form page, queries",
        len(queries) / QUERIES_AT_MOST,
        f"the {QUERIES_AT_MOST} queries it may ask",
        1,
    )
