"""What citizens find on the front page below the search: doors, and forms by group."""

from django.db.models import Count
from django.urls import reverse

from policies.models import FormGroup, FormTemplate
from portal.core import panels

MOST = 8


def _groups(_actor: None) -> dict[str, object]:
    """Return the groups that hold a form in force, each with their number."""
    filled = FormGroup.objects.filter(forms__in=FormTemplate.objects.in_force())
    counted = filled.annotate(forms_in_force=Count("forms", distinct=True))
    # Named again: a query that counts forgets the order of its model.
    groups = list(counted.order_by("position", "name")[:MOST])
    return {"groups": groups} if groups else {}


def _doors(_actor: None) -> dict[str, object]:
    """Return where documents are checked; the frame knows the other door."""
    return {"verify_url": reverse("home:verify")}


panels.register(panels.Panel("portal/_doors.html", _doors, place="front", order=15))
panels.register(panels.Panel("portal/_groups.html", _groups, place="front", order=20))
