from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = _("accounts and rights")

    def ready(self) -> None:
        """Register what the other floors find by name."""
        from access import events, menu, verification  # noqa: F401, PLC0415 (models first)
        from access.services.reorganisation import (  # noqa: F401, PLC0415 (as above)
            systems,
            things,
        )
