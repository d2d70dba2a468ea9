"""What an agency has in files when it ends: those held, all the others, what came.

A file goes on naming the agency that received it (Điều 12.8); its keeper sees it and
decides on its release. A message goes on naming to whom it was sent; who keeps what
came reads it, and decides on what is locked in it (Điều 9.2). An objection waits for
the heir of whoever had to answer, and its time runs on (Điều 12.4).
"""

from datetime import date

from django.utils.translation import gettext_lazy, ngettext

from access import audit
from access.heritage import Kind, Move, Thing, register
from access.models import Agency
from scanning import telling
from scanning.models import Attachment, AttachmentState, Objection, Recipient

_OTHERS = "others"


def _files(agency: Agency, _day: date) -> list[Thing]:
    kept = Attachment.objects.filter(keeper=agency)
    held = kept.filter(state=AttachmentState.HELD).order_by("-received_at")
    found = [
        Thing(str(file.pk), file.name, permission="attachments.release")
        for file in held
    ]
    if others := kept.exclude(state=AttachmentState.HELD).count():
        words = ngettext("%(count)s other file", "%(count)s other files", others)
        found.append(
            Thing(
                f"{_OTHERS}-{agency.pk}",
                words % {"count": others},
                permission="attachments.read",
            )
        )
    return found


def _pass_file(key: str, heir: Agency, move: Move) -> None:
    if not key.startswith(_OTHERS):
        files = Attachment.objects.filter(pk=key).select_related("keeper")
        for file in files:
            audit.record(
                file,
                "scanning.handed_on",
                by=move.by,
                agency=heir,
                was=file.keeper.name,
                decision=move.event.decision_number,
            )
        files.update(keeper=heir)
        return
    kept = Attachment.objects.filter(keeper=int(key.rpartition("-")[2]))
    kept.exclude(state=AttachmentState.HELD).update(keeper=heir)


def _leave_file(key: str, move: Move) -> None:
    """Leave it where it is: kept, and shown to nobody of the province any more."""


def _received(agency: Agency, _day: date) -> list[Thing]:
    count = Recipient.objects.filter(keeper=agency).count()
    if not count:
        return []
    words = ngettext("%(count)s received message", "%(count)s received messages", count)
    right = "attachments.release"
    return [Thing(str(agency.pk), words % {"count": count}, permission=right)]


def _pass_received(key: str, heir: Agency, move: Move) -> None:
    """Hand on all that came, and note it on each file that still waits for a word."""
    came = Recipient.objects.filter(keeper=int(key))
    held = Attachment.objects.filter(
        state=AttachmentState.HELD, message__in=came.values("message")
    )
    was = Agency.objects.get(pk=key).name
    for file in held.select_related("keeper"):
        audit.record(
            file,
            "scanning.handed_on",
            by=move.by,
            agency=heir,
            was=was,
            decision=move.event.decision_number,
        )
    came.update(keeper=heir)


def _leave_received(key: str, move: Move) -> None:
    """Leave it where it is, as with files."""


def _objections(agency: Agency, _day: date) -> list[Thing]:
    waiting = Objection.objects.open().filter(answers=agency).order_by("due_at")
    return [
        Thing(str(each.pk), each.attachment.name, permission="attachments.release")
        for each in waiting.select_related("attachment")
    ]


def _pass_objection(key: str, heir: Agency, move: Move) -> None:
    waiting = Objection.objects.open().select_for_update(of=("self",))
    for each in waiting.filter(pk=key).select_related("answers", "agency"):
        was, each.answers = each.answers, heir
        each.save(update_fields=["answers"])
        audit.record(
            each.attachment,
            "scanning.objection_handed_on",
            by=move.by,
            agency=heir,
            was=was.name,
            decision=move.event.decision_number,
        )
        telling.tell_objection(each)


def _leave_objection(key: str, move: Move) -> None:
    """Leave it to its clock: unanswered in time, it goes to the superior."""


register(
    Kind(
        "scanning.objection",
        gettext_lazy("objections that wait for an answer"),
        _objections,
        _pass_objection,
        _leave_objection,
        order=52,
    )
)
register(
    Kind(
        "scanning.received",
        gettext_lazy("received messages"),
        _received,
        _pass_received,
        _leave_received,
        order=51,
    )
)
register(
    Kind(
        "scanning.file",
        gettext_lazy("held and other files"),
        _files,
        _pass_file,
        _leave_file,
        order=50,
    )
)
