"""What access adds to the staff menu and to the front pages."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access import day
from access.actors import Actor
from access.models import (
    AccessRequest,
    Account,
    Assignment,
    Invitation,
    ReviewCampaign,
    ReviewItem,
)
from portal.core import navigation, panels
from portal.core.navigation import Entry
from portal.core.panels import Panel

ROWS_IN_A_PANEL = 5

navigation.register(
    Entry(
        _("Accounts of the agency"),
        "access:accounts",
        ("accounts.read", "accounts.manage"),
        "users",
        order=60,
    )
)
navigation.register(
    Entry(_("Requests"), "access:requests", None, "mail-question", order=62)
)
navigation.register(
    Entry(_("Agencies"), "access:agencies", None, "building-bank", order=65)
)
navigation.register(Entry(_("Audit trail"), "access:audit", None, "history", order=90))


def _waiting(actor: Actor) -> dict[str, object]:
    """Return what an administrator or a head has to look at; nothing hides the box."""
    reader = actor.person
    rights = Assignment.objects.confirmable_by(reader)
    people = Account.objects.handled_by(reader)
    links = Invitation.objects.open().filter(account__in=people)
    asked = AccessRequest.objects.decidable_by(reader)
    if not (rights.exists() or links.exists() or asked.exists()):
        return {}
    return {
        "rights": rights.select_related("account", "role", "agency")[:ROWS_IN_A_PANEL],
        "rights_count": rights.count(),
        "requests": asked.select_related("account", "role")[:ROWS_IN_A_PANEL],
        "requests_count": asked.count(),
        "invitations": links.select_related("account")[:ROWS_IN_A_PANEL],
    }


panels.register(
    Panel(
        "access/panels/waiting.html",
        _waiting,
        ("accounts.read", "accounts.manage", "accounts.confirm", "accounts.appoint"),
        order=40,
    )
)


def _to_review(actor: Actor) -> dict[str, object]:
    """Return the reviews in which rights wait for this person."""
    waiting = ReviewItem.objects.reviewable_by(actor.person)
    numbers = dict(
        waiting.values_list("campaign").annotate(n=Count("pk")).order_by("campaign")
    )
    if not numbers:
        return {}
    open_ones = ReviewCampaign.objects.filter(pk__in=numbers).order_by("due_on")
    return {
        "count": sum(numbers.values()),
        "rows": [(review, numbers[review.pk]) for review in open_ones],
    }


panels.register(
    Panel(
        "access/panels/reviews.html",
        _to_review,
        ("accounts.confirm", "accounts.manage", "accounts.appoint"),
        order=35,
    )
)
navigation.register(
    Entry(
        _("Access reviews"),
        "access:reviews",
        ("accounts.read", "accounts.manage", "audit.read_all"),
        "checks",
        order=61,
    )
)
navigation.register(
    Entry(
        _("Who could do what"),
        "access:powers",
        ("accounts.read", "accounts.manage", "audit.read_all"),
        "user-search",
        order=63,
    )
)


def _to_look_at(actor: Actor) -> dict[str, object]:
    """Return in numbers what an administrator begins the day with."""
    page = reverse("access:day")
    counts = [
        {
            "label": section.kind.title,
            "number": section.total,
            "url": f"{page}#{section.kind.key}",
            "tone": section.kind.tone,
            "icon": section.kind.icon,
        }
        for section in day.sections(actor.person)
    ]
    return {"counts": counts} if counts else {}


panels.register(
    Panel(
        "access/panels/day.html",
        _to_look_at,
        ("accounts.read", "accounts.manage", "accounts.appoint"),
        order=35,
    )
)
