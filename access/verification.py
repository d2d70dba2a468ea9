"""Answers for /kiem-tra/: did we issue this report of an access review?"""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models import ReviewReport
from portal.core import clock, verification
from portal.core.text import nfc


@verification.register
def find_review_reports(sha256: str, number: str) -> list[verification.Record]:
    """Return the report with that hash or check code.

    Anybody may ask, so the answer names the agency and no person.
    """
    wanted = Q(pk__in=[])
    if sha256:
        wanted |= Q(sha256=sha256.lower())
    if asked := nfc(number).strip().upper():
        wanted |= Q(check_code=asked)
    found = ReviewReport.objects.filter(wanted).defer("content")
    return [
        verification.Record(
            kind=_("Report of an access review"),
            number=report.check_code,
            title=str(_("Access review")),
            agency=_issuer(report),
            issued_on=clock.vietnamese_day(report.issued_at),
            sha256=report.sha256,
            is_current=True,
        )
        for report in found.select_related("campaign__agency")[:10]
    ]


def _issuer(report: ReviewReport) -> str:
    agency = report.campaign.agency
    if agency is None:
        return str(settings.PORTAL_PROVINCE_NAME)
    return agency.name_on(clock.vietnamese_day(report.issued_at))
