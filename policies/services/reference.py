"""What the portal delivers: shelves, the regulation itself, and a first set of pages.

`manage.py reference` calls `ensure_all`; a second call changes nothing.
"""

from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from access.models import Agency, AgencyLevel
from policies.effect import proposed_start
from policies.models import EditionState, FormGroup, InternalRule, RuleVersion
from policies.services.pages import ensure_pages
from policies.text_address import address_of
from portal.core.text import nfc

REGULATION = Path(__file__).parent.parent / "reference" / "06-2012-qd-ubnd.txt"
REGULATION_NUMBER = "06/2012/QĐ-UBND"
REGULATION_ISSUED_ON = date(2012, 3, 22)
REGULATION_TITLE = (
    "Quy định về việc gửi, nhận văn bản điện tử giữa các cơ quan hành chính nhà nước, "
    "đơn vị sự nghiệp trên địa bàn tỉnh"
)
REGULATION_REPLACES = "Quyết định số 2605/QĐ-UBND ngày 14/9/2009"

# The catalogue proposed from the clauses that call for a form.
GROUPS = (
    "Tài khoản và quyền truy cập",
    "Gửi, nhận văn bản điện tử",
    "Sự cố an toàn thông tin",
    "Báo cáo định kỳ",
    "Thủ tục hành chính",
)


@transaction.atomic
def ensure_all() -> None:
    """Bring shelves, regulation and pages into the database, each once."""
    ensure_groups()
    ensure_regulation()
    ensure_pages()


def ensure_groups() -> None:
    """Put up the shelves of the catalogue."""
    for position, name in enumerate(GROUPS, start=1):
        FormGroup.objects.get_or_create(
            slug=address_of(name), defaults={"name": name, "position": position}
        )


def ensure_regulation() -> RuleVersion | None:
    """Store Quyết định 06/2012/QĐ-UBND verbatim as the first published rule.

    Returns None if no provincial agency of 2012 is on record, and stores nothing.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 1 and 2 of the decision.
    """
    text = nfc(REGULATION.read_text(encoding="utf-8"))
    starts_on = proposed_start(text, REGULATION_ISSUED_ON)
    if starts_on is None:
        raise ValueError(_("The delivered regulation does not say when it begins."))
    issuers = Agency.objects.in_force(starts_on).filter(level=AgencyLevel.PROVINCE)
    issuer = issuers.order_by("pk").first()
    if issuer is None:
        return None
    rule, _made = InternalRule.objects.get_or_create(
        slug="06-2012-qd-ubnd",
        defaults={"title": REGULATION_TITLE, "agency": issuer, "is_provincial": True},
    )
    version, _made = RuleVersion.objects.get_or_create(
        rule=rule,
        number=REGULATION_NUMBER,
        defaults={
            "issued_on": REGULATION_ISSUED_ON,
            "in_force_from": starts_on,
            "replaces_note": REGULATION_REPLACES,
            "text": text,
            "state": EditionState.APPROVED,
            "is_reference": True,
        },
    )
    return version
