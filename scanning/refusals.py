"""What scanning refuses, each with the sentence that says what to do next."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class NotReleasedError(RefusalError):
    """Someone asked for the bytes of a file that waits or is held."""

    code, status = "not_released", 409
    message = _(
        "“%(name)s” has not been released, so it cannot be opened. Its page says what "
        "it waits for or why it is held."
    )


class BytesChangedError(RefusalError):
    """The stored bytes are no longer those that were received (Điều 9.1)."""

    code, status = "bytes_changed", 409
    message = _(
        "“%(name)s” is no longer the file that was received. It is held now; tell your "
        "information security officer."
    )


class TooLargeError(RefusalError):
    """More bytes came than any file may have."""

    code, status = "too_large", 413
    message = _(
        "“%(name)s” is larger than %(megabytes)s MB. Split it, or hand it over in "
        "another way."
    )


class NotHeldError(RefusalError):
    """Somebody decides on a file that is not held, or no longer is."""

    code, status = "not_held", 409
    message = _(
        "“%(name)s” is not held now, so there is nothing to decide. Open its page and "
        "look at its present state."
    )


class OpenAlreadyError(RefusalError):
    """The officer's agency has let the file go already; the others have not."""

    code, status = "open_already", 409
    message = _(
        "“%(name)s” is open to your agency already. The other recipients decide for "
        "themselves."
    )


class OpenToSomebodyError(RefusalError):
    """Bytes that some recipient may open are not destroyed behind its back."""

    code, status = "open_to_somebody", 409
    message = _(
        "“%(name)s” is open to an agency that received it, so its content is not "
        "destroyed. Ask the coordinating agency if it must go."
    )


class DisposedError(RefusalError):
    """The bytes were destroyed."""

    code, status = "disposed", 410
    message = _(
        "The content of “%(name)s” was destroyed by decision. Only its record is kept."
    )


class NotEncryptedError(RefusalError):
    """One officer may release what is merely protected, nothing else (Điều 9.2)."""

    code, status = "not_encrypted", 409
    message = _(
        "“%(name)s” is not held merely because of a password, so one person cannot "
        "release it. Object to the holding, or propose a false alarm."
    )


class WrongPasswordError(RefusalError):
    """The password does not open the file; nothing has changed."""

    code, status = "wrong_password", 400
    message = _(
        "This password does not open the file. Nothing was changed; check it with the "
        "sender and try again."
    )


class TooManyPasswordsError(RefusalError):
    """Too many passwords were tried on one file in a short time."""

    code, status = "too_many_passwords", 429
    message = _(
        "Too many passwords were tried on this file. Wait %(minutes)s minutes, and ask "
        "the sender for the right one meanwhile."
    )


class CannotOpenError(RefusalError):
    """The portal does not know how to open this kind of protection, or not in time."""

    code, status = "cannot_open", 422
    message = _(
        "The portal cannot open this kind of protection. Ask the sender to send the "
        "file without a password, or let an officer of the recipient decide."
    )


class StillObjectedError(RefusalError):
    """An objection is open, so nothing else is decided over it."""

    code, status = "objection_open", 409
    message = _(
        "An objection to the holding of “%(name)s” is still open. Wait for its answer."
    )


class AlreadyProposedError(RefusalError):
    """The agency has proposed this already."""

    code, status = "already_proposed", 409
    message = _(
        "This was proposed for “%(name)s” already and waits for a second person, or "
        "was decided. Look at its page."
    )


class NoFalseAlarmError(RefusalError):
    """This verdict cannot be called a false alarm."""

    code, status = "no_false_alarm", 409
    message = _(
        "The reason for which “%(name)s” is held cannot be a false alarm. Handle it "
        "as its page says."
    )


class SecrecyStaysError(RefusalError):
    """A suspicion of state secrets is never lifted here (Điều 12.7)."""

    code, status = "secrecy_stays", 409
    message = _(
        "“%(name)s” may hold state secrets and is never released by the portal. Reject "
        "the objection, and handle the matter through the special incident."
    )


class KeptError(RefusalError):
    """Something still needs the bytes."""

    code, status = "kept", 409
    message = _("“%(name)s” cannot be destroyed now: %(why)s")


class NotScannedNowError(RefusalError):
    """The scanner gave no answer that counts; nothing has changed."""

    code, status = "not_scanned_now", 503
    message = _(
        "The scanner did not give a reliable answer, so nothing was changed. Try again "
        "in some minutes."
    )


class NoReceiptError(RefusalError):
    """The file has no verdict that could be attested."""

    code, status = "no_receipt", 409
    message = _(
        "“%(name)s” has no verdict yet, so there is no receipt for it. Wait until it "
        "was scanned."
    )


class ReceiptWaitsError(RefusalError):
    """The verdict is too old to be vouched for under the present signatures."""

    code, status = "receipt_waits", 409
    message = _(
        "New malware signatures have not seen “%(name)s” yet, so its verdict is no "
        "longer vouched for. It is scanned again by itself; ask again later."
    )


class TooManyQuestionsError(RefusalError):
    """Too many questions came from one address in one minute."""

    code, status = "too_many_questions", 429
    message = _("Too many questions came from your address. Ask again in a minute.")

    def __init__(self) -> None:
        super().__init__(seconds=60)


class SecrecyRefusedError(RefusalError):
    """Only what is not secret may be sent electronically (Điều 12.7)."""

    code, status = "secrecy_refused", 422
    message = _(
        "Only documents that are not secret are sent electronically. Hand a secret one "
        "over as the law on state secrets says, and send nothing of it here."
    )


class OtherMessageError(RefusalError):
    """The same message came with other facts: what was sent does not change (Đ12.8)."""

    code, status = "message_differs", 409
    message = _(
        "The message “%(message_id)s” was sent with other facts (%(fields)s). What was "
        "sent does not change: send a correction as a message of its own."
    )


class EventFixedError(RefusalError):
    """The same event came again with other facts (Điều 11 and 12.8)."""

    code, status = "event_fixed", 409
    message = _(
        "This event of the message “%(message_id)s” is on record with other facts "
        "(%(fields)s). It does not change: report a correction instead."
    )


class NothingToCorrectError(RefusalError):
    """A correction names no sending that is known (Điều 12.8)."""

    code, status = "nothing_to_correct", 422
    message = _(
        "A correction must name the message that it corrects, and the sending of "
        "“%(message_id)s” is not on record. Report that sending first."
    )


class EventWrongError(RefusalError):
    """An event contradicts itself."""

    code, status = "event_wrong", 422
    message = _("%(why)s")


class QueueFullError(RefusalError):
    """So many files wait that more would only wait longer."""

    code, status = "queue_full", 503
    message = _(
        "Many files are waiting for their scan. Nothing was taken in; send it again in "
        "%(seconds)s seconds."
    )


class NotMultipartError(RefusalError):
    """A file must come as multipart/form-data."""

    code, status = "not_multipart", 415
    message = _("Send the file as multipart/form-data.")


class NoQuestionError(RefusalError):
    """Neither a file nor a SHA-256 nor a receipt was given to be checked."""

    code, status = "no_question", 422
    message = _("Give a file, the 64 hex digits of its SHA-256, or a receipt.")
