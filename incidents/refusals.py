"""What incidents refuses, each with the sentence that says what to do next."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class DetectedInFutureError(RefusalError):
    """T0 lies in the future."""

    code, status = "detected_in_future", 400
    message = _("The time of detection lies in the future. Check the day and the hour.")


class ClosedToChangesError(RefusalError):
    """The incident is closed or waits for confirmation: nothing may be added."""

    code, status = "closed_to_changes", 409
    message = _(
        "This incident is “%(state)s”, so nothing can be added. Reopen it first, or "
        "wait until it is returned to you."
    )


class PropertiesMissingError(RefusalError):
    """An incident left “recorded” without the properties it hits (Điều 4.9)."""

    code, status = "properties_missing", 409
    message = _(
        "Say first which property is hit: confidentiality, integrity or availability "
        "(Điều 4.9). Press “Complete the details”."
    )


class NoMeasureError(RefusalError):
    """Mastered without anything having been done (Điều 14.1.a)."""

    code, status = "no_measure", 409
    message = _(
        "No measure is recorded yet. Write down what was done before you mark the "
        "incident as mastered (Điều 14.1.a)."
    )


class NoMinutesError(RefusalError):
    """Closed without the biên bản (Điều 14.1.a)."""

    code, status = "no_minutes", 409
    message = _(
        "No minutes have been issued yet. Issue the minutes and send them to the "
        "direct superior first (Điều 14.1.a)."
    )


class DutyOpenError(RefusalError):
    """Closed while the agency still owes a report."""

    code, status = "duty_open", 409
    message = _(
        "A duty is still open: “%(duty)s”. It must be done, or noted as done, before "
        "the incident is closed."
    )


class AlreadyReportedError(RefusalError):
    """Called “not an incident” after it was reported upward."""

    code, status = "already_reported", 409
    message = _(
        "This incident was reported upward, so it cannot be set aside here. Finish it "
        "with the confirmation of the superior."
    )


class ReasonMissingError(RefusalError):
    """A move that needs its reason came without."""

    code, status = "reason_missing", 400
    message = _("Write down the reason.")


class NotReportedHereError(RefusalError):
    """Somebody answered a report that was not sent to his agency."""

    code, status = "not_reported_here", 409
    message = _("No report of this incident was sent to %(agency)s.")


class NotReceivedYetError(RefusalError):
    """Guidance came before the receipt was confirmed."""

    code, status = "not_received_yet", 409
    message = _("Confirm first that the report has been received.")


class AlreadyDeliveredError(RefusalError):
    """A telephone report was noted for what was delivered already."""

    code, status = "already_delivered", 409
    message = _("This report has been delivered already.")


class NoFileError(RefusalError):
    """Evidence was added without a file."""

    code, status = "no_file", 400
    message = _("Choose at least one file.")


class AlreadyCorrectedError(RefusalError):
    """Minutes were corrected twice: the later correction must name the last."""

    code, status = "already_corrected", 409
    message = _("Minutes %(number)s have been corrected already. Correct the newest.")


class IssuedFileChangedError(RefusalError):
    """The bytes in the database are not those that were issued."""

    code, status = "issued_file_changed", 409
    message = _(
        "The stored file of minutes %(number)s is no longer the one that was issued. "
        "It is not handed out. Tell the people who run the machine."
    )
