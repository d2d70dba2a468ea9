"""What access adds to the staff menu and to the front pages."""

from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.models import Account, Assignment, Invitation
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
    Entry(
        _("Agencies"), "access:agencies", "agencies.manage", "building-bank", order=65
    )
)
navigation.register(Entry(_("Audit trail"), "access:audit", None, "history", order=90))


def _waiting(actor: Actor) -> dict[str, object]:
    """Return what an administrator or a head has to look at; nothing hides the box."""
    reader = actor.person
    rights = Assignment.objects.confirmable_by(reader)
    people = Account.objects.handled_by(reader)
    links = Invitation.objects.open().filter(account__in=people)
    if not (rights.exists() or links.exists()):
        return {}
    return {
        "rights": rights.select_related("account", "role", "agency")[:ROWS_IN_A_PANEL],
        "rights_count": rights.count(),
        "invitations": links.select_related("account")[:ROWS_IN_A_PANEL],
    }


panels.register(
    Panel(
        "access/panels/waiting.html",
        _waiting,
        ("accounts.read", "accounts.manage", "accounts.confirm"),
        order=40,
    )
)
