"""What an agency has in files when it ends: those held, and all the others.

A file goes on naming the agency that received it (Điều 12.8); its keeper sees it and
decides on its release.
"""

from datetime import date

from django.utils.translation import gettext_lazy, ngettext

from access import audit
from access.heritage import Kind, Move, Thing, register
from access.models import Agency
from scanning.models import Attachment, AttachmentState

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
