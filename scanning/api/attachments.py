"""Files of the exchange: handed in, asked for, fetched when they are released.

Source: Quyết định 06/2012/QĐ-UBND, Điều 7.1, 8.2, 9.1, 11.2, 12.1 and 12.7.
"""

import base64
import binascii
from datetime import date
from typing import Annotated, Literal

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from access.calling import Caller, described
from access.connecting import actor_for
from portal.core.problems import Problem
from scanning import openness, services
from scanning.api.fates import SHA256, Fate, Fates, fate_of, fates_of, shown
from scanning.api.intake import Intake
from scanning.api.waiting import asked_for
from scanning.models import Attachment, DocumentType, Urgency
from scanning.services.sending import Sending, send_in
from scanning.services.waiting import place
from scanning.uploads import HashedUpload

router = Router(tags=["attachments"])
_MOST = 100
_REFUSALS = frozenset({401, 403, 404, 422, 429})

# No control characters, and something besides blanks.
Line = Annotated[
    str, Field(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Optional = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
Code = Annotated[str, Field(min_length=1, max_length=35, pattern=r"^[\w.-]+$")]


class Submission(Schema):
    """What comes with a file."""

    message_id: Line = Field(max_length=200, examples=["2026-11-22/0001@noivu"])
    from_agency: Code = Field(examples=["000.00.05.H10"])
    to_agency: list[Code] = Field(
        min_length=1, max_length=500, examples=[["000.00.20.H10"]]
    )
    originator: Line = Field(
        max_length=200,
        description="the account or person that the sending agency names (Điều 4.2)",
        examples=["vanthu.noivu"],
    )
    document_type: Literal[*DocumentType.values] = Field(  # type: ignore[valid-type] # from the table of Điều 7.1
        description="the group of documents of Điều 7.1", examples=["cong_van"]
    )
    urgency: Literal[*Urgency.values] = Field(  # type: ignore[valid-type] # as above
        Urgency.THUONG.value, examples=["khan"]
    )
    secrecy: Literal["khong_mat"] = Field(
        description="nothing secret is sent electronically (Điều 12.7)",
        examples=["khong_mat"],
    )
    code_number: Optional = Field("", max_length=20, examples=["123"])
    code_notation: Optional = Field("", max_length=60, examples=["SNV-VP"])
    issued_on: date | None = Field(None, examples=["2026-11-20"])
    subject: Optional = Field("", max_length=500, examples=["V/v thử nghiệm kết nối"])


@router.post(
    "/attachments",
    auth=Intake("scan"),
    response={
        200: Fate,
        202: Fate,
        frozenset({401, 403, 409, 413, 415, 422, 429, 503, 507}): Problem,
    },
    summary="Hand in a file of a message",
    openapi_extra=described("scan"),
    operation_id="hand_in",
)
def hand_in(
    request: HttpRequest,
    response: HttpResponse,
    file: File[UploadedFile],
    told: Form[Submission],
) -> Status:
    """Take in a file; it is scanned, the most urgent first.

    202 while it waits. With `Prefer: wait=20` the answer is 200 as soon as the verdict
    is there, if there is room to wait. The same message and the same bytes again are
    the same file; the same message with other facts is refused with 409.
    """
    connector = request.auth  # type: ignore[attr-defined] # set by ninja
    facts = told.dict(exclude={"secrecy"})
    seconds = asked_for(request)
    with place(seconds) as waiting:
        attachment = send_in(
            _hashed(file),
            Sending(**facts),
            connector=connector,
            by=actor_for(connector, request),
            waiting=waiting,
        )
        if waiting and attachment.is_pending:
            attachment = waiting.for_verdict(attachment)
            response["Preference-Applied"] = f"wait={seconds}"
    response["Location"] = f"{request.path}/{attachment.public_id}"
    told_now = fate_of(attachment, connector)
    return Status(202 if attachment.is_pending else 200, told_now)


@router.get(
    "/attachments",
    auth=Caller("scan"),
    response={200: Fates, _REFUSALS - {404}: Problem},
    summary="One's own files with that hash",
    openapi_extra=described("scan"),
    operation_id="own_files",
)
def own_files(
    request: HttpRequest, sha256: str = Query(..., pattern=SHA256)
) -> dict[str, object]:
    """List the caller's own files with that hash, newest first; nobody else's."""
    connector = request.auth  # type: ignore[attr-defined] # as above
    own = Attachment.objects.handed_in_by(connector)
    found = shown(own.filter(sha256=sha256.lower()))[:_MOST]
    return {"attachments": fates_of(found, connector)}


@router.get(
    "/attachments/{id}",
    auth=Caller("scan"),
    response={200: Fate, _REFUSALS: Problem},
    summary="What became of a file",
    openapi_extra=described("scan"),
    operation_id="fate",
)
def fate(request: HttpRequest, id: str) -> dict[str, object]:
    """Tell state, verdict and findings to the systems of sender and recipients."""
    return fate_of(_found(request, id), request.auth)  # type: ignore[attr-defined] # as above


@router.get(
    "/attachments/{id}/content",
    auth=Caller("scan"),
    response={200: bytes, _REFUSALS | {409, 410}: Problem},
    summary="The very bytes received",
    openapi_extra=described("scan"),
    operation_id="content",
)
def content(request: HttpRequest, id: str) -> HttpResponseBase:
    """Send the file if it was released, byte for byte as it came (Điều 10)."""
    attachment = _found(request, id)
    by = actor_for(request.auth, request)  # type: ignore[attr-defined] # as above
    agencies = openness.spoken_for(request.auth)  # type: ignore[attr-defined] # as above
    file = services.open_released(attachment, by=by, agencies=agencies)
    answer = FileResponse(
        file,
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    digest = base64.b64encode(binascii.unhexlify(attachment.sha256)).decode("ascii")
    answer["Repr-Digest"] = f"sha-256=:{digest}:"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _hashed(file: UploadedFile) -> HashedUpload:
    """Return the upload as our handler made it; a bug if another handler did."""
    if not isinstance(file, HashedUpload):
        raise TypeError(type(file).__name__)
    return file


def _found(request: HttpRequest, public_id: str) -> Attachment:
    readable = Attachment.objects.readable_by(request.auth)  # type: ignore[attr-defined] # as above
    if not public_id.isascii() or not public_id.isalnum():
        raise Http404
    found = shown(readable).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
