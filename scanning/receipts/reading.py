"""A receipt that somebody shows: is it ours, and does it still hold?

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 9.1.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from scanning.models import Receipt
from scanning.receipts.statement import opened


class Standing(StrEnum):
    """Whether a receipt holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"  # not signed by us, or altered

    @property
    def sentence(self) -> str:
        """One sentence for people, in the language now active."""
        return str(_SENTENCES[self])


_SENTENCES = {
    Standing.VALID: _("The receipt is genuine and holds."),
    Standing.EXPIRED: _(
        "The receipt is genuine but has expired. Ask for a new one before you rely on "
        "the file."
    ),
    Standing.REVOKED: _(
        "The receipt is genuine but was revoked. Do not rely on the file; ask the "
        "agency that sent it."
    ),
    Standing.UNKNOWN: _(
        "The portal did not sign this receipt, or it was altered. Do not rely on it."
    ),
}


def standing_of(receipt: Receipt) -> Standing:
    """Return whether a receipt on record holds now."""
    if receipt.revoked_at is not None:
        return Standing.REVOKED
    return Standing.VALID if receipt.expires_at > clock.now() else Standing.EXPIRED


@dataclass(frozen=True)
class ReceiptAnswer:
    """What whoever holds a receipt may know: what it states, and whether it holds.

    Why it was revoked is for those with a right to the file: `receipt` has it.
    """

    standing: Standing
    states: dict[str, object] = field(default_factory=dict)
    receipt: Receipt | None = None


def looks_like_one(text: str) -> bool:
    """Tell whether a text may be a compact JWS: three parts, the first of them JSON."""
    head, *others = text.split(".")
    return head.startswith("eyJ") and len(others) == len(("payload", "signature"))


def read(token: str) -> ReceiptAnswer:
    """Look at a receipt: the signature first, and then what became of it."""
    compact = "".join(token.split())
    states = opened(compact)
    if states is None:
        return ReceiptAnswer(Standing.UNKNOWN)
    known = Receipt.objects.select_related("attachment", "scan")
    receipt = known.filter(jti=states.get("jti"), token=compact).first()
    if receipt is None:
        return ReceiptAnswer(Standing.UNKNOWN)
    return ReceiptAnswer(standing_of(receipt), states, receipt)
