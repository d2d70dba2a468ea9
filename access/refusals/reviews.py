"""What is refused in access reviews and about the trail."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class NothingSealedError(RefusalError):
    """The chain holds nothing of those days."""

    code, status = "nothing_sealed", 404
    message = _(
        "Nothing of these days is sealed. Choose other days; what was done just now is "
        "sealed within seconds."
    )


class ReviewDaysError(RefusalError):
    """The days of an access review are past, too far off, or in the wrong order."""

    code, status = "review_days", 400
    message = _(
        "The last day must be between tomorrow and a year from now, and the fallback "
        "day not before today nor after the last day."
    )


class ReviewOpenAlreadyError(RefusalError):
    """One review at a time: two lists of the same rights would contradict."""

    code, status = "review_open_already", 409
    message = _(
        "The review “%(title)s” is still open. Finish it first, or wait for its last "
        "day, %(day)s."
    )


class ReviewClosedError(RefusalError):
    """It was closed, or cancelled, before this came."""

    code, status = "review_closed", 409
    message = _(
        "The review “%(title)s” was closed on %(day)s. Nothing was changed; open a new "
        "review if rights must be looked at again."
    )


class NoReasonToCancelError(RefusalError):
    """Whoever stops others from deciding says why."""

    code, status = "no_reason_to_cancel", 400
    message = _("Say why the review is cancelled; everybody who reviews reads it.")


class NothingToReviewError(RefusalError):
    """The agency has no right today or later."""

    code, status = "nothing_to_review", 409
    message = _("There is no right to review. Choose another agency.")


class NotYourReviewError(RefusalError):
    """Nobody reviews his own right, nor one that he granted (Điều 13.5.b)."""

    code, status = "not_your_review", 403
    message = _(
        "You may not decide on this right: it is your own, you granted it, or it waits "
        "for the head of the agency first. Leave it to another reviewer."
    )


class DecidedAlreadyError(RefusalError):
    """Of two reviewers at once, one decides."""

    code, status = "decided_already", 409
    message = _(
        "“%(role)s” of %(name)s was decided meanwhile: %(decision)s. Go on with the "
        "next right."
    )


class NoDecisionError(RefusalError):
    """A form came without either of its buttons: nothing is confirmed unasked."""

    code, status = "no_decision", 400
    message = _("Choose whether the right is confirmed or revoked.")


class NoEvidenceError(RefusalError):
    """A decision without a reason proves nothing."""

    code, status = "no_evidence", 400
    message = _("Say on what the decision rests: a reason, or a decision number.")


class ReportChangedError(RefusalError):
    """The stored bytes no longer match their hash: nothing is handed out."""

    code, status = "report_changed", 409
    message = _(
        "The stored report %(code)s no longer matches its hash. Nothing was handed "
        "out; tell the province administrator and the auditor."
    )
