"""The handling of an incident as a table of moves; reporting is a track of its own.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a and 14.1.d.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far an agency has come with an incident."""

    DRAFT = "draft", _("draft incident")
    RECORDED = "recorded", _("recorded")
    HANDLING = "handling", _("being handled")
    MASTERED = "mastered", _("mastered")
    AWAITING = "awaiting", _("awaiting confirmation")
    RETURNED = "returned", _("returned for completion")
    CLOSED = "closed", _("closed")
    NOT_AN_INCIDENT = "not_an_incident", _("not an incident")
    REOPENED = "reopened", _("reopened")

    @property
    def tone(self) -> str:
        """The colour of the state on pages; the word says the same."""
        return _TONES[self]


_TONES = {
    State.DRAFT: "secondary",
    State.RECORDED: "info",
    State.HANDLING: "warning",
    State.MASTERED: "info",
    State.AWAITING: "info",
    State.RETURNED: "warning",
    State.CLOSED: "success",
    State.NOT_AN_INCIDENT: "secondary",
    State.REOPENED: "warning",
}

# A state that is not a key here is final. Nothing is deleted, all can be reopened.
NEXT_STATES = {
    State.DRAFT: {State.RECORDED, State.NOT_AN_INCIDENT},
    State.RECORDED: {State.HANDLING, State.NOT_AN_INCIDENT},
    State.HANDLING: {State.MASTERED, State.NOT_AN_INCIDENT},
    State.MASTERED: {State.AWAITING, State.HANDLING},
    State.AWAITING: {State.CLOSED, State.RETURNED},
    State.RETURNED: {State.HANDLING, State.AWAITING},
    State.CLOSED: {State.REOPENED},
    State.NOT_AN_INCIDENT: {State.REOPENED},
    State.REOPENED: {State.HANDLING},
}

# While an incident is in one of these, somebody still has to act.
OPEN = frozenset(State) - {State.CLOSED, State.NOT_AN_INCIDENT}
# What may still be added to: measures, evidence, reports.
WORKABLE = OPEN - {State.AWAITING}
