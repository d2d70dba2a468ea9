"""The entries of policies in the staff menu, and its panels on the front pages."""

from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from policies.front import front_page
from policies.models import EditionState, FormVersion
from policies.services.rules import to_acknowledge
from portal.core import panels
from portal.core.navigation import Entry, register

register(
    Entry(
        _("Rules to know"),
        "policies:rules",
        ("rules.acknowledge", "rules.draft", "rules.approve"),
        icon="book",
        order=60,
    )
)
register(
    Entry(
        _("Forms in preparation"),
        "policies:manage-forms",
        ("forms.draft", "forms.approve"),
        icon="forms",
        order=50,
    )
)
register(
    Entry(_("Public pages"), "wagtailadmin_home", "cms.edit", icon="edit", order=70)
)


def _announcement(_actor: None) -> dict[str, object]:
    page = front_page()
    if page is None or not (page.announcement or page.body):
        return {}
    return {"page": page}


def _rules_to_acknowledge(actor: Actor) -> dict[str, object]:
    if actor.agency is None:
        return {}
    waiting = to_acknowledge(actor.person, actor.agency)
    return {"versions": waiting} if waiting else {}


def _forms_to_decide(actor: Actor) -> dict[str, object]:
    submitted = FormVersion.objects.handled_by(actor.person).filter(
        state=EditionState.SUBMITTED
    )
    waiting = list(submitted.select_related("template").order_by("submitted_at")[:10])
    return {"versions": waiting} if waiting else {}


panels.register(
    panels.Panel(
        "policies/_announcement.html",
        _announcement,
        place="front",
        order=10,
        is_wide=True,
    )
)
panels.register(
    panels.Panel(
        "policies/_rules_to_acknowledge.html",
        _rules_to_acknowledge,
        "rules.acknowledge",
        order=40,
    )
)
panels.register(
    panels.Panel(
        "policies/_forms_to_decide.html", _forms_to_decide, "forms.approve", order=30
    )
)
