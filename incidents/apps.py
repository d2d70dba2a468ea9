from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("incidents")

    def ready(self) -> None:
        """Register what the other floors find by name."""
        # The models must be loaded first.
        from incidents import (  # noqa: F401, PLC0415
            events,
            heritage,
            listeners,
            menu,
            verification,
        )
