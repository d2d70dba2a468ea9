"""For which agencies a file is open that nobody could look into.

Of a message to several agencies each decides for its own machines alone: the file stays
held, and is open to those whose officer let it go, until all of them have.

Whoever sent it opens it last, with everybody else: he has the original; nobody of his
agency answers for the bytes that lie here; and a stranger in his account must not use
the portal to bring unseen bytes to other machines.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2 and 12.1.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Account, Agency, Connector
from scanning.models import Attachment, AttachmentState, Recipient, ReleaseDecision
from scanning.verdicts import Verdict

_PROTECTED = {"encrypted"}


@dataclass(frozen=True)
class Share:
    """One agency that receives a locked file, and what opened it there, if anything."""

    agency: Agency
    decision: ReleaseDecision | None


@dataclass(frozen=True)
class Told:
    """The state of a file as it is true for one reader.

    state: one of AttachmentState. since: when it was released to him. tone and words:
    for pages. is_ours: it is addressed to an agency for which he reads, and undecided
    as a whole. opened, receive: to how many of how many recipients it is open; none
    receive if it is not of that kind.
    """

    state: str
    since: datetime | None
    tone: str
    words: str | Promise
    is_ours: bool = False
    opened: int = 0
    receive: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether this reader may fetch the bytes."""
        return self.state == AttachmentState.RELEASED

    @property
    def is_partly(self) -> bool:
        """Tell whether it is open to some of its recipients, and not to all."""
        return self.opened > 0

    @property
    def count(self) -> str:
        """Return to how many recipients it is open, in words, as pages show it."""
        words = {"opened": self.opened, "all": self.receive}
        return _("open to %(opened)d of %(all)d recipients") % words


def is_merely_protected(attachment: Attachment) -> bool:
    """Tell whether nothing stands against a held file but its password."""
    if attachment.verdict != Verdict.UNSCANNABLE:
        return False
    found = {one.code for one in attachment.last_scan_findings if not one.is_note}
    return found == _PROTECTED


def shares_of(attachments: Iterable[Attachment]) -> dict[int, list[Share]]:
    """Return by file who receives it, and the decision that holds there, if any.

    Of files of messages alone that nobody could look into. Two queries, however many
    there are.
    """
    locked = {
        each.pk: each.message_id
        for each in attachments
        if each.verdict == Verdict.UNSCANNABLE and each.message_id is not None
    }
    if not locked:
        return {}
    made: dict[int, dict[int, ReleaseDecision]] = defaultdict(dict)
    standing = ReleaseDecision.objects.opening().filter(attachment__in=locked)
    for each in standing.select_related("agency", "decided_by").order_by("-pk"):
        made[each.attachment_id][each.agency_id] = each  # the first one counts
    receive: dict[int, list[Recipient]] = defaultdict(list)
    recipients = Recipient.objects.filter(message__in=set(locked.values()))
    for recipient in recipients.select_related("keeper").order_by("pk"):
        receive[recipient.message_id].append(recipient)
    return {
        pk: _shares(receive[message], made[pk])
        for pk, message in locked.items()
        if message is not None
    }


def _shares(receive: list[Recipient], made: dict[int, ReleaseDecision]) -> list[Share]:
    """Return a share for each agency that keeps what came, in their order.

    It decided itself, or it came into the place of others that all had.
    """
    places: dict[Agency, list[int]] = defaultdict(list)
    for each in receive:
        places[each.keeper].append(each.agency_id)
    found = []
    for agency, before in places.items():
        inherited = [made.get(key) for key in before]
        decision = made.get(agency.pk) or (inherited[0] if all(inherited) else None)
        found.append(Share(agency, decision))
    return found


def decisions(attachment: Attachment) -> list[ReleaseDecision]:
    """Return the decisions that hold, each for an agency that receives the file.

    What was found after a decision ends it: the file was put into quarantine anew.
    """
    shares = shares_of([attachment]).get(attachment.pk, [])
    return [each.decision for each in shares if each.decision is not None]


def opened_agencies(attachment: Attachment) -> set[int]:
    """Return the keys of the recipients to which the file is open."""
    shares = shares_of([attachment]).get(attachment.pk, [])
    return {each.agency.pk for each in shares if each.decision is not None}


def is_out(attachment: Attachment) -> bool:
    """Tell whether anybody at all may read the file."""
    return attachment.is_released or bool(opened_agencies(attachment))


def opened_at(
    attachment: Attachment, agencies: QuerySet[Agency] | None
) -> datetime | None:
    """Return since when the file is open to one of these agencies; None if it is not.

    agencies: for which somebody reads; none: only what is open to everybody counts.
    """
    if attachment.is_released:
        return attachment.released_at
    if agencies is None:
        return None
    [(_same, told)] = told_of([attachment], agencies)
    return told.since if told.is_open else None


def told_of(
    attachments: Iterable[Attachment], agencies: QuerySet[Agency]
) -> list[tuple[Attachment, Told]]:
    """Return each file with its state for who reads for these agencies.

    Costs three queries at most, however many files there are; none, if no file of a
    message is held because nobody could look into it.
    """
    rows = list(attachments)
    held = [each for each in rows if each.is_held and not each.disposed_at]
    shares = shares_of(held)
    own: set[int] = set()
    if shares:
        keys = {each.agency.pk for found in shares.values() for each in found}
        own = set(agencies.filter(pk__in=keys).values_list("pk", flat=True))
    return [(each, _told(each, shares.get(each.pk, []), own)) for each in rows]


def _told(attachment: Attachment, shares: list[Share], own: set[int]) -> Told:
    opened = [each for each in shares if each.decision is not None]
    ours = [each for each in shares if each.agency.pk in own]
    here = [each.decision for each in opened if each.agency.pk in own]
    state, tone = attachment.state, attachment.tone
    words: str | Promise = attachment.get_state_display()
    since = attachment.released_at
    if moments := [each.decided_at for each in here if each is not None]:
        state, tone, since = AttachmentState.RELEASED, "warning", min(moments)
        words = gettext_lazy("released to your agency")
    elif ours and (opened or is_merely_protected(attachment)):
        words = gettext_lazy("held, waits for your officer")
    elif opened:
        tone = "warning"
    return Told(
        state,
        since,
        tone,
        words,
        is_ours=bool(ours),
        opened=len(opened),
        receive=len(shares),
    )


def read_for(person: Account) -> QuerySet[Agency]:
    """Return the agencies for which a person reads files."""
    return Agency.objects.where(person, "attachments.read")


def spoken_for(connector: Connector) -> QuerySet[Agency]:
    """Return the agencies for which a connected system speaks."""
    also = Connector.acts_for.through.objects.filter(connector=connector)
    own = Agency.objects.filter(pk=connector.agency_id)
    return own | Agency.objects.filter(pk__in=also.values("agency"))


def partly() -> QuerySet[Attachment]:
    """Return the held files that some agency was let open."""
    return Attachment.objects.partly_open()
