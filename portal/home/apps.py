from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.core import navigation


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"
    verbose_name = _("front pages")

    def ready(self) -> None:
        """Register the first line of the menu, and what citizens find in front."""
        from portal.home import front_panels  # noqa: F401, PLC0415 (models come first)

        navigation.register(
            navigation.Entry(
                _("Dashboard"), "home:dashboard", icon="layout-dashboard", order=0
            )
        )
