"""Notices to connected systems: made with the verdict, signed, sent until heard."""

import hashlib
import hmac
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.core import clock
from scanning import tasks
from scanning.models import ScanDuty, WebhookDelivery
from scanning.services import passwords, releasing
from scanning.webhooks import connection, delivery
from tests.factories.access import AgencyFactory, actor
from tests.factories.connectors import connected
from tests.factories.held_files import PASSWORD, aes_zip, sent
from tests.factories.scanning import eicar
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


class Receiver:
    """A real server that keeps what it is sent, and answers as the test wants."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/thong-bao?a=1"


@pytest.fixture
def hearer() -> Iterator[Receiver]:
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def system(hearer):
    return connected(AgencyFactory(name="Sở Nội vụ"), webhook_url=hearer.address)


def judged(system, content=b"Noi dung"):
    own = system.connector.agency.code
    told = system.send(content, to_agency=[own]).json()
    for pk in ScanDuty.objects.undone().values_list("pk", flat=True):
        tasks.take(pk)
    return told


def test_a_verdict_is_told_once_with_a_signature_that_verifies(
    system, hearer, clamd, formats
):
    told = judged(system)
    assert delivery.sweep() == 1
    assert delivery.sweep() == 0
    [(headers, body)] = hearer.got
    key = b64decode(system.issued.webhook_key.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    kept = WebhookDelivery.objects.get()
    assert kept.done_at is not None
    assert kept.body["type"] == "attachment.verdict"
    assert kept.body["data"] == {
        "id": told["id"],
        "message_id": told["message_id"],
        "sha256": told["sha256"],
        "state": "released",
        "verdict": "clean",
    }
    assert b"cong-van" not in body  # nothing of the document


def test_a_held_file_is_told_too(system, hearer, clamd, formats):
    judged(system, eicar())
    delivery.sweep()
    assert b'"verdict":"infected"' in hearer.got[0][1]


def test_what_is_not_accepted_is_sent_again_after_growing_waits_and_given_up(
    system, hearer, clamd, formats
):
    judged(system)
    hearer.status = 500
    delivery.sweep()
    kept = WebhookDelivery.objects.get()
    first = kept.due_at - clock.now()
    assert (kept.last_status, kept.attempts, kept.done_at) == (500, 1, None)
    WebhookDelivery.objects.update(due_at=clock.now())
    delivery.sweep()
    kept.refresh_from_db()
    assert kept.due_at - clock.now() > first
    long_ago = clock.now() - delivery.GIVEN_UP_AFTER - timedelta(hours=1)
    WebhookDelivery.objects.update(due_at=clock.now(), made_at=long_ago)
    delivery.sweep()
    kept.refresh_from_db()
    assert kept.given_up_at is not None
    assert delivery.sweep() == 0


def test_a_redirect_is_not_followed(system, hearer, clamd, formats):
    judged(system)
    hearer.status = 307
    delivery.sweep()
    assert len(hearer.got) == 1
    assert WebhookDelivery.objects.get().last_status == 307


def test_a_given_up_notice_is_sent_again_by_hand(
    client, system, hearer, clamd, formats
):
    judged(system)
    WebhookDelivery.objects.update(given_up_at=clock.now())
    sign_in(client, actor("province_admin"))
    page = f"/co-quan/ket-noi/{system.connector.pk}/da-gui/"
    assert "2026/0001@noivu" in client.get(page).content.decode()
    kept = WebhookDelivery.objects.get()
    answer = client.post(f"{page}{kept.pk}/gui-lai/")
    assert answer["Location"] == page
    assert delivery.sweep() == 1
    assert len(hearer.got) == 1


@pytest.mark.parametrize("how", ["by hand", "by its last day"])
def test_an_ended_system_is_told_nothing_more(system, hearer, clamd, formats, how):
    judged(system)
    yesterday = clock.today() - timedelta(days=1)
    ended = (
        {"ended_at": clock.now()}
        if how == "by hand"
        else {"starts_on": yesterday, "ends_on": yesterday}
    )
    type(system.connector).objects.update(**ended)
    delivery.sweep()
    assert not hearer.got
    assert WebhookDelivery.objects.get().given_up_at is not None


def test_a_suspended_system_is_told_nothing_until_it_is_resumed(
    system, hearer, clamd, formats
):
    judged(system)
    type(system.connector).objects.update(suspended_at=clock.now())
    delivery.sweep()
    kept = WebhookDelivery.objects.get()
    assert not hearer.got
    assert kept.given_up_at is None
    assert kept.done_at is None
    assert kept.due_at > clock.now()


def test_a_system_without_an_address_is_told_nothing(sender, clamd, formats):
    judged(sender)
    assert not WebhookDelivery.objects.exists()


# ── The systems of the recipients ─────────────────────────────────────────────────
@pytest.fixture
def waiting_for(hearer, clamd, formats, roles):
    """Return an officer whose agency has a system, and a protected file to it."""
    officer, second = actor(), actor()
    theirs = connected(officer.agency, webhook_url=hearer.address)
    connected(AgencyFactory(), webhook_url=hearer.address)  # nobody's business
    file = sent(aes_zip(a__txt=b"x"), "a.zip", None, officer.agency, second.agency)
    return officer, theirs.connector, file


def _told() -> list[tuple[int, str, str]]:
    rows = WebhookDelivery.objects.order_by("pk")
    return [
        (row.connector_id, row.body["type"], row.body["data"]["state"]) for row in rows
    ]


def test_d9_2_a_recipients_system_hears_that_an_officer_released_what_was_held(
    waiting_for, hearer
):
    officer, system, file = waiting_for
    assert not _told(), "what is held is not announced to those that cannot have it"
    releasing.release_protected(file, by=officer, reason="Đã kiểm tra.")
    assert _told() == [(system.pk, "attachment.released", "released")]
    assert delivery.sweep() == 1
    [(headers, body)] = hearer.got
    assert headers["webhook-signature"].startswith("v1,")
    assert b"Da kiem tra" not in body, "the reason is for people"


def test_d9_2_it_hears_of_a_release_after_the_password(waiting_for):
    _officer, system, file = waiting_for
    sender = actor(agency=file.agency)
    passwords.scan_with_password(file, by=sender, password=PASSWORD)
    assert _told() == [(system.pk, "attachment.released", "released")]


def test_d9_2_a_file_that_was_never_held_is_not_announced_to_recipients(
    hearer, clamd, formats
):
    recipient = AgencyFactory()
    connected(recipient, webhook_url=hearer.address)
    file = sent(b"Noi dung", "a.txt", None, recipient)
    assert file.state == "released"
    assert not _told()


def test_a_system_that_speaks_for_two_recipients_is_told_once(waiting_for):
    officer, system, file = waiting_for
    both = [each.agency for each in file.message.recipients.all()]
    system.acts_for.add(*both)
    releasing.release_protected(file, by=officer, reason="Đã kiểm tra.")
    assert _told() == [(system.pk, "attachment.released", "released")]


# ── No way into our network ───────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b:1::10.1.2.3]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://93.184.216.34:70000/",
        "https://[93.184.216.34/",
        "http://93.184.216.34/",
        "file:///etc/passwd",
        "gopher://93.184.216.34/",
    ],
)
def test_in_production_no_address_of_ours_is_reached(settings, address):
    settings.PORTAL_DEMO = False
    with pytest.raises(connection.UnsafeTargetError):
        connection.post(address, b"{}", {})


def test_a_silent_server_is_left_after_the_deadline(monkeypatch):
    monkeypatch.setattr(connection, "LASTS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises((ConnectionError, TimeoutError)):
            connection.post(f"http://127.0.0.1:{port}/", b"{}", {})
