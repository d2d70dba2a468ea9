"""What there is to permit, and the bundles in which it is granted.

Permissions are names, roles are rows: `load_roles` writes the bundles below into the
database at every installation and update, and removes what is no longer in them.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.models import Role, RoleGrant, RolePermission

PERMISSIONS = frozenset(
    {
        "accounts.read",
        "accounts.manage",
        "accounts.confirm",
        "accounts.appoint",
        "agencies.manage",
        "attachments.read",
        "attachments.submit",
        "attachments.release",
        "audit.read_all",
        "audit.read_own_agency",
        "cms.edit",
        "exchange.approve",
        "exchange.read",
        "exchange.receive",
        "exchange.register",
        "exchange.release",
        "exchange.send",
        "exchange.supervise",
        "forms.approve",
        "forms.draft",
        "incidents.coordinate",
        "incidents.read",
        "incidents.read_all",
        "incidents.record",
        "incidents.supervise",
        "rules.acknowledge",
        "rules.approve",
        "rules.draft",
    }
)

# Each permission in words for people; a page never shows the name.
LABELS = {
    "accounts.read": _("read the accounts of the agency"),
    "accounts.manage": _("administer the accounts of the agency"),
    "accounts.confirm": _("confirm rights in the agency"),
    "accounts.appoint": _("appoint administrators, heads and roles of the province"),
    "agencies.manage": _("manage agencies and reorganisations"),
    "attachments.read": _("read attachments and their verdicts"),
    "attachments.submit": _("submit attachments for scanning"),
    "attachments.release": _("release attachments from quarantine"),
    "audit.read_all": _("read the whole audit trail"),
    "audit.read_own_agency": _("read the audit trail of the agency"),
    "cms.edit": _("edit public pages"),
    "exchange.approve": _("approve outgoing documents"),
    "exchange.read": _("read exchanged documents"),
    "exchange.receive": _("receive documents from other agencies"),
    "exchange.register": _("register documents"),
    "exchange.release": _("issue documents to other agencies"),
    "exchange.send": _("send documents to other agencies"),
    "exchange.supervise": _("follow the sending and receiving of documents"),
    "forms.approve": _("approve standard forms"),
    "forms.draft": _("draft standard forms"),
    "incidents.coordinate": _("coordinate the response to incidents"),
    "incidents.read": _("read the incidents of the agency"),
    "incidents.read_all": _("read all incidents"),
    "incidents.record": _("record and handle incidents"),
    "incidents.supervise": _("direct and supervise the handling of incidents"),
    "rules.acknowledge": _("read and acknowledge internal rules"),
    "rules.approve": _("approve internal rules"),
    "rules.draft": _("draft internal rules"),
}

# Granting is never delegated (who grants must hold the right himself), and what one
# has read nobody reads for him (Điều 13.6.a).
NOT_DELEGABLE = frozenset(
    {"accounts.appoint", "accounts.confirm", "accounts.manage", "agencies.manage"}
    | {"rules.acknowledge"}
)


def label_of(permission: str) -> str:
    """Return the permission in words for people."""
    return str(LABELS[permission])


@dataclass(frozen=True)
class Bundle:
    """A role as it is delivered: its name in Vietnamese, which is data, and rights.

    grants: the roles that its holders may grant for the agency where they hold it.
    """

    name: str
    permissions: frozenset[str]
    is_for_every_agency: bool = True
    grants: frozenset[str] = frozenset()


_EVERYBODY = {"rules.acknowledge"}
_READS_ATTACHMENTS = {"attachments.read", "attachments.submit"}
_EXCHANGES = {"exchange.send", "exchange.receive", "exchange.register", "exchange.read"}

_OF_AN_AGENCY = frozenset(
    {"agency_admin", "agency_head", "exchange_officer"}
    | {"records_clerk", "security_officer"}
)
# Granted by two persons only, and never by the administrator of an agency.
_OF_THE_PROVINCE = frozenset(
    {"auditor", "form_approver", "form_editor", "incident_coordinator"}
    | {"province_admin"}
)

ROLES = {
    "province_admin": Bundle(
        "Quản trị cấp tỉnh",
        frozenset(
            {"accounts.read", "accounts.manage", "agencies.manage", "cms.edit"}
            | {"accounts.appoint", "audit.read_own_agency"}
            | _EVERYBODY
        ),
        is_for_every_agency=False,
        grants=_OF_AN_AGENCY | _OF_THE_PROVINCE,
    ),
    "incident_coordinator": Bundle(
        "Điều phối ứng cứu sự cố",
        frozenset(
            {"incidents.read", "incidents.supervise", "incidents.coordinate"}
            | {"incidents.record"}
            | _READS_ATTACHMENTS
            | _EVERYBODY
        ),
        is_for_every_agency=False,
    ),
    "agency_admin": Bundle(
        "Quản trị tài khoản của cơ quan",
        frozenset(
            {"accounts.read", "accounts.manage", "audit.read_own_agency"} | _EVERYBODY
        ),
        grants=_OF_AN_AGENCY,
    ),
    "security_officer": Bundle(
        "Cán bộ phụ trách an toàn thông tin",
        frozenset(
            {"incidents.read", "incidents.record", "incidents.supervise"}
            | {"attachments.release", "rules.draft", "audit.read_own_agency"}
            | _READS_ATTACHMENTS
            | _EVERYBODY
        ),
    ),
    "records_clerk": Bundle(
        "Văn thư", frozenset(_EXCHANGES | _READS_ATTACHMENTS | _EVERYBODY)
    ),
    "exchange_officer": Bundle(
        "Cán bộ theo dõi gửi, nhận văn bản điện tử",
        frozenset({"exchange.read", "exchange.supervise"} | _EVERYBODY),
    ),
    "agency_head": Bundle(
        "Người đứng đầu cơ quan",
        frozenset(
            {"accounts.read", "accounts.confirm", "incidents.read"}
            | {"incidents.supervise", "rules.approve", "attachments.read"}
            | {"exchange.read", "exchange.approve", "audit.read_own_agency"}
            | _EVERYBODY
        ),
    ),
    "form_editor": Bundle(
        "Biên tập biểu mẫu",
        frozenset({"forms.draft", "cms.edit"} | _READS_ATTACHMENTS | _EVERYBODY),
        is_for_every_agency=False,
    ),
    "form_approver": Bundle(
        "Kiểm duyệt biểu mẫu",
        frozenset({"forms.approve", "cms.edit", "attachments.read"} | _EVERYBODY),
        is_for_every_agency=False,
    ),
    "auditor": Bundle(
        "Thanh tra (chỉ đọc)",
        frozenset({"audit.read_all", "incidents.read_all"}),
        is_for_every_agency=False,
    ),
}


@transaction.atomic
def load_roles() -> None:
    """Write the bundles into the database; a second call changes nothing."""
    for code, bundle in ROLES.items():
        unknown = bundle.permissions - PERMISSIONS
        if unknown:
            raise ValueError(f"{code} bundles unknown permissions: {unknown}")
        role, _made = Role.objects.update_or_create(
            code=code,
            defaults={
                "name": bundle.name,
                "is_for_every_agency": bundle.is_for_every_agency,
            },
        )
        role.permissions.exclude(code__in=bundle.permissions).delete()
        held = set(role.permissions.values_list("code", flat=True))
        RolePermission.objects.bulk_create(
            RolePermission(role=role, code=permission)
            for permission in sorted(bundle.permissions - held)
        )
    _load_grants()


def _load_grants() -> None:
    roles = {role.code: role for role in Role.objects.filter(code__in=ROLES)}
    for code, bundle in ROLES.items():
        roles[code].grants.exclude(granted__code__in=bundle.grants).delete()
        held = set(roles[code].grants.values_list("granted__code", flat=True))
        RoleGrant.objects.bulk_create(
            RoleGrant(role=roles[code], granted=roles[granted])
            for granted in sorted(bundle.grants - held)
        )
