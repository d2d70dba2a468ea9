"""The description holds: whatever is sent, no answer breaks or is unannounced."""

import hypothesis
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck
from schemathesis import checks

from portal.api import api
from portal.wsgi import application
from tests.factories.access import AgencyFactory
from tests.factories.connectors import connected

OPENAPI = "/api/v1/openapi.json"
EXAMPLES = 12


def whole(environ, start_response):
    """Answer as a server does, which closes what it has sent."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.mark.django_db
def test_the_description_is_public_and_complete(client):
    told = client.get(OPENAPI).json()
    assert told["openapi"].startswith("3.1")
    flows = told["components"]["securitySchemes"]["connector"]["flows"]
    assert set(flows["clientCredentials"]["scopes"]) == {
        "scan",
        "directory",
        "decision",
        "events",
    }
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            is_open = path.startswith(("/api/v1/forms", "/api/v1/verify"))
            assert is_open or operation["security"], where
            for status, answer in operation["responses"].items():
                assert answer["description"], where
                if int(status) >= 400:
                    assert set(answer["content"]) == {"application/problem+json"}, where


@pytest.mark.django_db
def test_whatever_is_asked_for_there_is_a_problem_and_no_page():
    client = Client()
    for method in ("get", "post", "put", "delete", "patch"):
        for path in ("", "nothing/", "attachments/", "attachments", "forms", "x/y/z"):
            answer = getattr(client, method)(f"/api/v1/{path}")
            kind = answer["Content-Type"]
            assert answer.status_code < 500, (method, path)
            assert kind.startswith("application/"), (method, path)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize(
    "operation",
    sorted(
        f"{method.upper()} {path}"
        for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")[
            "paths"
        ].items()
        for method in operations
    ),
)
def test_no_call_breaks_the_portal(operation):
    system = connected(AgencyFactory(code="000.00.05.H10"))
    AgencyFactory(code="000.00.20.H10")
    type(system.connector).objects.update(calls_a_minute=100_000)
    headers = system.headers
    schema = schemathesis.openapi.from_wsgi(OPENAPI, whole)
    method, path = operation.split()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=schema[path][method].as_strategy())
    def attack(case):
        answer = case.call(headers=headers)
        case.validate_response(
            answer,
            checks=[
                checks.not_a_server_error,
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ],
        )

    attack()
