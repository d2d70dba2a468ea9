"""Panels of the two front pages: each app registers what it has to show there.

The dashboard (`place="dashboard"`) lists a person's own duties; the public front page
(`place="front"`) has no person, so its panels get None instead of an actor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from portal.core.navigation import Asker, may_any

Place = Literal["dashboard", "front"]


@dataclass(frozen=True)
class Panel:
    """One box on a front page.

    template: gets what `context` returns, and the request. context: called with the
    actor; an empty dict means that there is nothing to show, and hides the panel.
    permission: as in `navigation.Entry`. order: low comes first. is_wide: takes the
    whole width instead of half of it.
    """

    template: str
    context: Callable[[Any], dict[str, object]]
    permission: str | tuple[str, ...] | None = None
    order: int = 100
    is_wide: bool = False
    place: Place = "dashboard"


_panels: dict[tuple[Place, str], Panel] = {}


def register(panel: Panel) -> Panel:
    """Add a panel; a second one with the same template takes the first one's place."""
    _panels[panel.place, panel.template] = panel
    return panel


def panels_for(asker: Asker | None, place: Place = "dashboard") -> list[Panel]:
    """Return the panels of a place that serve this person, in their order."""
    shown = [
        panel
        for panel in _panels.values()
        if panel.place == place and (asker is None or may_any(asker, panel.permission))
    ]
    return sorted(shown, key=lambda panel: panel.order)
