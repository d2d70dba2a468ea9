"""What was let through unscanned: which file, by whom, for whom and why.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2, 12.1 and 12.3.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from access.models import Account
from scanning.models import Attachment, ReleaseDecision


@dataclass(frozen=True)
class Passed:
    """One file, the decisions that let it through, and whether its page opens."""

    attachment: Attachment
    decisions: tuple[ReleaseDecision, ...]
    is_visible: bool


def rows(attachments: Iterable[Attachment], person: Account) -> list[Passed]:
    """Return the files with their decisions, the oldest first. Two queries in all.

    Who reads the trail alone learns of the decision, and cannot open the page.
    """
    shown = list(attachments)
    made: dict[int, list[ReleaseDecision]] = defaultdict(list)
    standing = ReleaseDecision.objects.standing().filter(attachment__in=shown)
    for each in standing.select_related("agency", "decided_by").order_by("pk"):
        made[each.attachment_id].append(each)
    visible = set(
        Attachment.objects.visible_to(person)
        .filter(pk__in=[each.pk for each in shown])
        .order_by()
        .values_list("pk", flat=True)
    )
    return [Passed(each, tuple(made[each.pk]), each.pk in visible) for each in shown]
