"""What one person may do about one held file; the services ask again."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from scanning.models import Attachment, Decided
from scanning.openness import decisions, is_merely_protected
from scanning.services.false_alarms import can_be_one
from scanning.services.releasing import undecided
from scanning.telling import concerned


@dataclass(frozen=True)
class Act:
    """A door to one act. `name`: of its page; `clue`: what happens, in one sentence."""

    name: str
    label: str | Promise
    clue: str | Promise
    icon: str
    url: str = ""


_PASSWORD = Act(
    "give-password",
    _("Give the password"),
    _("The portal opens a copy once, scans it and forgets the password."),
    "key",
)
_RELEASE = Act(
    "release",
    _("Release without a scan"),
    _("You answer for it by name; the file stays marked as not scanned."),
    "lock-open",
)
_OBJECT = Act(
    "object",
    _("Object to the holding"),
    _("An officer must answer in time; if he does not, his superior must."),
    "message-exclamation",
)
_FALSE_ALARM = Act(
    "propose-false-alarm",
    _("Propose a false alarm"),
    _("A second person of the coordinating agency decides."),
    "alert-circle",
)
_DISPOSE = Act(
    "propose-disposal",
    _("Propose to destroy the content"),
    _("A second person decides; the record of the file stays for ever."),
    "trash",
)


def offered(attachment: Attachment, actor: Actor) -> list[Act]:
    """Return what this person may do about a file now, the likeliest first."""
    if not attachment.is_held or attachment.disposed_at is not None:
        return []
    person, found = actor.person, []
    one = Attachment.objects.filter(pk=attachment.pk)
    agencies = concerned(attachment)
    decides = [each for each in agencies if actor.may("attachments.release", each)]
    if is_merely_protected(attachment):
        if one.openable_by(person).exists():
            found.append(_PASSWORD)
        own = attachment.submitted_by_id == person.pk
        waits = any(
            actor.may("attachments.release", each) for each in undecided(attachment)
        )
        if not own and waits and one.handled_by(person).exists():
            found.append(_RELEASE)
    reads = any(actor.may("attachments.read", each) for each in agencies)
    if reads and not attachment.objections.filter(outcome="").exists():
        found.append(_OBJECT)
    if decides and can_be_one(attachment):
        found.append(_FALSE_ALARM)
    open_ones = attachment.disposals.exclude(state=Decided.State.REFUSED)
    is_free = not decisions(attachment) and not open_ones.exists()
    if attachment.keeper in decides and is_free:
        found.append(_DISPOSE)
    return [
        Act(
            each.name,
            each.label,
            each.clue,
            each.icon,
            reverse(f"scanning:{each.name}", args=[attachment.public_id]),
        )
        for each in found
    ]
