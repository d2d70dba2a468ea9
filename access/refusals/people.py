"""What is refused about accounts, staff lists and identities."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class AccountEndedError(RefusalError):
    """A right was to be given to an account that has been switched off."""

    code, status = "account_ended", 409
    message = _("The account of %(name)s has ended. Open it again first.")


class UsernameTakenError(RefusalError):
    """Two people cannot share a user name; one person has one account."""

    code, status = "username_taken", 409
    message = _("The user name “%(username)s” is taken. Choose another.")


class IdentityInvalidError(RefusalError):
    """A number that no identity card bears, or digits of another script."""

    code, status = "identity_invalid", 400
    message = _(
        "This is no identity number. Type the 12 digits of the identity card, or the 9 "
        "of an older one, as they stand there."
    )


class IdentityTakenError(RefusalError):
    """One natural person has one account (Điều 3.3, 8.1); where, is not told."""

    code, status = "identity_taken", 409
    message = _(
        "This person has an account already, and nobody gets a second one. Give him "
        "this post on his present account (concurrent post)."
    )


class OtherPersonError(RefusalError):
    """The number is right, but the account under it bears another name."""

    code, status = "other_person", 409
    message = _(
        "This identity number belongs to somebody of another name. Compare both with "
        "the identity card; if both are right, ask the province administrator."
    )


class IdentityKnownError(RefusalError):
    """The account belongs to somebody with another identity number."""

    code, status = "identity_known", 409
    message = _(
        "The account of %(name)s is recorded under another identity number. Compare it "
        "with the identity card; a namesake needs a user name of his own."
    )


class EmailTakenError(RefusalError):
    """An invitation opens an account, so its mailbox must be one person's own."""

    code, status = "email_taken", 409
    message = _(
        "Another account uses the address %(email)s. Give the person’s own address; if "
        "there is none, leave it empty and hand the link over."
    )


class LineRefusedError(RefusalError):
    """A list that was right when it was previewed no longer is; nothing was done."""

    code, status = "line_refused", 409
    message = _(
        "Nothing was changed, for line %(line)d can no longer be done: %(reason)s "
        "Upload the list again."
    )


class StaffListGoneError(RefusalError):
    """A preview is kept for a day only."""

    code, status = "staff_list_gone", 410
    message = _("This preview is kept no longer. Upload the list again.")


class AccountBeyondError(RefusalError):
    """The account also serves an agency, or holds a role, beyond this administrator."""

    code, status = "account_beyond", 403
    message = _(
        "%(name)s also serves another agency or holds a role of the province. End the "
        "right in your agency, or ask the province administrator."
    )


class UnknownPersonError(RefusalError):
    """No account of that user name that could get a right."""

    code, status = "unknown_person", 404
    message = _(
        "No open account has the user name “%(username)s”. Ask the person how it is "
        "written."
    )


class LeftAccountError(RefusalError):
    """Who has left comes back by a request that a second person approves."""

    code, status = "left_account", 409
    message = _(
        "%(name)s left on %(day)s. Make a request to reopen the account; a second "
        "person decides on it."
    )


class AdministeredError(RefusalError):
    """The province does not act in the place of an agency's own administrator."""

    code, status = "administered", 409
    message = _(
        "%(agency)s has an administrator: %(names)s. He asks for this, and a second "
        "person of the agency decides."
    )
