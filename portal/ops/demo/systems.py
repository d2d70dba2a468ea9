"""The exchange systems of two agencies: registered, and told of the files they bring.

Nothing is sent while the demo is built: no system listens, so what each would have
answered is noted as the sender notes it.
"""

import json
import os
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from access.actors import Actor
from access.connecting import SCOPES
from access.models import Agency, Connector
from access.services import connectors
from access.services.connectors import Particulars
from portal.core import clock
from portal.ops.demo import engine, past
from portal.ops.demo.people import Cast
from scanning.engine import canaries
from scanning.models import Attachment, DocumentType, Urgency, WebhookDelivery
from scanning.services import sending
from scanning.uploads import HashedUploadHandler
from scanning.webhooks import delivery

# Of whose agency each is, by a person of it, and where it would listen: on this very
# machine, where nothing does.
_SYSTEMS = {
    "vanthu.noivu": "http://127.0.0.1:9101",
    "vanthu.donxoai": "http://127.0.0.1:9102",
}
_SINCE = 30  # days
# After so many tries, the next is minutes away: none falls due while this is built.
_OVER_THE_LAST = timedelta(minutes=11)
_TAKEN, _BUSY, _GONE = (
    HTTPStatus.NO_CONTENT,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GONE,
)
# What the first system hands in: how long ago, name, content, and what it answers to
# the tries of the notice, the last again and again.
_HANDED_IN = (
    (timedelta(days=21), "mau-bao-cao-thang.txt", b"Bao cao thang (mau).", [_TAKEN]),
    (timedelta(days=16), "mau-giay-moi.txt", b"Giay moi (mau).", [_BUSY, _TAKEN]),
    (timedelta(days=11), "mau-lich-truc.txt", b"Lich truc (mau).", [_BUSY, _GONE]),
    (timedelta(days=4), "mau-phu-luc.txt", canaries.eicar() + b"\n\t", [_TAKEN]),
    (_OVER_THE_LAST, "mau-cong-van-moi.txt", b"Cong van (mau).", [_BUSY]),
)


def connect(cast: Cast) -> Path:
    """Register the systems and write down what they ask for tokens with.

    The first of them has been at work: it hands in files and is told of them.
    """
    if not settings.PORTAL_DEMO:
        raise ImproperlyConfigured("Demo systems exist only where PORTAL_DEMO=yes.")
    entries, systems = [], []
    for username, address in _SYSTEMS.items():
        agency = cast.agencies[cast.people[username].agency]
        redirect_uri = f"{address}/xac-thuc/ket-qua"
        with past.at(past.days_ago(_SINCE)):
            issued = connectors.register(
                Particulars(
                    name=f"QLVB&ĐHTN – {agency.short_name}",
                    agency=agency,
                    software="QLVB&ĐHTN 4.0",
                    scopes=list(SCOPES),
                    starts_on=clock.today(),
                    webhook_url=f"{address}/thong-bao",
                    redirect_uri=redirect_uri,
                ),
                by=cast.actor("quantri.tinh"),
            )
        systems.append(issued.connector)
        entries.append(
            {
                "client_id": issued.connector.client_id,
                "client_secret": issued.secret,
                "agency": agency.code,
                "redirect_uri": redirect_uri,
            }
        )
    sender, recipient = systems
    for ago, name, content, answers in _HANDED_IN:
        with past.at(clock.now() - ago):
            file = _hand_in(name, content, sender, recipient.agency)
        _hear(sender, file, answers)
    return _write(entries)


def _hand_in(name: str, content: bytes, system: Connector, to: Agency) -> Attachment:
    handler = HashedUploadHandler()
    handler.new_file("file", name, "text/plain", len(content))
    handler.receive_data_chunk(content, 0)
    told = sending.Sending(
        message_id=name.removesuffix(".txt"),
        from_agency=system.agency.code,
        to_agency=[to.code],
        originator="Văn thư (mẫu)",
        document_type=DocumentType.CONG_VAN,
        urgency=Urgency.THUONG,
    )
    itself = Actor(
        account=None, agency=system.agency, name=system.name, address="192.0.2.20"
    )
    with handler.file_complete(len(content)) as upload:
        file = sending.send_in(upload, told, connector=system, by=itself)
    engine.scan_waiting()
    return file


def _hear(system: Connector, file: Attachment, answers: list[HTTPStatus]) -> None:
    """Note the answers at the hours at which the sweep would have sent the notice."""
    notice = WebhookDelivery.objects.get(connector=system, attachment=file)
    waiting = iter(answers)
    while notice.done_at is None and notice.given_up_at is None:
        if notice.due_at > clock.now():
            return
        answer = next(waiting, answers[-1])
        with past.at(notice.due_at):
            WebhookDelivery.objects.claim(notice.pk)
            notice.refresh_from_db()
            delivery.note_answer(notice, answer)


def credentials_file() -> Path:
    """Return where the secrets of the demo's systems lie."""
    return Path(settings.PORTAL_VAR) / "demo-connectors.json"


def _write(entries: list[dict[str, str]]) -> Path:
    target = credentials_file()
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=1)
    part.replace(target)
    return target
