"""What is refused at sign-in, and about second factors."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class InvitationInvalidError(RefusalError):
    """Used, expired, withdrawn or never issued: all alike, to tell nothing."""

    code, status = "invitation_invalid", 410
    message = _(
        "This invitation no longer holds. Ask your agency administrator for a new one."
    )


class AlreadyEnrolledError(RefusalError):
    """An invitation is for people who have no second factor yet."""

    code, status = "already_enrolled", 409
    message = _("%(name)s has signed in before and needs no invitation.")


class SignedInAlreadyError(RefusalError):
    """An invitation is opened in a browser where somebody is signed in."""

    code, status = "signed_in_already", 409
    message = _(
        "You are signed in as %(name)s. Sign out first, then open the invitation again."
    )


class WrongCodeError(RefusalError):
    """A code of the second factor is wrong, used, or came too soon."""

    code, status = "wrong_code", 400
    message = _(
        "The code is wrong or was used already. Wait for the next one, and check the "
        "clock of your telephone."
    )


class TooSoonError(RefusalError):
    """After wrong codes, no code is looked at for a while."""

    code, status = "too_soon", 429
    message = _("Too many wrong codes. Wait %(seconds)s seconds and try again.")


class PasskeyRefusedError(RefusalError):
    """A passkey's answer does not hold; why is in the technical log alone."""

    code, status = "passkey_refused", 400
    message = _(
        "The passkey was not accepted. Try again; if it is refused once more, sign in "
        "with your password and authentication code."
    )


class TooManyPasskeysError(RefusalError):
    """Nobody needs so many keys."""

    code, status = "too_many_passkeys", 409
    message = _("You have %(most)s passkeys. Remove one that you no longer use first.")


class LastFactorError(RefusalError):
    """A password alone is no sign-in."""

    code, status = "last_factor", 409
    message = _(
        "This passkey is your only second factor. Add another passkey first, then "
        "remove this one."
    )
