"""What there is to permit, and the bundles in which it is granted.

Permissions are names, roles are rows: `load_roles` writes the bundles below into the
database at every installation and update, and removes what is no longer in them.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
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
        "attachments.clear",
        "attachments.dispose",
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
    "attachments.clear": _("confirm false alarms for the whole province"),
    "attachments.dispose": _("confirm the destruction of held attachments"),
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
            | {"incidents.record", "attachments.clear"}
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
            | {"attachments.release", "attachments.dispose"}
            | {"rules.draft", "audit.read_own_agency"}
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
            | {"attachments.dispose"}
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
    """Write the bundles into the database; a second call changes nothing.

    A few statements for all roles together: every test and every start of an
    installation calls this.
    """
    for code, bundle in ROLES.items():
        unknown = bundle.permissions - PERMISSIONS
        if unknown:
            raise ValueError(f"{code} bundles unknown permissions: {unknown}")
    roles = _write_roles()
    _write_bundles(
        RolePermission.objects.filter(role__in=roles.values()),
        "code",
        {
            (roles[code].pk, permission): RolePermission(
                role=roles[code], code=permission
            )
            for code, bundle in ROLES.items()
            for permission in sorted(bundle.permissions)
        },
    )
    _write_bundles(
        RoleGrant.objects.filter(role__in=roles.values()),
        "granted_id",
        {
            (roles[code].pk, roles[granted].pk): RoleGrant(
                role=roles[code], granted=roles[granted]
            )
            for code, bundle in ROLES.items()
            for granted in sorted(bundle.grants)
        },
    )


def _write_roles() -> dict[str, Role]:
    """Make and correct the roles themselves; return them by their codes."""
    wanted = {
        code: {"name": bundle.name, "is_for_every_agency": bundle.is_for_every_agency}
        for code, bundle in ROLES.items()
    }
    there = {role.code: role for role in Role.objects.filter(code__in=wanted)}
    Role.objects.bulk_create(
        Role(code=code, **values)
        for code, values in wanted.items()
        if code not in there
    )
    for code, role in there.items():
        if any(getattr(role, name) != value for name, value in wanted[code].items()):
            Role.objects.filter(pk=role.pk).update(**wanted[code])
    return {role.code: role for role in Role.objects.filter(code__in=wanted)}


def _write_bundles(
    there: QuerySet[Any], column: str, wanted: dict[tuple[int, int | str], Any]
) -> None:
    """Remove the rows that no bundle wants, and add those that are not there."""
    held = {(row.role_id, getattr(row, column)): row.pk for row in there}
    if stale := [pk for key, pk in held.items() if key not in wanted]:
        there.model._default_manager.filter(pk__in=stale).delete()
    there.model._default_manager.bulk_create(
        row for key, row in wanted.items() if key not in held
    )
