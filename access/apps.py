from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = _("accounts and rights")

    def ready(self) -> None:
        """Register what the other floors find by name."""
        from access import events, menu  # noqa: F401, PLC0415 (models come first)
