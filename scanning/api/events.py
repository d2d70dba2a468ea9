"""What happened in the exchange, reported by the systems in which it happened.

Source: Quyết định 06/2012/QĐ-UBND, Điều 11 and 12.8.
"""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime

from access.calling import Caller, described
from access.connecting import actor_for
from portal.core import clock
from portal.core.problems import Problem
from scanning.api.attachments import Code, Line, Optional
from scanning.models import ExchangeEvent
from scanning.services.exchange import Reported, report

router = Router(tags=["events"])


def _in_utc(told: datetime) -> datetime:
    """Return the same instant in UTC; ValueError at the ends of the calendar."""
    try:
        return told.astimezone(clock.UTC)
    except OverflowError:
        raise ValueError("no such instant") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Event(Schema):
    """One event; the time is that of the exchange system's own server."""

    kind: Literal[*ExchangeEvent.Kind.values] = Field(examples=["sent"])  # type: ignore[valid-type] # the model's
    message_id: Line = Field(max_length=200, examples=["2026-11-22/0001@noivu"])
    from_agency: Code = Field(
        description="who sent the message", examples=["000.00.05.H10"]
    )
    agency: Code | None = Field(
        None,
        description="who received or refused it; without it the sender",
        examples=["000.00.05.H10"],
    )
    to_agency: list[Code] = Field(
        default_factory=list, max_length=500, examples=[["000.00.20.H10"]]
    )
    happened_at: Instant = Field(examples=["2026-11-22T08:00:00+07:00"])
    reason: Optional = Field("", max_length=1000, description="of a refusal")
    corrects: Line | None = Field(
        None, max_length=200, description="the id of the message that this corrects"
    )


class Recorded(Schema):
    """An event as it stands on record."""

    kind: str
    message_id: str
    from_agency: str
    agency: str
    happened_at: datetime
    recorded_at: datetime
    corrects: str | None


@router.post(
    "/events",
    auth=Caller("events"),
    response={
        200: Recorded,
        201: Recorded,
        frozenset({400, 401, 403, 409, 422, 429}): Problem,
    },
    summary="Report what happened to a message",
    openapi_extra=described("events"),
    operation_id="report_event",
)
def report_event(request: HttpRequest, told: Event) -> Status:
    """Record an event: 201 if it is new, 200 if it is on record just so.

    Nothing on record changes. Another time for the same event is refused with 409 and
    written down; errors are corrected by an event `corrected` that names the message.
    """
    connector = request.auth  # type: ignore[attr-defined] # set by ninja
    event, is_new = report(
        Reported(
            kind=told.kind,
            message_id=told.message_id,
            from_agency=told.from_agency,
            happened_at=told.happened_at,
            agency=told.agency or "",
            to_agency=told.to_agency,
            reason=told.reason,
            corrects=told.corrects or "",
        ),
        connector=connector,
        by=actor_for(connector, request),
    )
    recorded = {
        "kind": event.kind,
        "message_id": event.message_id,
        "from_agency": told.from_agency,
        "agency": told.agency or told.from_agency,
        "happened_at": event.happened_at,
        "recorded_at": event.recorded_at,
        "corrects": event.corrects.message_id if event.corrects else None,
    }
    return Status(201 if is_new else 200, recorded)
