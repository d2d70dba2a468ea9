"""Taking the audit trail out of the portal.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 13.4.d and 15.8.
"""

from datetime import date
from typing import Any

from django.db import transaction

from access import audit, rights
from access.actors import Actor
from access.export import bundle
from access.export.bundle import Bundle
from access.models import Agency, AuditEntry, SealBatch
from access.refusals import NothingSealedError
from portal.core.errors import NotAllowedError

# A question that names one of these is about somebody or something.
_SEARCHES = ("reference", "person", "agency", "q")


def note_search(question: dict[str, object], *, by: Actor) -> None:
    """Note who looked for the acts of somebody, of an agency or of a document.

    Looking through the list is no act, nor is choosing a kind of act or some days, nor
    looking for something among one's own acts.
    """
    asked: dict[str, Any] = {
        f"sought_{n}": str(question[n]) for n in _SEARCHES if question.get(n)
    }
    if asked and AuditEntry.objects.exportable_by(by.person).exists():
        # No thing is looked at but the trail itself: the sign-in stands for it.
        audit.record(by.own_session, "access.audit_searched", by=by, **asked)


@transaction.atomic
def export(agency: Agency | None, since: date, until: date, *, by: Actor) -> Bundle:
    """Prepare a bundle of one agency's acts, of all agencies' if none is named.

    What is written is the act; whoever streams the bundle does so afterwards.

    Raises NotAllowedError for an agency whose trail the actor may not read, and for all
    agencies unless he reads all; NothingSealedError if those days hold nothing.
    """
    if by.account is not None:
        if agency is None:
            rights.require_anywhere(by.account, "audit.read_all")
        elif agency not in AuditEntry.objects.exportable_by(by.account):
            raise NotAllowedError
    if until < since:
        raise NothingSealedError
    wanted = bundle.prepare(agency, since, until)
    audit.record(
        agency or by.agency or SealBatch.objects.get(last_position=wanted.last),
        "access.audit_exported",
        by=by,
        agency=agency or by.agency,
        starts_on=since.isoformat(),
        ends_on=until.isoformat(),
        reach="agency" if agency else "all",
    )
    return wanted
