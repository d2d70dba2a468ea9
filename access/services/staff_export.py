"""The people of an agency as a file: who, with which rights, since when, by whom.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.8.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from access import audit
from access.actors import Actor
from access.models import Account, Agency, Assignment
from access.staff_lists import writing
from portal.core.errors import NotAllowedError

_HEADINGS = [
    "Họ và tên",
    "Tên đăng nhập",
    "Trạng thái",
    "Thư điện tử",
    "Điện thoại",
    "Chức vụ",
    "Vai trò",
    "Phạm vi",
    "Ủy quyền của",
    "Số quyết định",
    "Từ ngày",
    "Đến ngày",
    "Người cấp",
    "Người xác nhận",
    "Ngày xác nhận",
    "Đăng nhập gần nhất",
]


@transaction.atomic
def export(agency: Agency, kind: str, *, by: Actor) -> bytes:
    """Return the file, and write into the trail who took it.

    kind: "csv" or "xlsx". The file speaks Vietnamese, whoever asks for it.

    Raises NotAllowedError.
    """
    reader = by.person
    readable = Agency.objects.where(reader, "accounts.read", "accounts.manage")
    if not readable.filter(pk=agency.pk).exists():
        raise NotAllowedError
    rights = (
        Assignment.objects.visible_to(reader)
        .filter(agency=agency)
        .unended()
        .select_related("role", "granted_by", "confirmed_by", "delegated_from__account")
        .order_by("starts_on", "pk")
    )
    people = (
        Account.objects.visible_to(reader)
        .filter(assignments__in=rights)
        .distinct()
        .with_state(reader)
        .prefetch_related(Prefetch("assignments", rights, to_attr="rights_here"))
    )
    with override("vi"):
        content = writing.as_file(kind, _HEADINGS, _rows(people))
    audit.record(
        agency,
        "access.staff_exported",
        by=by,
        agency=agency,
        people=people.count(),
        file=kind.upper(),
    )
    return content


def _rows(people: QuerySet[Account]) -> Iterator[list[writing.Value]]:
    states = {
        "active": _("active"),
        "invited": _("invited, not signed in yet"),
        "suspended": _("suspended"),
        "left": _("without a present post"),
    }
    for account in people:
        for right in account.rights_here:  # type: ignore[attr-defined] # prefetched
            yield [
                account.full_name,
                account.username,
                states[account.state],  # type: ignore[attr-defined] # annotated
                account.email,
                account.telephone,
                right.position,
                right.role.name,
                right.get_scope_display(),
                _name(right.delegated_from and right.delegated_from.account),
                right.decision_number,
                right.starts_on,
                right.ends_on,
                _name(right.granted_by),
                _name(right.confirmed_by),
                right.confirmed_at,
                account.last_login,
            ]


def _name(account: Account | None) -> str:
    return account.full_name if account else ""
