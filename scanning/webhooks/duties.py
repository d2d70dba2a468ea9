"""Whom a verdict concerns: a row for each notice, in the transaction of the verdict.

A notice holds ids and the verdict, nothing of the document.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2, 12.1 and 13.5.d.
"""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.dispatch import receiver
from django.utils.crypto import get_random_string

from access.models import Agency, Connector
from portal.core import clock
from scanning import openness, signals, tasks, telling
from scanning.models import (
    Attachment,
    AttachmentState,
    QuarantineItem,
    ReleaseDecision,
    WebhookDelivery,
)

Kind = WebhookDelivery.Kind
_ID_LENGTH = 24
# To the systems that hear of a release the file is released, whoever else waits.
_STATES = {Kind.RELEASED: AttachmentState.RELEASED}


@receiver(signals.attachment_released, dispatch_uid="webhook_released")
def _on_released(attachment: Attachment, *, was_held: bool, **_facts: object) -> None:
    decided = attachment.release_id is not None
    if attachment.connector is not None:
        _tell(
            attachment.connector, attachment, Kind.RELEASED if decided else Kind.VERDICT
        )
    if was_held or decided:
        # It did not come when it was sent: whoever waits for it hears that it is there.
        _tell_others(attachment, _receiving(attachment), Kind.RELEASED)


@receiver(signals.attachment_opened_to, dispatch_uid="webhook_opened_to")
def _on_opened_to(attachment: Attachment, agency: Agency, **_facts: object) -> None:
    """Tell the systems of the one agency that let a held file in."""
    _tell_others(attachment, [agency], Kind.RELEASED)


@receiver(signals.attachment_held, dispatch_uid="webhook_held")
def _on_held(attachment: Attachment, item: QuarantineItem, **_facts: object) -> None:
    if attachment.connector is not None:
        recalled = item.recall_id is not None
        _tell(
            attachment.connector,
            attachment,
            Kind.RECALLED if recalled else Kind.VERDICT,
        )


@receiver(signals.attachment_recalled, dispatch_uid="webhook_recalled")
def _on_recalled(
    agency: Agency, attachments: Iterable[Attachment], **_facts: object
) -> None:
    """Tell the systems of the agencies that received a file which was called back."""
    for attachment in attachments:
        _tell_others(attachment, [agency], Kind.RECALLED)


def _receiving(attachment: Attachment) -> list[Agency]:
    """Return the agencies to which the message of the file goes, if it has one.

    Those that had opened the file for themselves before were told then.
    """
    told: set[int] = set()
    last = attachment.release
    if last is not None and last.ground != ReleaseDecision.Ground.FALSE_ALARM:
        told = openness.opened_agencies(attachment)
        told.discard(last.agency_id)
    return [each for each in telling.recipients(attachment) if each.pk not in told]


def _tell_others(attachment: Attachment, agencies: Iterable[Agency], kind: str) -> None:
    """Tell each system of the agencies once; who handed the file in is told apart."""
    systems = {
        connector.pk: connector
        for agency in agencies
        for connector in Connector.objects.live().speaking_for(agency.pk)
        if connector.pk != attachment.connector_id
    }
    for connector in systems.values():
        _tell(connector, attachment, kind)


def _tell(connector: Connector, attachment: Attachment, kind: str) -> None:
    if not connector.webhook_url or connector.ended_at is not None:
        return
    event_id = f"msg_{get_random_string(_ID_LENGTH)}"
    delivery = WebhookDelivery.objects.create(
        connector=connector,
        attachment=attachment,
        kind=kind,
        event_id=event_id,
        body={
            "type": f"attachment.{kind}",
            "timestamp": clock.now().isoformat(),
            "data": {
                "id": attachment.public_id,
                "message_id": attachment.known_outside_as,
                "sha256": attachment.sha256,
                "state": _STATES.get(Kind(kind), attachment.state),
                "verdict": attachment.verdict,
            },
        },
    )
    transaction.on_commit(partial(tasks.send_webhook.delay, delivery.pk))
