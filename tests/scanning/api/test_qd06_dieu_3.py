"""Điều 3.4: only registered systems speak, each with its own secret and token."""

from base64 import b64encode
from datetime import date, timedelta

import pytest
from django.urls import get_resolver
from oauth2_provider.models import AccessToken

from access import connecting
from access.models import Agency, AuditEntry, Connector, ConnectorSecret, RowChange
from access.services import connectors
from portal.core import clock
from tests.factories.access import actor
from tests.factories.connectors import connected
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def refusals():
    return AuditEntry.objects.filter(event="access.connector_refused")


# ── Tokens ────────────────────────────────────────────────────────────────────────
def test_a_token_lasts_ten_minutes_and_only_its_checksum_is_kept(sender):
    answer = sender.ask_for_token()
    told = answer.json()
    assert answer.status_code == 200
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] <= 600
    assert set(told["scope"].split()) == set(connecting.SCOPES)
    assert answer["Cache-Control"] == "no-store"
    kept = AccessToken.objects.get()
    assert kept.token == ""
    assert kept.token_checksum == connecting.digest(told["access_token"])
    assert kept.expires <= clock.now() + timedelta(minutes=10)


def test_the_secret_may_come_in_the_basic_header(sender):
    pair = f"{sender.connector.client_id}:{sender.issued.secret}"
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    answer = sender.client.post(
        "/o/token/",
        "grant_type=client_credentials",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": basic},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "implicit"]
)
def test_no_other_grant_is_given(sender, grant):
    answer = sender.ask_for_token(grant_type=grant)
    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"


def test_no_other_address_of_the_library_is_there(client):
    names = [key for key in get_resolver().reverse_dict if isinstance(key, str)]
    assert not [name for name in names if "oauth" in name]
    for path in ("authorize/", "introspect/", "revoke_token/", "applications/"):
        assert client.post(f"/o/{path}").status_code == 404, path


def test_scopes_are_limited_to_those_of_the_connector(db):
    system = connected(scopes=["directory"])
    assert system.ask_for_token(scope="scan").status_code == 400
    assert system.ask_for_token().json()["scope"] == "directory"
    answer = system.send()
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_wrong_secret_and_unknown_name_hear_the_same_and_are_slowed_down(sender):
    for _try in range(5):
        wrong = sender.ask_for_token("wrong")
        unknown = sender.ask_for_token("wrong", client_id="nobody")
        assert wrong.status_code == unknown.status_code
        assert wrong.json() == unknown.json()
    for name in (sender.connector.client_id, "nobody"):
        answer = sender.ask_for_token(client_id=name)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert answer["Content-Type"] == "application/json"
    assert refusals().filter(additional_data__why="wrong_secret").exists()
    unknown = refusals().filter(additional_data__why="unknown").first()
    assert "nobody" not in str(unknown.additional_data)


# ── Secrets ───────────────────────────────────────────────────────────────────────
def test_a_new_secret_begins_before_the_old_one_ends(sender):
    admin = actor("province_admin")
    new = connectors.new_secret(sender.connector, overlap=timedelta(hours=24), by=admin)
    assert sender.ask_for_token().status_code == 200
    assert sender.ask_for_token(new.secret).status_code == 200
    newest = connectors.new_secret(sender.connector, overlap=timedelta(), by=admin)
    assert sender.ask_for_token().status_code == 401
    assert sender.ask_for_token(new.secret).status_code == 401
    assert sender.ask_for_token(newest.secret).status_code == 200


def test_a_secret_is_kept_as_a_hash_and_concealed_in_what_the_database_notes(sender):
    kept = ConnectorSecret.objects.get()
    assert kept.digest == connecting.digest(sender.issued.secret)
    noted = RowChange.objects.filter(table="access_connectorsecret").get()
    assert kept.digest not in noted.after
    Connector.objects.update(scopes=[])  # behind the portal's back
    noted = RowChange.objects.filter(table="access_connector", operation="update")
    assert noted.exists()
    everything = str(list(AuditEntry.objects.values()))
    assert sender.issued.secret not in everything


# ── Refused at once ───────────────────────────────────────────────────────────────
def test_an_ended_connector_is_refused_with_a_live_token_and_that_is_noted(sender):
    headers = sender.headers
    Connector.objects.filter(pk=sender.connector.pk).update(ended_at=clock.now())
    answer = sender.client.get("/api/v1/directory", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "connector_closed")
    noted = refusals().get()
    assert noted.additional_data["why"] == "ended"
    assert noted.agency == sender.connector.agency
    assert sender.ask_for_token().status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"suspended_at": clock.now()},
        {"starts_on": date(2020, 1, 1), "ends_on": date(2021, 1, 1)},
        {"starts_on": date(2990, 1, 1)},
    ],
)
def test_a_connector_out_of_force_is_refused_with_a_live_token(sender, change):
    headers = sender.headers
    Connector.objects.filter(pk=sender.connector.pk).update(**change)
    assert sender.client.get("/api/v1/directory", headers=headers).status_code == 403
    assert sender.ask_for_token().status_code == 401


def test_the_connector_of_an_ended_agency_is_refused(sender):
    headers = sender.headers
    yesterday = clock.today() - timedelta(days=1)
    Agency.objects.filter(pk=sender.connector.agency_id).update(ends_on=yesterday)
    answer = sender.client.get("/api/v1/directory", headers=headers)
    assert answer.json()["code"] == "connector_closed"
    assert refusals().get().additional_data["why"] == "agency_ended"


def test_ending_ends_tokens_and_secrets(sender):
    headers = sender.headers
    connectors.end(sender.connector, reason="Thay hệ thống", by=actor("province_admin"))
    assert not AccessToken.objects.exists()
    assert sender.client.get("/api/v1/directory", headers=headers).status_code == 401
    assert sender.ask_for_token().status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer no-such-token-at-all", "Basic x"]
)
def test_without_a_token_nothing_is_told(client, header):
    for path in ("attachments?sha256=" + "0" * 64, "directory", "attachments/x"):
        answer = client.get(f"/api/v1/{path}", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"


def test_a_session_counts_for_nothing(client):

    sign_in(client, actor("province_admin"))
    assert client.get("/api/v1/directory").status_code == 401


def test_expired_tokens_are_forgotten(sender):
    headers = sender.headers
    AccessToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert sender.client.get("/api/v1/directory", headers=headers).status_code == 401
    assert connectors.forget_expired() >= 1
    assert not AccessToken.objects.exists()
