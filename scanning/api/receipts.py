"""Receipts of files, and the question whether a file is known.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 9.1.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from access.calling import SCHEME, Caller, described
from access.connecting import actor_for
from access.login.origin import client_address
from access.models import Connector
from portal.core.hashing import HashingUploadHandler
from portal.core.problems import Problem
from scanning import openness, receipts
from scanning.api.fates import SHA256, shown
from scanning.models import Attachment, Receipt
from scanning.receipts.limits import count_question
from scanning.receipts.reading import Standing, standing_of
from scanning.receipts.views import MEDIA_TYPE
from scanning.refusals import NoQuestionError, TooLargeError

router = Router(tags=["receipts"])
_FRAME = 1024**2  # what a form may take besides its file
_LONGEST_JSON = 64 * 1024


@router.get(
    "/attachments/{id}/receipt",
    auth=Caller("scan"),
    response={200: str, frozenset({401, 403, 404, 409, 422, 429}): Problem},
    summary="The signed receipt of a file",
    openapi_extra=described("scan"),
    operation_id="receipt",
)
def receipt(request: HttpRequest, id: str) -> HttpResponse:
    """Send the compact JWS that states the verdict.

    It verifies offline with the keys at /.well-known/portal-jwks.json. A file that
    waits has none (409).
    """
    if not id.isascii() or not id.isalnum():
        raise Http404
    connector = request.auth  # type: ignore[attr-defined] # set by ninja
    readable = shown(Attachment.objects.readable_by(connector))
    attachment = readable.filter(public_id=id).first()
    if attachment is None:
        raise Http404
    found = receipts.issue(attachment, by=actor_for(connector, request))
    answer = HttpResponse(found.token, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "private, no-store"
    return answer


@dataclass(frozen=True)
class Asker:
    """Who asks: a connected system, or somebody unknown."""

    connector: Connector | None


class Anybody(Caller):
    """Lets everybody ask: who has no token is counted by address."""

    def __call__(self, request: HttpRequest) -> Asker:  # type: ignore[override] # wider
        """Return who asks.

        Raises what `Caller` does for a bad token, TooManyQuestionsError or
        TooLargeError.
        """
        # Before anything reads the body: what is asked about is never stored.
        request.upload_handlers = [HashingUploadHandler(request)]
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.PORTAL_UPLOAD_LIMIT
        if length.isdecimal() and int(length) > most + _FRAME:
            raise TooLargeError(name="file", megabytes=most // 1024**2)
        if request.headers.get("Authorization"):
            return Asker(super().__call__(request))
        count_question(client_address(request))
        return Asker(None)


class Question(Schema):
    """What is asked about: one of them, or a file. JSON is taken as well."""

    sha256: str = Field("", examples=["0" * 64])
    receipt: str = Field("", max_length=8000, description="a receipt to look at")


class ReceiptState(Schema):
    """Whether a receipt holds: `valid`, `expired`, `revoked` or `unknown`.

    `why`: `held`, `contradicted`, `replaced` or `released`, for those with a right to
    the file.
    """

    state: str = Field(examples=["valid"])
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    why: str | None = None


class Known(Schema):
    """One copy that the caller has a right to."""

    id: str
    message_id: str
    from_agency: str
    originator: str
    received_at: datetime
    scanned_at: datetime | None
    released_at: datetime | None
    state: str
    verdict: str | None
    receipt: ReceiptState | None = None


class Verified(Schema):
    """Whether the bytes are known; the rest for those with a right to the file."""

    known: bool
    files: list[Known] | None = None
    receipt: ReceiptState | None = None


@router.post(
    "/verify",
    auth=Anybody("scan"),
    response={200: Verified, frozenset({400, 401, 403, 413, 422, 429}): Problem},
    exclude_none=True,
    summary="Is this file known?",
    openapi_extra={"security": [{}, {SCHEME: ["scan"]}]},
    operation_id="verify",
)
def verify(
    request: HttpRequest,
    response: HttpResponse,
    told: Form[Question],
    file: File[UploadedFile | None] = None,
) -> dict[str, Any]:
    """Say whether a file, a SHA-256 or a receipt is known here.

    Without a token the answer is `known` alone (and for a receipt, whether it holds).
    A file is hashed while it arrives and kept nowhere.
    """
    response["Cache-Control"] = "no-store"
    connector = request.auth.connector  # type: ignore[attr-defined] # set by ninja
    asked = told if request.content_type != "application/json" else _from_json(request)
    if asked.receipt:
        return _receipt(asked.receipt, connector)
    sha256 = asked.sha256.lower()
    if file is not None:
        sha256 = str(getattr(file, "sha256", ""))  # a HashedFile, by our handler
    if not re.fullmatch(SHA256, sha256):
        raise NoQuestionError
    if connector is None:
        return {"known": receipts.ask(sha256).is_known}
    scope = Attachment.objects.readable_by(connector)
    answer = receipts.ask(sha256, scope, openness.spoken_for(connector))
    files = [_known(each) for each in answer.copies]
    return {"known": answer.is_known, "files": files}


def _from_json(request: HttpRequest) -> Question:
    if len(request.body) > _LONGEST_JSON:
        raise NoQuestionError
    try:
        given = json.loads(request.body)
    except ValueError:
        raise NoQuestionError from None
    if not isinstance(given, dict):
        raise NoQuestionError
    texts = {name: given.get(name, "") for name in ("sha256", "receipt")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise NoQuestionError
    return Question.model_construct(**texts)


def _receipt(token: str, connector: Connector | None) -> dict[str, Any]:
    answer = receipts.read(token)
    state = {"state": answer.standing.value}
    found = answer.receipt
    if found is not None and connector is not None:
        readable = Attachment.objects.readable_by(connector)
        if readable.filter(pk=found.attachment_id).exists():
            return {"known": True, "receipt": _state(found, answer.standing)}
    return {"known": found is not None, "receipt": state}


def _state(found: Receipt, standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.value,
        "expires_at": found.expires_at,
        "revoked_at": found.revoked_at,
        "why": found.revocation or None,
    }


def _known(copy: receipts.Copy) -> dict[str, Any]:
    attachment, message = copy.attachment, copy.attachment.message
    receipt = copy.receipt
    state = _state(receipt, standing_of(receipt)) if receipt else None
    return {
        "id": attachment.public_id,
        "message_id": attachment.known_outside_as,
        "from_agency": (message.from_agency if message else attachment.agency).code,
        "originator": message.originator if message else "",
        "received_at": attachment.received_at,
        "scanned_at": attachment.scanned_at,
        "released_at": copy.told.since,
        "state": copy.told.state,
        "verdict": attachment.verdict or None,
        "receipt": state,
    }
