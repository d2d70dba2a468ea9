"""Is this file one that came through the portal? Who may know what of the answer.

Everybody learns whether the bytes are known, nothing else: one look at an index, the
same whether there are no copies or a thousand, and nothing of whose they are. Whoever
has a right to a copy learns of his own copies: origin, times, verdict, receipt.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 12.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanning.models import Attachment, Receipt
from scanning.openness import Told, told_of
from scanning.receipts.reading import Standing, standing_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from access.models import Agency
    from scanning.querysets import AttachmentQuerySet

MOST = 20  # copies named in one answer, the newest


@dataclass(frozen=True)
class Copy:
    """One copy that the asker has a right to, with its latest receipt if it has one.

    told: its state as it is true for him.
    """

    attachment: Attachment
    receipt: Receipt | None
    told: Told

    @property
    def standing(self) -> Standing | None:
        """Whether its latest receipt holds; None if there is none."""
        return standing_of(self.receipt) if self.receipt else None

    @property
    def sender(self) -> str:
        """The agency that sent the file, with the originator it named."""
        message = self.attachment.message
        if message is None:
            return self.attachment.agency.name
        return f"{message.from_agency.name} ({message.originator})"


@dataclass(frozen=True)
class Answer:
    """What the asker may know of a SHA-256."""

    is_known: bool
    copies: tuple[Copy, ...] = ()


def ask(
    sha256: str,
    scope: AttachmentQuerySet | None = None,
    agencies: QuerySet[Agency] | None = None,
) -> Answer:
    """Answer for the copies in a scope; without one, only whether it is known.

    sha256: 64 hex digits. agencies: for which the asker reads.
    """
    is_known = Attachment.objects.filter(sha256=sha256).exists()
    if scope is None or agencies is None or not is_known:
        return Answer(is_known)
    found = (
        scope.filter(sha256=sha256)
        .select_related("agency", "message__from_agency", "submitted_by", "release")
        .prefetch_related("receipts", "findings")[:MOST]
    )
    copies = told_of(found, agencies)
    return Answer(is_known, tuple(_copy(each, told) for each, told in copies))


def _copy(attachment: Attachment, told: Told) -> Copy:
    return Copy(attachment, next(iter(attachment.receipts.all()), None), told)
