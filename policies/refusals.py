"""What policies refuses, each with the sentence that says what to do next."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class FilesMissingError(RefusalError):
    """A form needs a PDF, and a file that can be filled in (Nghị định 64, Điều 19)."""

    code, status = "files_missing", 409
    message = _(
        "A version needs a PDF file and a DOCX or ODT file. Add what is missing, then "
        "submit it again."
    )


class FilesNotReleasedError(RefusalError):
    """A file of the version still waits for its scan, or was held (Điều 12.1)."""

    code, status = "files_not_released", 409
    message = _(
        "“%(name)s” has not passed the scan. Wait until it is released, or put another "
        "file in its place."
    )


class FileKindError(RefusalError):
    """The file is none of the three formats in which forms are published."""

    code, status = "file_kind", 415
    message = _("“%(name)s” is not a PDF, DOCX or ODT file. Choose another file.")


class FixedError(RefusalError):
    """What was submitted or approved is not edited any more."""

    code, status = "fixed", 409
    message = _(
        "This version is “%(state)s” and can no longer be changed. Draft a new version."
    )


class OpenDraftError(RefusalError):
    """One version is prepared at a time, so that nobody approves the wrong one."""

    code, status = "open_draft", 409
    message = _(
        "Version %(number)s of this form is still being prepared. Finish that one "
        "first."
    )


class EffectiveDateError(RefusalError):
    """A version must begin after the one that it replaces."""

    code, status = "effective_date", 409
    message = _(
        "The version in force began on %(day)s. Choose a later first day, so that no "
        "day has two versions."
    )


class NotFormOwnerError(RefusalError):
    """Only the owner of common forms publishes for the whole province (Điều 16.1)."""

    code, status = "not_form_owner", 403
    message = _(
        "Common forms are published by %(agency)s. Send your proposal there, or "
        "publish this as a form of your own agency."
    )


class NotInForceError(RefusalError):
    """Nobody acknowledges a rule that does not hold."""

    code, status = "not_in_force", 409
    message = _(
        "This wording is not in force today. Open the list of rules and read the one "
        "that is."
    )
