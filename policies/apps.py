from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = _("forms, rules and library")

    def ready(self) -> None:
        """Register what the other floors find by name."""
        from policies import (  # noqa: F401, PLC0415 (models must be loaded first)
            events,
            heritage,
            lookups,
            menu,
        )
