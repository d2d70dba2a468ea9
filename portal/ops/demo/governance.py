"""Rights in motion: asked for, decided, delegated; and who signed in when."""

from datetime import timedelta
from random import Random

from access.models import AccessRequest, Account, Agency, Assignment, Role
from access.services import delegations, requests
from access.services.requests import Wish
from portal.core.clock import vietnamese_day
from portal.ops.demo import past, reorganisation, reviews
from portal.ops.demo.people import Cast

_OFFICE = "000.00.05.H10"
_WITHOUT_ADMINISTRATOR = "000.00.18.H10"
_Kind = AccessRequest.Kind
# They have not come for so long that their administrators should ask why.
_AWAY = ("theodoi.donxoai", "vanthu.phuoclong", "antt.budang", "vanthu.khcn")
_AWAY_FOR = 52  # days


def go_on(cast: Cast) -> None:
    """Let people ask, decide, delegate, review and plan, as in any month."""
    _ask_and_decide(cast)
    _leave_open(cast)
    _delegate(cast)
    reviews.hold(cast)
    with past.at(past.days_ago(3, hour=15)):
        reorganisation.plan_example(cast.actor("quantri.tinh"))
    _sign_in_now_and_then(cast)


def _role(code: str) -> Role:
    return Role.objects.get(code=code)


def _ask_and_decide(cast: Cast) -> None:
    """One request is approved and soon ends, another is refused."""
    agency = cast.agencies[_OFFICE]
    administrator = cast.of("quantri", _OFFICE)
    follower = cast.people["theodoi2.noivu"].account
    with past.at(past.days_ago(20, hour=9)):
        asked = requests.submit(
            Wish(
                _Kind.GRANT,
                agency,
                "Làm thay văn thư đi học (mẫu)",
                account=follower,
                role=_role("records_clerk"),
                decision_number="88/QĐ-mẫu",
                starts_on=vietnamese_day(past.days_ago(20)),
                ends_on=vietnamese_day(past.days_ago(-10)),
            ),
            by=cast.of("lanhdao", _OFFICE),
        )
    with past.at(past.days_ago(20, hour=14)):
        requests.approve(asked, by=administrator, note="Đến hết khoá học")
    clerk = cast.of("vanthu", _OFFICE)
    with past.at(past.days_ago(15, hour=10)):
        asked = requests.submit(
            Wish(
                _Kind.GRANT,
                agency,
                "Để tự giải phóng tệp bị giữ (mẫu)",
                account=clerk.person,
                role=_role("security_officer"),
                starts_on=vietnamese_day(past.days_ago(15)),
            ),
            by=clerk,
        )
    with past.at(past.days_ago(14, hour=8)):
        reason = "Một người không giữ cả hai việc này"
        requests.refuse(asked, by=administrator, reason=reason)


def _leave_open(cast: Cast) -> None:
    """Some wait: for the administrator, for the head, and for the province."""
    agency = cast.agencies[_OFFICE]
    officer = cast.of("antt", _OFFICE)
    administrator = cast.of("quantri", _OFFICE)
    today = vietnamese_day(past.days_ago(0))
    newcomer = "Người sắp đến (mẫu)"
    wishes = [
        (
            officer,
            Wish(
                _Kind.GRANT,
                agency,
                "Trực thay văn thư trong dịp lễ (mẫu)",
                account=officer.person,
                role=_role("records_clerk"),
                starts_on=today,
            ),
        ),
        (
            administrator,
            Wish(
                _Kind.RESET,
                agency,
                "Mất điện thoại, đã báo công an (mẫu)",
                account=cast.people["theodoi2.noivu"].account,
            ),
        ),
        (
            cast.of("lanhdao", _OFFICE),
            Wish(
                _Kind.ACCOUNT,
                agency,
                "Nhận công tác từ tuần sau (mẫu)",
                full_name=newcomer,
                username="sapden.noivu",
                role=_role("records_clerk"),
                position="Văn thư",
                starts_on=today + timedelta(days=7),
            ),
        ),
        (
            cast.actor("quantri.tinh"),
            Wish(
                _Kind.ACCOUNT,
                Agency.objects.get(code=_WITHOUT_ADMINISTRATOR),
                "Cơ quan chưa có quản trị tài khoản (mẫu)",
                full_name=newcomer,
                username="quantri.bandantoc",
                role=_role("agency_admin"),
                position="Quản trị tài khoản",
                starts_on=today,
            ),
        ),
    ]
    with past.at(past.days_ago(1, hour=16)):
        for asker, wish in wishes:
            requests.submit(wish, by=asker)


def _delegate(cast: Cast) -> None:
    """The head lets a colleague act for him while he travels."""
    head = cast.of("lanhdao", _OFFICE)
    source = Assignment.objects.get(account=head.person, agency=head.agency)
    started = past.days_ago(2, hour=8)
    first = vietnamese_day(started)
    mandate = delegations.Mandate(
        to=cast.people["theodoi2.noivu"].account,
        permissions=delegations.delegable_permissions(source)[:2],
        starts_on=first,
        ends_on=first + timedelta(days=12),
        decision_number="91/UQ-mẫu",
    )
    with past.at(started):
        delegations.delegate(source, mandate, by=head)


def _sign_in_now_and_then(cast: Cast) -> None:
    """Let everybody have come lately, but for a few.

    Straight into the rows: sign-ins need browsers, and a row of one would make the
    first real sign-in of a visitor look like that of a stranger.
    """
    chance = Random(2012)  # noqa: S311 (the same days in each installation)
    for username, person in cast.people.items():
        days = _AWAY_FOR if username in _AWAY else chance.randrange(1, 20)
        moment = past.days_ago(days, hour=chance.randrange(7, 17))
        Account.objects.filter(pk=person.account.pk).update(last_login=moment)
