"""The obvious next thing to do, for whoever reads the page of an incident."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.states import State


@dataclass(frozen=True)
class Action:
    """One button. is_post: it acts at once; otherwise it leads to a page."""

    label: str | Promise
    url: str
    icon: str
    tone: str = ""
    is_post: bool = False


@dataclass(frozen=True)
class Standing:
    """What decides on the buttons; looked up once for the page."""

    may_handle: bool
    may_answer: bool
    has_measure: bool
    has_minutes: bool
    waits_for_receipt: bool
    owes_directive: bool


def offered(incident: Incident, standing: Standing) -> list[Action]:
    """Return the buttons for this person, the obvious one first."""
    actions: list[Action] = []
    if standing.may_answer:
        actions += _answering(incident, standing)
    if standing.may_handle:
        actions += _handling(incident, standing)
    return actions


def _page(incident: Incident, name: str, *args: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.number, *args])


def _answering(incident: Incident, standing: Standing) -> list[Action]:
    receipt = Action(
        _("Confirm receipt"), _page(incident, "acknowledge"), "check", is_post=True
    )
    directive = Action(_("Give guidance"), _page(incident, "directive"), "message")
    if standing.waits_for_receipt:
        return [receipt]
    if incident.state == State.AWAITING:
        close = _page(incident, "move", "dong")
        back = _page(incident, "move", "tra-lai")
        return [
            Action(_("Confirm the end"), close, "circle-check", is_post=True),
            Action(_("Return for completion"), back, "arrow-back-up"),
            directive,
        ]
    return [directive] if incident.is_open else []


def _handling(incident: Incident, standing: Standing) -> list[Action]:
    actions = [*_next_step(incident, standing)]
    if incident.is_workable:
        if not incident.beyond_capacity:
            actions.append(
                Action(
                    _("Report beyond capacity"),
                    _page(incident, "escalate"),
                    "urgent",
                    tone="danger",
                )
            )
        actions += [
            Action(_("Write down a measure"), _page(incident, "measure"), "pencil"),
            Action(_("Add evidence"), _page(incident, "evidence"), "paperclip"),
            Action(_("Complete the details"), _page(incident, "change"), "edit"),
        ]
    set_aside = {State.DRAFT, State.RECORDED, State.HANDLING}
    if incident.state in set_aside and not incident.beyond_capacity:
        url = _page(incident, "move", "khong-phai-su-co")
        actions.append(Action(_("Not an incident"), url, "ban"))
    return list({action.url: action for action in actions}.values())


def _next_step(incident: Incident, standing: Standing) -> list[Action]:
    def move(label: Promise | str, name: str, icon: str) -> Action:
        return Action(label, _page(incident, "move", name), icon, is_post=True)

    minutes = Action(_("Issue minutes"), _page(incident, "minutes"), "file-text")
    measure = Action(_("Write down a measure"), _page(incident, "measure"), "pencil")
    details = Action(_("Complete the details"), _page(incident, "change"), "edit")
    reopen = Action(
        _("Reopen"),
        _page(incident, "move", "mo-lai"),
        "refresh",
        tone="outline-secondary",
    )
    record = move(_("Record"), "ghi-nhan", "check")
    handle = move(_("Start handling"), "xu-ly", "player-play")
    mastered = move(_("Mark as mastered"), "da-khac-phuc", "circle-check")
    confirm = move(_("Ask for confirmation"), "de-nghi-xac-nhan", "send")
    begins = [handle] if incident.hit_properties else [details]
    steps = {
        State.DRAFT: [record],
        State.RECORDED: begins,
        State.REOPENED: begins,
        State.HANDLING: [mastered, minutes] if standing.has_measure else [measure],
        State.MASTERED: [confirm, minutes] if standing.has_minutes else [minutes],
        State.RETURNED: [confirm, handle, minutes] if standing.has_minutes else begins,
        State.CLOSED: [reopen],
        State.NOT_AN_INCIDENT: [reopen],
    }
    return steps.get(State(incident.state), [])
