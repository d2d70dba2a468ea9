"""The entries of incidents in the staff menu, and the panel on the dashboard."""

from django.utils.translation import gettext_lazy as _

from incidents.overview import dashboard
from portal.core import navigation, panels

READERS = (
    "incidents.read",
    "incidents.record",
    "incidents.supervise",
    "incidents.coordinate",
    "incidents.read_all",
)

navigation.register(
    navigation.Entry(
        _("Incidents"),
        "incidents:incidents",
        READERS,
        icon="alert-triangle",
        order=20,
    )
)

panels.register(
    panels.Panel(
        "incidents/panel.html", dashboard, permission=READERS, order=10, is_wide=True
    )
)
