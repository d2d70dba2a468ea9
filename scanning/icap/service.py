"""What is done with a request: who asks, the body into the store, wait, answer.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4, 9.1, 12.1 and 12.4.
"""

import hashlib
import ipaddress
import logging
import mimetypes
import time
from dataclasses import dataclass
from email.message import Message as Headers
from email.parser import BytesParser
from typing import IO, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from access.actors import Actor
from access.models import Connector
from portal.core.errors import RefusalError
from scanning import engine, reuse, store
from scanning.api.intake import require_room
from scanning.icap import answers
from scanning.icap.answers import Answer
from scanning.icap.bodies import Body
from scanning.icap.wire import Line, ProtocolError, Request
from scanning.models import Attachment
from scanning.refusals import TooLargeError
from scanning.services.opening import open_published
from scanning.services.receiving import Facts, enter, keep_bytes, shown_name
from scanning.verdicts import Verdict

logger = logging.getLogger(__name__)
SERVICE = "quet"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.3  # seconds
_ISTAG_LETTERS = 32
_KINDS = {Verdict.INFECTED: 0, Verdict.SECRECY_SUSPECTED: 1}  # else 2: another rule


def istag() -> str:
    """Return what changes with our rules and the signatures: answers before it end."""
    status = engine.recent_status()
    facts = [reuse.policy(), status.version, status.signatures.digest]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:_ISTAG_LETTERS]


def connector_at(address: str) -> Connector | None:
    """Return the registered system that speaks from this network address, if it may."""
    spoken = ipaddress.ip_address(address.partition("%")[0])
    spoken = getattr(spoken, "ipv4_mapped", None) or spoken
    rows = Connector.objects.select_related("agency").exclude(icap_addresses=[])
    for each in rows.order_by("pk"):
        if any(spoken in ipaddress.ip_network(a, False) for a in each.icap_addresses):
            if each.obstacle is None:
                return each
            logger.warning("icap_connector_closed", extra={"connector": each.pk})
    return None


@dataclass
class Service:
    """Answers requests. `seconds`: how long an answer waits for the verdict."""

    seconds: float = 25.0
    most_connections: int = 50

    def answer(self, request: Request, line: Line, address: str) -> Answer:
        """Return the answer; the body has been read when it is there.

        Raises ProtocolError or GoneError; then nothing is kept of the file.
        """
        try:
            connector = connector_at(address)
            if connector is None:
                return Answer(403, {"Connection": "close"})
            if request.service != SERVICE:
                return Answer(404, {"Connection": "close"})
            if request.method == "OPTIONS":
                return answers.options(SERVICE, self.most_connections)
            if request.method not in {"REQMOD", "RESPMOD"}:
                raise ProtocolError(405)
            return self._modify(request, line, connector, address)
        finally:
            connections.close_all()

    def _modify(
        self, request: Request, line: Line, connector: Connector, address: str
    ) -> Answer:
        if not request.has_body:
            return answers.unchanged(request, None, may_204=request.allows_204)
        body = Body(line, has_preview=request.preview is not None)
        by = Actor(
            account=None,
            agency=connector.agency,
            name=connector.name,
            address=address,
        )
        try:
            require_room()
            attachment = _receive(body, request, connector, by)
        except RefusalError as refusal:
            # The rest of the body is still on the line, so it cannot be used again.
            with translation.override(settings.LANGUAGE_CODE):
                sentence = str(refusal)
            status = 403 if isinstance(refusal, TooLargeError) else 503
            return _and_close(answers.refused(status, [sentence]))
        if attachment is None:
            may_204 = request.allows_204 or body.was_preview_only
            return answers.unchanged(request, None, may_204=may_204)
        return self._fate(attachment, request, body)

    def _fate(self, attachment: Attachment, request: Request, body: Body) -> Answer:
        attachment = _judged(attachment, time.monotonic() + self.seconds)
        facts = {"X-Attachment-ID": attachment.public_id}
        if attachment.is_released:
            if request.allows_204 or body.was_preview_only:
                return Answer(204, facts)
            try:
                content = open_published(attachment)
            except RefusalError:
                return answers.refused(503, [_not_yet()], facts)
            return answers.unchanged(request, content, may_204=False)
        if attachment.is_pending:
            return answers.refused(503, [_not_yet()], facts)
        return _blocked(attachment, facts)


def _and_close(answer: Answer) -> Answer:
    return Answer(
        answer.status, {**answer.headers, "Connection": "close"}, answer.pieces
    )


def _receive(
    body: Body, request: Request, connector: Connector, by: Actor
) -> Attachment | None:
    """Take in the body; None if it is empty. Half a body leaves nothing behind."""
    stored = keep_bytes(cast("IO[bytes]", body), _name(request))
    try:
        if not stored.size:
            store.discard(stored.stored_as)
            return None
        facts = Facts(name=_name(request), agency=connector.agency, connector=connector)
        with transaction.atomic():
            return enter(stored, facts, by=by, protocol="ICAP")
    except BaseException:
        store.discard(stored.stored_as)
        raise


def _judged(attachment: Attachment, until: float) -> Attachment:
    """Wait for the verdict; return the file as it is then."""
    pause = _FIRST_PAUSE
    while True:
        attachment.refresh_from_db()
        if not attachment.is_pending or time.monotonic() > until:
            return attachment
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _blocked(attachment: Attachment, facts: dict[str, str]) -> Answer:
    """Refuse a held file: a page for people, and the headers that proxies know."""
    with translation.override(settings.LANGUAGE_CODE):
        found = [one for one in attachment.last_scan_findings if not one.is_note]
        sentences = [one.sentence for one in found]
    last = attachment.scans.order_by("-pk").first()
    threat = (last.signature if last else "") or attachment.verdict
    kind = _KINDS.get(Verdict(attachment.verdict), 2)
    headers = {
        "X-Infection-Found": f"Type={kind}; Resolution=2; Threat={threat};",
        "X-Virus-ID": threat,
        "X-Response-Info": f"Blocked; {attachment.verdict}",
    }
    return answers.refused(403, sentences, facts | headers)


def _not_yet() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _(
            "The scan has not ended yet, so the file was not passed on. Try again in "
            "some minutes."
        )


def _name(request: Request) -> str:
    """Return the name of the file: as the message gives it, else of its address."""
    kind = "req-hdr" if request.method == "REQMOD" else "res-hdr"
    headers = _http_headers(request.sections.get(kind, b""))
    name = headers.get_filename() or _in_address(request.sections.get("req-hdr", b""))
    shown = shown_name(name or "tep")
    if "." not in shown.strip("."):
        shown += mimetypes.guess_extension(headers.get_content_type()) or ""
    return shown


def _http_headers(section: bytes) -> Headers:
    _first, _end, rest = section.partition(b"\r\n")
    return BytesParser().parsebytes(rest, headersonly=True)


def _in_address(section: bytes) -> str:
    """Return the last part of the path in an HTTP request line."""
    words = section.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if len(words) < 2:  # noqa: PLR2004 (method and address)
        return ""
    try:
        return unquote(urlsplit(words[1]).path.rpartition("/")[2])
    except ValueError:
        return ""
