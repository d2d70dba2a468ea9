"""What is refused about rights, requests and delegations."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


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


class LastDayError(RefusalError):
    """A right cannot end before it began."""

    code, status = "last_day", 400
    message = _(
        "The right begins on %(day)s, so it cannot end before. To stop it at once, "
        "suspend the account."
    )


class LongerRightError(RefusalError):
    """An end was to be put off: that would be more than was granted and confirmed."""

    code, status = "longer_right", 409
    message = _(
        "The right ends on %(day)s already. A longer one is a new right: grant it when "
        "this one has ended."
    )


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
