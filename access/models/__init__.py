"""The rows of access, one room for each thing of the domain."""

from access.models.agencies import (
    Agency,
    AgencyCode,
    AgencyFunction,
    AgencyLevel,
    AgencyName,
    AgencyType,
    Function,
    ReportingLine,
)
from access.models.audit import (
    AuditEntry,
    AuditSeal,
    RowChange,
    SealBatch,
    UnsealedEntry,
    UntoldChange,
    WitnessedChange,
)
from access.models.connectors import Connector, ConnectorSecret, ConnectorUsage
from access.models.login import (
    Invitation,
    KnownDevice,
    LoginSession,
    RecoveryCode,
    RecoveryDevice,
    TotpDevice,
)
from access.models.notices import Notice
from access.models.people import Account
from access.models.reorganisation import (
    AgencyChange,
    AgencyEvent,
    Inheritance,
    Succession,
)
from access.models.requests import AccessRequest
from access.models.reviews import ReviewCampaign, ReviewItem, ReviewReport
from access.models.rights import (
    Assignment,
    DelegatedPermission,
    Role,
    RoleGrant,
    RolePermission,
    Scope,
)
from access.models.staff_lists import StaffList
from access.models.webauthn import Passkey, PasskeyAttestation  # needs Account

__all__ = [
    "AccessRequest",
    "Account",
    "Agency",
    "AgencyChange",
    "AgencyCode",
    "AgencyEvent",
    "AgencyFunction",
    "AgencyLevel",
    "AgencyName",
    "AgencyType",
    "Assignment",
    "AuditEntry",
    "AuditSeal",
    "Connector",
    "ConnectorSecret",
    "ConnectorUsage",
    "DelegatedPermission",
    "Function",
    "Inheritance",
    "Invitation",
    "KnownDevice",
    "LoginSession",
    "Notice",
    "Passkey",
    "PasskeyAttestation",
    "RecoveryCode",
    "RecoveryDevice",
    "ReportingLine",
    "ReviewCampaign",
    "ReviewItem",
    "ReviewReport",
    "Role",
    "RoleGrant",
    "RolePermission",
    "RowChange",
    "Scope",
    "SealBatch",
    "StaffList",
    "Succession",
    "TotpDevice",
    "UnsealedEntry",
    "UntoldChange",
    "WitnessedChange",
]
