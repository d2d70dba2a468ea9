"""Refusals: the portal understood, and says no in one sentence for people.

A middleware turns them into a page; anything else that is raised is a bug.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RefusalError(Exception):
    """The portal understood, and says no; `str(error)` is a sentence for people."""

    code = "refused"  # for logs and tests: it never changes
    status = 400
    message: str | Promise = _("This cannot be done.")

    def __init__(self, **details: object) -> None:
        super().__init__(details)
        self.details = details

    def __str__(self) -> str:
        return str(self.message) % self.details


class TransitionError(RefusalError):
    """A thing in one state was asked to take a state that it cannot reach."""

    code, status = "transition", 409
    message = _(
        "This is “%(was)s” now, so it cannot become “%(wanted)s”. "
        "Reload the page and look at its present state."
    )


class NotAllowedError(RefusalError):
    """The person lacks the permission."""

    code, status = "not_allowed", 403
    message = _(
        "Your present role does not allow this. Choose another acting agency, or ask "
        "your agency administrator for the right."
    )


class SecondPersonError(RefusalError):
    """Whoever asked may not also decide."""

    code, status = "second_person", 403
    message = _("You prepared this yourself; a second person must decide on it.")


class StorageFullError(RefusalError):
    """The disk or the store took no more bytes; nothing half-written stays."""

    code, status = "storage_full", 507
    message = _(
        "The store is full, so nothing was saved. Tell the people who run the "
        "machine, and try again later."
    )
