"""The rows of scanning, one room for each thing of the domain."""

from scanning.models.attachments import (
    NEXT_STATES,
    Attachment,
    AttachmentState,
    Finding,
    Purpose,
    Urgency,
)
from scanning.models.decisions import (
    AnswerLimit,
    Decided,
    Disposal,
    FalseAlarm,
    Objection,
    ReleaseDecision,
)
from scanning.models.formats import FormatRule
from scanning.models.messages import DocumentType, ExchangeEvent, Message, Recipient
from scanning.models.quarantine import QuarantineItem, QuarantineRule
from scanning.models.receipts import QuestionCount, Recall, RecallNotice, Receipt
from scanning.models.scans import RescanDuty, Scan, ScanDuty, SignatureSet
from scanning.models.webhooks import WebhookDelivery

__all__ = [
    "NEXT_STATES",
    "AnswerLimit",
    "Attachment",
    "AttachmentState",
    "Decided",
    "Disposal",
    "DocumentType",
    "ExchangeEvent",
    "FalseAlarm",
    "Finding",
    "FormatRule",
    "Message",
    "Objection",
    "Purpose",
    "QuarantineItem",
    "QuarantineRule",
    "QuestionCount",
    "Recall",
    "RecallNotice",
    "Receipt",
    "Recipient",
    "ReleaseDecision",
    "RescanDuty",
    "Scan",
    "ScanDuty",
    "SignatureSet",
    "Urgency",
    "WebhookDelivery",
]
