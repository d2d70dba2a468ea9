"""Who may see and do what: the scopes and the look-ups by day."""

from access.querysets.agencies import (
    AgencyFunctionQuerySet,
    AgencyQuerySet,
    ReportingLineQuerySet,
)
from access.querysets.connectors import ConnectorQuerySet
from access.querysets.governance import (
    AccessRequestQuerySet,
    AgencyEventQuerySet,
)
from access.querysets.login import InvitationQuerySet, LoginSessionQuerySet
from access.querysets.people import AccountManager, AccountQuerySet
from access.querysets.reviews import (
    ReviewCampaignQuerySet,
    ReviewItemQuerySet,
    ReviewReportQuerySet,
)
from access.querysets.rights import AssignmentQuerySet
from access.querysets.staff_lists import StaffListQuerySet
from access.querysets.trail import AuditEntryQuerySet, NoticeQuerySet

__all__ = [
    "AccessRequestQuerySet",
    "AccountManager",
    "AccountQuerySet",
    "AgencyEventQuerySet",
    "AgencyFunctionQuerySet",
    "AgencyQuerySet",
    "AssignmentQuerySet",
    "AuditEntryQuerySet",
    "ConnectorQuerySet",
    "InvitationQuerySet",
    "LoginSessionQuerySet",
    "NoticeQuerySet",
    "ReportingLineQuerySet",
    "ReviewCampaignQuerySet",
    "ReviewItemQuerySet",
    "ReviewReportQuerySet",
    "StaffListQuerySet",
]
