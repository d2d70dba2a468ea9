from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScanningConfig(AppConfig):
    name = "scanning"
    verbose_name = _("files and scanning")

    def ready(self) -> None:
        """Register what the other floors find by name."""
        from scanning import (  # noqa: F401, PLC0415 (models first)
            events,
            heritage,
            menu,
            panels,
        )
