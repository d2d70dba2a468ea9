"""The report of a closed access review: composed, signed, kept, and handed out.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 13.4.d and 13.5.b.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from access import audit, notices
from access.actors import Actor
from access.models import ReportingLine, ReviewCampaign, ReviewItem, ReviewReport
from access.refusals import ReportChangedError
from access.review_report.document import ReviewDocument, Row
from portal.core import clock
from portal.core.clock import VIETNAM
from portal.core.paper import check_code

PREFIX = "RS"
Decision = ReviewItem.Decision
_BY_DEFAULT = {Decision.KEPT_BY_DEFAULT, Decision.REVOKED_BY_DEFAULT}
# The words of the document, which stays Vietnamese whatever the catalogue says.
_WORDS = {
    Decision.CONFIRMED: "tiếp tục",
    Decision.REVOKED: "thu hồi",
    Decision.KEPT_BY_DEFAULT: "giữ nguyên, không ai trả lời",
    Decision.REVOKED_BY_DEFAULT: "thu hồi, không ai trả lời",
    Decision.ENDED_MEANWHILE: "đã chấm dứt trước khi kết luận",
    Decision.CANCELLED: "chưa kết luận, đợt rà soát bị hủy",
}
_ON_SILENCE = {
    ReviewCampaign.Default.KEEP: "quyền giữ nguyên và được đánh dấu chưa rà soát",
    ReviewCampaign.Default.REVOKE: "quyền chấm dứt",
}


def issue(campaign: ReviewCampaign) -> ReviewReport | None:
    """Compose, sign and keep the report; None if another worker was faster."""
    from access.review_report import layout  # noqa: PLC0415 (WeasyPrint, see there)
    from portal.core import pdf_signature  # noqa: PLC0415 (pyHanko loads for a second)

    code = check_code(PREFIX)
    document = compose(campaign, code)
    content = pdf_signature.sign(
        layout.render(document),
        reason="Báo cáo rà soát quyền truy cập",
        location=settings.PORTAL_PROVINCE_NAME,
    )
    try:
        return _keep(campaign, code, content)
    except IntegrityError:
        if ReviewReport.objects.filter(campaign=campaign).exists():
            return None
        raise


@transaction.atomic
def _keep(campaign: ReviewCampaign, code: str, content: bytes) -> ReviewReport:
    report = ReviewReport.objects.create(
        campaign=campaign,
        check_code=code,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    audit.record(
        campaign,
        "access.review_reported",
        by=Actor.system("reviews", campaign.agency),
        agency=campaign.agency,
        check_code=code,
        sha256=report.sha256,
    )
    with translation.override(settings.LANGUAGE_CODE):
        notices.notify(
            campaign.opened_by,
            _("The report of the access review is ready: %(title)s")
            % {"title": campaign.title},
            path=reverse("access:review", args=[campaign.pk]),
            agency=campaign.agency,
        )
    return report


def issued_bytes(report: ReviewReport, *, by: Actor) -> bytes:
    """Return the very bytes that were signed, hashed again before they go out.

    The caller found the report through a scope; the read is audited.
    Raises ReportChangedError.
    """
    content = bytes(report.content)
    if hashlib.sha256(content).hexdigest() != report.sha256:
        raise ReportChangedError(code=report.check_code)
    audit.record(
        report.campaign,
        "access.review_report_downloaded",
        by=by,
        agency=report.campaign.agency,
        check_code=report.check_code,
        sha256=report.sha256,
    )
    return content


def compose(campaign: ReviewCampaign, code: str) -> ReviewDocument:
    """Return the document as it will be laid out."""
    from portal.core import pdf_signature  # noqa: PLC0415 (as above)

    agency, day = campaign.agency, clock.today()
    superior = ReportingLine.objects.superior_of(agency, day) if agency else None
    items = list(campaign.items.with_campaign_and_right().in_reading_order())
    found = Counter(item.decision for item in items)
    return ReviewDocument(
        parent=superior.name_on(day) if superior else "",
        issuer=agency.name_on(day) if agency else settings.PORTAL_PROVINCE_NAME,
        day=day,
        title=campaign.title,
        opened_by=campaign.opened_by.full_name,
        opened=campaign.opened_at,
        fallback_on=campaign.fallback_on,
        due_on=campaign.due_on,
        closed=campaign.closed_at or clock.now(),
        on_silence=_ON_SILENCE[ReviewCampaign.Default(campaign.on_silence)],
        cancelled=_cancelled(items),
        counts=tuple((_WORDS[kind], found[kind]) for kind in Decision if found[kind]),
        reviewers=_reviewers(items),
        groups=_groups(items),
        check_code=code,
        check_url=f"{settings.PORTAL_BASE_URL}/kiem-tra/?so={code}",
        is_own_signature=pdf_signature.is_own(),
        fingerprint=pdf_signature.fingerprint(),
    )


def _cancelled(items: Iterable[ReviewItem]) -> tuple[str, str] | None:
    left = [item for item in items if item.decision == Decision.CANCELLED]
    if not left or left[0].decided_by is None:
        return None
    return left[0].decided_by.full_name, left[0].evidence


def _reviewers(items: Iterable[ReviewItem]) -> tuple[tuple[str, int], ...]:
    decided = Counter(
        f"{item.decided_by.full_name} ({item.decided_by.username})"
        for item in items
        if item.decided_by and item.decision != Decision.CANCELLED
    )
    return tuple(decided.most_common())


def _groups(items: list[ReviewItem]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    by_agency = groupby(items, key=lambda item: item.assignment.agency)
    return tuple(
        (f"{agency.name} ({agency.code})", tuple(map(_row, its)))
        for agency, its in by_agency
    )


def _row(item: ReviewItem) -> Row:
    right, decided = item.assignment, item.decided_at
    return Row(
        person=right.account.full_name,
        username=right.account.username,
        agency=right.agency.name,
        role=right.role.name,
        basis=_basis(item),
        days=_days(item),
        decision=_WORDS[Decision(item.decision)],
        by_default=item.decision in _BY_DEFAULT,
        decided_by=item.decided_by.full_name if item.decided_by else "",
        decided_at=decided.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
        if decided
        else "",
        evidence=item.evidence,
    )


def _basis(item: ReviewItem) -> str:
    right = item.assignment
    parts = [f"Số {right.decision_number}"] if right.decision_number else []
    if source := right.delegated_from:
        parts.append(f"ủy quyền của {source.account.full_name}")
    elif right.granted_by:
        parts.append(f"người cấp: {right.granted_by.full_name}")
    return "; ".join(parts) or "Không ghi số quyết định"


def _days(item: ReviewItem) -> str:
    right = item.assignment
    first = right.starts_on.strftime("%d/%m/%Y")
    if right.ends_on is None:
        return f"từ {first}"
    return f"{first} – {right.ends_on.strftime('%d/%m/%Y')}"
