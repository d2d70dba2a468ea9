"""Receipts: what the portal states of a file, signed, for whoever receives it."""

from scanning.receipts.asking import Answer, Copy, ask
from scanning.receipts.issuing import issue
from scanning.receipts.keys import public_key_set
from scanning.receipts.reading import ReceiptAnswer, read

__all__ = ["Answer", "Copy", "ReceiptAnswer", "ask", "issue", "public_key_set", "read"]
