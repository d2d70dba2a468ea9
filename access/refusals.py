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


class NotYourAgencyError(RefusalError):
    """Somebody wants to act for an agency where he holds no post today."""

    code, status = "not_your_agency", 403
    message = _("You hold no post in that agency today. Choose one of your own.")


class AgencyEndedError(RefusalError):
    """A right was to be given for an agency that does not exist on that day."""

    code, status = "agency_ended", 409
    message = _("%(agency)s does not exist on %(day)s. Choose its successor.")


class AlreadyHeldError(RefusalError):
    """The same role, for the same agency, twice at once."""

    code, status = "already_held", 409
    message = _("%(name)s already holds the role “%(role)s” there.")


class AccountBeyondError(RefusalError):
    """The account also serves an agency, or holds a role, beyond this administrator."""

    code, status = "account_beyond", 403
    message = _(
        "%(name)s also serves another agency or holds a role of the province. End the "
        "right in your agency, or ask the province administrator."
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


class LastDayError(RefusalError):
    """A right cannot end before it began."""

    code, status = "last_day", 400
    message = _(
        "The right begins on %(day)s, so it cannot end before. To stop it at once, "
        "suspend the account."
    )
