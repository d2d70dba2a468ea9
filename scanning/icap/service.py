"""What is done with a request: who asks, the body into the store, wait, answer.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4, 9.1, 12.1 and 12.4.
"""

import hashlib
import ipaddress
import mimetypes
from dataclasses import dataclass
from email.message import Message as Headers
from email.parser import BytesParser
from typing import IO, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from access import connecting, metering
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
from scanning.services.waiting import Waiting, place
from scanning.verdicts import Verdict

SERVICE = "quet"
_ISTAG_LETTERS = 32
_KINDS = {Verdict.INFECTED: 0, Verdict.SECRECY_SUSPECTED: 1}  # else 2: another rule


def istag() -> str:
    """Return what changes with our rules and the signatures: answers before it end."""
    status = engine.recent_status()
    facts = [reuse.policy(), status.version, status.signatures.digest]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:_ISTAG_LETTERS]


def connector_at(address: str) -> Connector | None:
    """Return the registered system that speaks from this network address, if it may.

    Whom it turns away is written into the trail (Điều 3.4).
    """
    spoken = ipaddress.ip_address(address.partition("%")[0])
    spoken = getattr(spoken, "ipv4_mapped", None) or spoken
    rows = Connector.objects.select_related("agency").exclude(icap_addresses=[])
    closed = None
    for each in rows.order_by("pk"):
        if any(spoken in ipaddress.ip_network(a, False) for a in each.icap_addresses):
            if each.obstacle is None:
                return each
            closed = closed or each
    why = closed.obstacle.value if closed and closed.obstacle else "unknown"
    connecting.note_refusal(closed, why, by=_actor(closed, str(spoken)))
    return None


def _actor(connector: Connector | None, address: str) -> Actor:
    return Actor(
        account=None,
        agency=connector.agency if connector else None,
        name=connector.name if connector else "",
        address=address,
        device="ICAP",
    )


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
        name = _name(request)
        try:
            require_room()
            stored = _counted(keep_bytes(cast("IO[bytes]", body), name), connector)
        except RefusalError as refusal:
            # The rest of the body is still on the line, so it cannot be used again.
            with translation.override(settings.LANGUAGE_CODE):
                sentence = str(refusal)
            status = 403 if isinstance(refusal, TooLargeError) else 503
            return _and_close(answers.refused(status, [sentence]))
        if not stored.size:
            store.discard(stored.stored_as)
            may_204 = request.allows_204 or body.was_preview_only
            return answers.unchanged(request, None, may_204=may_204)
        facts = Facts(name=name, agency=connector.agency, connector=connector)
        judged = self._judged(stored, facts, _actor(connector, address))
        return self._fate(judged, request, body)

    def _judged(self, stored: store.Stored, facts: Facts, by: Actor) -> Attachment:
        """Take in a file; return it as it is when it was judged, or time is over."""
        with place(self.seconds) as waiting:
            try:
                with transaction.atomic():
                    attachment = enter(
                        stored, facts, by=by, waiting=waiting, protocol="ICAP"
                    )
            except BaseException:
                store.discard(stored.stored_as)
                raise
            # Whoever finds no place waits all the same: ICAP knows no "come again".
            return (waiting or Waiting(self.seconds)).for_verdict(attachment)

    def _fate(self, attachment: Attachment, request: Request, body: Body) -> Answer:
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


def _counted(stored: store.Stored, connector: Connector) -> store.Stored:
    """Count the call and its bytes; what is beyond the limits is not kept.

    Raises TooManyCallsError or TooManyBytesTodayError.
    """
    try:
        metering.count(connector, stored.size)
    except RefusalError:
        store.discard(stored.stored_as)
        raise
    return stored


def _and_close(answer: Answer) -> Answer:
    return Answer(
        answer.status, {**answer.headers, "Connection": "close"}, answer.pieces
    )


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
    name = _told(headers) or _in_address(request.sections.get("req-hdr", b""))
    shown = shown_name(name or "tep")
    if "." not in shown.strip("."):
        shown += mimetypes.guess_extension(headers.get_content_type()) or ""
    return shown


def _told(headers: Headers) -> str:
    """Return the name that the headers give, empty if they contradict themselves."""
    try:
        return headers.get_filename() or ""
    except (TypeError, ValueError, LookupError):  # of the library, at odd continuations
        return ""


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
