"""What access refuses, each with the sentence that says what to do next."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class NoAuthorityError(RefusalError):
    """No agency holds the function on the day: the officer must telephone."""

    code, status = "no_authority", 409
    message = _(
        "No competent authority is on record for %(day)s. Report by telephone now, "
        "and ask the province administrator to complete the record."
    )


class InvitationInvalidError(RefusalError):
    """Used, expired, withdrawn or never issued: all alike, to tell nothing."""

    code, status = "invitation_invalid", 410
    message = _(
        "This invitation no longer holds. Ask your agency administrator for a new one."
    )


class OwnRightsError(RefusalError):
    """Nobody decides on his own rights (Điều 13.5.b)."""

    code, status = "own_rights", 403
    message = _(
        "Nobody changes his own rights. Ask another administrator of your agency."
    )


class MoreThanHeldError(RefusalError):
    """Nobody grants a right that he, or his agency, does not hold."""

    code, status = "more_than_held", 403
    message = _(
        "The role “%(role)s” goes beyond what you may grant. Choose another role, or "
        "ask the province administrator."
    )


class AccountEndedError(RefusalError):
    """A right was to be given to an account that has been switched off."""

    code, status = "account_ended", 409
    message = _("The account of %(name)s has ended. Open it again first.")


class UsernameTakenError(RefusalError):
    """Two people cannot share a user name; one person has one account."""

    code, status = "username_taken", 409
    message = _("The user name “%(username)s” is taken. Choose another.")
