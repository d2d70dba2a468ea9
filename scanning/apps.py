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
        from scanning.quarantine import panel  # noqa: F401, PLC0415 (as above)
        from scanning.receipts import issuing  # noqa: F401, PLC0415 (listens)
        from scanning.services import objections  # noqa: F401, PLC0415 (listens)
        from scanning.webhooks import duties  # noqa: F401, PLC0415 (listens)
