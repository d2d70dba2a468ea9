"""What /kiem-tra/ answers: issued documents for all, exchanged files by right.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 12.5.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from access.gate import actor_of
from access.login.origin import client_address
from portal.core import verification
from scanning import openness, receipts
from scanning.models import Attachment
from scanning.querysets import AttachmentQuerySet
from scanning.receipts.limits import count_question


def to(request: HttpRequest, asked: Mapping[str, Any]) -> dict[str, object]:
    """Return what the page shows to this person of what the form asked.

    Raises TooManyQuestionsError for somebody unknown who asks too often.
    """
    sha256, number = asked["sha256"], asked["number"]
    actor = actor_of(request)
    if actor is None and not number:
        count_question(client_address(request))
    shown: dict[str, object] = {
        "sha256": sha256,
        "number": number,
        "file_name": getattr(asked["file"], "name", ""),
    }
    scope = Attachment.objects.visible_to(actor.person) if actor else None
    if asked["receipt"]:
        return shown | _of_receipt(asked["receipt"], scope)
    shown["records"] = verification.find(sha256=sha256, number=number)
    if sha256:
        agencies = openness.read_for(actor.person) if actor else None
        shown["answer"] = receipts.ask(sha256, scope, agencies)
    return shown


def _of_receipt(token: str, scope: AttachmentQuerySet | None) -> dict[str, object]:
    """Return what is known of a receipt; why it was revoked only by right."""
    found = receipts.read(token)
    receipt = found.receipt
    is_entitled = (
        receipt is not None
        and scope is not None
        and scope.filter(pk=receipt.attachment_id).exists()
    )
    return {"receipt_answer": found, "is_entitled": is_entitled}
