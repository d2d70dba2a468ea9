"""The rows of access, one room for each thing of the domain."""

from access.models.agencies import (
    Agency,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AgencyLevel,
    AgencyName,
    AgencyType,
    Function,
    ReportingLine,
    Succession,
)
from access.models.audit import AuditEntry, AuditSeal, SealBatch, UnsealedEntry
from access.models.login import (
    Invitation,
    LoginSession,
    RecoveryCode,
    RecoveryDevice,
    TotpDevice,
)
from access.models.notices import Notice
from access.models.people import Account
from access.models.rights import Assignment, Role, RolePermission

__all__ = [
    "Account",
    "Agency",
    "AgencyCode",
    "AgencyEvent",
    "AgencyFunction",
    "AgencyLevel",
    "AgencyName",
    "AgencyType",
    "Assignment",
    "AuditEntry",
    "AuditSeal",
    "Function",
    "Invitation",
    "LoginSession",
    "Notice",
    "RecoveryCode",
    "RecoveryDevice",
    "ReportingLine",
    "Role",
    "RolePermission",
    "SealBatch",
    "Succession",
    "TotpDevice",
    "UnsealedEntry",
]
