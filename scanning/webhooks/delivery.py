"""One notice is sent: signed, tried again after growing waits, given up after days.

Signed as Standard Webhooks says: HMAC-SHA256 over id, time and body, so that a notice
can be neither forged nor replayed later.
"""

import hashlib
import hmac
import json
import logging
from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus

from cryptography.fernet import InvalidToken
from django.db import transaction

from access import audit, rights
from access.actors import Actor
from access.models.connectors import Obstacle
from portal.core import clock, secrets
from portal.core.models import SweepRun
from scanning.models import WebhookDelivery
from scanning.webhooks import connection

logger = logging.getLogger(__name__)
GIVEN_UP_AFTER = timedelta(days=3)
SWEEP_TAKES = 50
_OVER = {Obstacle.ENDED, Obstacle.AGENCY_ENDED}


def sweep() -> int:
    """Send all that is due; return how many were tried. Safe to run twice at once."""
    due = WebhookDelivery.objects.claimable().filter(given_up_at=None)
    pks = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:SWEEP_TAKES])
    tried = sum(send(pk) for pk in pks)
    SweepRun.mark("webhooks", tried)
    return tried


def send(pk: int) -> bool:
    """Claim one notice and send it; return whether it was ours to send.

    A worker that dies after sending sends again: the receiver knows the id already.
    """
    waiting = WebhookDelivery.objects.filter(given_up_at=None)
    if not waiting.claim(pk):
        return False
    delivery = WebhookDelivery.objects.select_related("connector__agency").get(pk=pk)
    connector = delivery.connector
    obstacle = connector.obstacle
    if obstacle in _OVER or not connector.webhook_url:
        _give_up(delivery, "ended")
        return True
    if obstacle is not None:  # suspended, perhaps for a while
        _failed(delivery, None, obstacle.value)
        return True
    try:
        body = body_of(delivery)
        status = connection.post(
            connector.webhook_url, body, headers_of(delivery, body)
        )
    except (OSError, connection.UnsafeTargetError, InvalidToken) as error:
        _failed(delivery, None, type(error).__name__)
        return True
    note_answer(delivery, status)
    return True


def note_answer(delivery: WebhookDelivery, status: int) -> None:
    """Note what the system answered, an HTTP status, and what follows from it."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        delivery.last_status = status
        delivery.save(update_fields=["last_status"])
        delivery.finish()
    elif status == HTTPStatus.GONE:  # the receiver wants no more of it
        _give_up(delivery, "gone", status)
    else:
        _failed(delivery, status, f"HTTP {status}")


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return the bytes that are sent and signed: the same at every try."""
    compact = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":"))
    return compact.encode()


def headers_of(delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
    """Return the headers with the signature. Raises InvalidToken without a key."""
    at = str(int(clock.now().timestamp()))
    key = secrets.open_sealed(delivery.connector.sealed_webhook_key)
    signed = b".".join([delivery.event_id.encode(), at.encode(), body])
    signature = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "portal-webhooks/1",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature}",
    }


@transaction.atomic
def retry(delivery: WebhookDelivery, *, by: Actor) -> WebhookDelivery:
    """Let a notice be tried again at once, given up or not; raises NotAllowedError."""
    rights.require_anywhere(by.person, "agencies.manage")
    found = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if found.done_at is None:
        found.due_at, found.given_up_at, found.claimed_at = clock.now(), None, None
        found.save(update_fields=["due_at", "given_up_at", "claimed_at"])
        audit.record(
            found,
            "scanning.webhook_retried",
            by=by,
            agency=found.connector.agency,
            event_id=found.event_id,
        )
        from scanning import tasks  # noqa: PLC0415 (the task calls this room)

        transaction.on_commit(lambda: tasks.send_webhook.delay(found.pk))
    return found


def _failed(delivery: WebhookDelivery, status: int | None, error: str) -> None:
    delivery.last_status = status
    delivery.save(update_fields=["last_status"])
    if clock.now() - delivery.made_at > GIVEN_UP_AFTER:
        _give_up(delivery, error, status)
        return
    delivery.postpone(error)
    logger.info("webhook_failed", extra={"delivery": delivery.pk, "error": error})


def _give_up(delivery: WebhookDelivery, error: str, status: int | None = None) -> None:
    delivery.given_up_at = clock.now()
    delivery.claimed_at = None
    delivery.last_error, delivery.last_status = error, status
    names = ["given_up_at", "claimed_at", "last_error", "last_status"]
    delivery.save(update_fields=names)
    logger.warning("webhook_given_up", extra={"delivery": delivery.pk})
