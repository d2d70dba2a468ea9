"""Who may see and do what with files: the scopes of this floor."""

from scanning.querysets.decisions import (
    DisposalQuerySet,
    FalseAlarmQuerySet,
    ObjectionQuerySet,
    RecallNoticeQuerySet,
    ReleaseDecisionQuerySet,
)
from scanning.querysets.files import (
    PROVINCE_COUNTS,
    AttachmentQuerySet,
    ExchangeEventQuerySet,
    FormatRuleQuerySet,
    MessageQuerySet,
    ScanDutyQuerySet,
)

__all__ = [
    "PROVINCE_COUNTS",
    "AttachmentQuerySet",
    "DisposalQuerySet",
    "ExchangeEventQuerySet",
    "FalseAlarmQuerySet",
    "FormatRuleQuerySet",
    "MessageQuerySet",
    "ObjectionQuerySet",
    "RecallNoticeQuerySet",
    "ReleaseDecisionQuerySet",
    "ScanDutyQuerySet",
]
