"""Two access reviews: one closed long ago with its report, one half decided."""

from datetime import timedelta

from access.models import ReviewCampaign, ReviewItem
from access.services import review_reports, reviews
from portal.core.clock import vietnamese_day
from portal.ops.demo import past
from portal.ops.demo.people import Cast

_CLOSED_AT = "000.00.15.H10"
_OPEN_AT = "000.00.05.H10"
# A right that nobody needed any more is revoked in the closed one.
_REVOKED = "vanthu"
_EVIDENCE = (
    "Vẫn phụ trách, theo Quyết định phân công {number}/QĐ-mẫu",
    "Đã đối chiếu với danh sách cán bộ tháng này (mẫu)",
    "Xác nhận theo đề nghị của Văn phòng (mẫu)",
)


def hold(cast: Cast) -> None:
    """Hold a review to its end, with its signed report, and begin another."""
    _hold_to_the_end(cast)
    _begin(cast)


def _open(cast: Cast, code: str, title: str, days_ago: int) -> ReviewCampaign:
    moment = past.days_ago(days_ago, hour=8)
    day = vietnamese_day(moment)
    wanted = reviews.Wanted(
        title=title,
        agency=cast.agencies[code],
        fallback_on=day + timedelta(days=20),
        due_on=day + timedelta(days=30),
    )
    with past.at(moment):
        return reviews.open_campaign(wanted, by=cast.of("lanhdao", code))


def _decide(item: ReviewItem, cast: Cast, code: str, *, revoked: str = "") -> None:
    right = item.assignment
    prefix = "lanhdao" if right.role.code != "agency_head" else "quantri"
    by = cast.of(prefix, code)
    if revoked and right.account.username.startswith(revoked):
        reviews.revoke(item, by=by, evidence="Đã chuyển sang công việc khác (mẫu)")
        return
    evidence = _EVIDENCE[right.pk % len(_EVIDENCE)].format(number=40 + right.pk)
    reviews.confirm(item, by=by, evidence=evidence)


def _hold_to_the_end(cast: Cast) -> None:
    review = _open(cast, _CLOSED_AT, "Rà soát quyền truy cập đầu năm (mẫu)", 200)
    items = review.items.with_campaign_and_right().in_reading_order()
    for number, item in enumerate(items):
        with past.at(past.days_ago(195 - number, hour=10)):
            _decide(item, cast, _CLOSED_AT, revoked=_REVOKED)
    with past.at(past.days_ago(188, hour=11)):
        review.refresh_from_db()
        review_reports.issue(review)


def _begin(cast: Cast) -> None:
    review = _open(cast, _OPEN_AT, "Rà soát quyền truy cập cuối năm (mẫu)", 6)
    items = list(review.items.with_campaign_and_right().in_reading_order())
    for number, item in enumerate(items[: len(items) // 2]):
        with past.at(past.days_ago(4, hour=9, minute=5 * number)):
            _decide(item, cast, _OPEN_AT)
