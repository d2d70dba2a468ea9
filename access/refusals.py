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


class TooSoonError(RefusalError):
    """After wrong codes, no code is looked at for a while."""

    code, status = "too_soon", 429
    message = _("Too many wrong codes. Wait %(seconds)s seconds and try again.")


class NothingSealedError(RefusalError):
    """The chain holds nothing of those days."""

    code, status = "nothing_sealed", 404
    message = _(
        "Nothing of these days is sealed. Choose other days; what was done just now is "
        "sealed within seconds."
    )


class LastDayError(RefusalError):
    """A right cannot end before it began."""

    code, status = "last_day", 400
    message = _(
        "The right begins on %(day)s, so it cannot end before. To stop it at once, "
        "suspend the account."
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


class ScopeBeyondError(RefusalError):
    """A right that reaches between agencies, from somebody whose own does not."""

    code, status = "scope_beyond", 403
    message = _(
        "Your own right reaches inside %(agency)s only, so you can grant only that. "
        "Choose “inside the agency only”."
    )


class SecondHeadError(RefusalError):
    """An agency has one head at a time (Điều 3.3, 15.1)."""

    code, status = "second_head", 409
    message = _(
        "%(name)s is head of %(agency)s from %(since)s to %(until)s. End that right "
        "first, or choose days that do not overlap."
    )


class LastAdministratorError(RefusalError):
    """An agency in force keeps somebody who administers its accounts."""

    code, status = "last_administrator", 409
    message = _(
        "%(name)s is the last account administrator of %(agency)s. Give another person "
        "that right first."
    )


class LastAppointerError(RefusalError):
    """The province keeps somebody who appoints administrators."""

    code, status = "last_appointer", 409
    message = _(
        "%(name)s is the last administrator of the province. Appoint another one first."
    )


class UnknownPersonError(RefusalError):
    """No account of that user name that could get a right."""

    code, status = "unknown_person", 404
    message = _(
        "No open account has the user name “%(username)s”. Ask the person how it is "
        "written."
    )


class RequestClosedError(RefusalError):
    """Somebody else was faster, or the asker took it back."""

    code, status = "request_closed", 409
    message = _("This request is “%(state)s” already. Reload the page to see by whom.")


class NothingToAskError(RefusalError):
    """What a request needs for its kind is missing."""

    code, status = "nothing_to_ask", 400
    message = _("The request is incomplete. Say for whom and for what it is.")


class AskedAlreadyError(RefusalError):
    """The same thing waits for a decision already."""

    code, status = "asked_already", 409
    message = _("The same request waits for a decision already.")


class LeftAccountError(RefusalError):
    """Who has left comes back by a request that a second person approves."""

    code, status = "left_account", 409
    message = _(
        "%(name)s left on %(day)s. Make a request to reopen the account; a second "
        "person decides on it."
    )


class NoPostThereError(RefusalError):
    """Somebody without a right in the agency cannot be transferred from it."""

    code, status = "no_post_there", 409
    message = _("%(name)s holds no right in %(agency)s any more.")


class SameAgencyError(RefusalError):
    """A transfer leads to another agency."""

    code, status = "same_agency", 400
    message = _(
        "%(agency)s is the present agency. Choose another, or grant the right there."
    )


class NotDelegableError(RefusalError):
    """Only what one holds oneself, and what may be handed on at all."""

    code, status = "not_delegable", 403
    message = _(
        "This cannot be delegated: only permissions of a right of your own, and never "
        "the granting of rights. Choose among those listed."
    )


class NotColleagueError(RefusalError):
    """A delegation stays among the people of the agency."""

    code, status = "not_colleague", 409
    message = _("Delegate only to another person who holds a post in %(agency)s today.")


class DelegationTooLongError(RefusalError):
    """Longer than the right it comes from, or than a substitution lasts."""

    code, status = "delegation_too_long", 400
    message = _("The last day must be %(day)s or earlier, and not before the first.")


class PastDayError(RefusalError):
    """A delegation does not make legal what was done before it."""

    code, status = "past_day", 400
    message = _("Choose today or a later day as the first.")


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


class ReportChangedError(RefusalError):
    """The stored bytes no longer match their hash: nothing is handed out."""

    code, status = "report_changed", 409
    message = _(
        "The stored report %(code)s no longer matches its hash. Nothing was handed "
        "out; tell the province administrator and the auditor."
    )
