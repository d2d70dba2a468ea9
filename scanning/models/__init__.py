"""The rows of scanning, one room for each thing of the domain."""

from scanning.models.attachments import (
    NEXT_STATES,
    Attachment,
    AttachmentState,
    Finding,
    Purpose,
    Urgency,
)
from scanning.models.formats import FormatRule
from scanning.models.quarantine import QuarantineItem, QuarantineRule
from scanning.models.scans import Scan, ScanDuty

__all__ = [
    "NEXT_STATES",
    "Attachment",
    "AttachmentState",
    "Finding",
    "FormatRule",
    "Purpose",
    "QuarantineItem",
    "QuarantineRule",
    "Scan",
    "ScanDuty",
    "Urgency",
]
