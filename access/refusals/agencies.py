"""What is refused about agencies and their reorganisation."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class NoAuthorityError(RefusalError):
    """No agency holds the function on the day: the officer must telephone."""

    code, status = "no_authority", 409
    message = _(
        "No competent authority is on record for %(day)s. Report by telephone now, "
        "and ask the province administrator to complete the record."
    )


class EndBeforeStartError(RefusalError):
    """Something was to end before it began."""

    code, status = "end_before_start", 400
    message = _(
        "It begins on %(day)s, so it cannot end before. Choose a later last day."
    )


class CircularLinesError(RefusalError):
    """An agency would stand above itself, directly or through others."""

    code, status = "circular_lines", 409
    message = _(
        "From %(day)s on %(agency)s would be its own superior, directly or through "
        "others. Choose a superior that does not stand below it."
    )


class OverlappingLinesError(RefusalError):
    """An agency would have two direct superiors on one day."""

    code, status = "overlapping_lines", 409
    message = _(
        "On %(day)s %(agency)s has %(superior)s as its direct superior already. Let "
        "that one end the day before."
    )


class OtherNextDayError(RefusalError):
    """A change of a function would begin before the present holder does."""

    code, status = "function_begins_too_early", 409
    message = _(
        "%(agency)s has held this function since %(day)s. The change must begin later."
    )


class AgencyNotThereError(RefusalError):
    """An agency takes part on a day on which it does not exist."""

    code, status = "agency_not_there", 409
    message = _(
        "%(agency)s does not exist on %(day)s. Choose another agency or another day."
    )


class CodeFormError(RefusalError):
    """An identification code has the wrong form."""

    code, status = "code_form", 400
    message = _(
        "“%(code)s” is no identification code of this scheme. Write it like "
        "%(example)s."
    )


class CodeGivenError(RefusalError):
    """An identification code was given before, if only to a closed agency."""

    code, status = "code_given", 409
    message = _(
        "The code “%(code)s” was given to %(agency)s before, and no code is given "
        "twice. Choose another."
    )


class CodeClosedError(RefusalError):
    """An identification code is closed already."""

    code, status = "code_closed", 409
    message = _("The code “%(code)s” was closed on %(day)s already.")


class DayPastError(RefusalError):
    """A reorganisation was to begin in the past."""

    code, status = "day_past", 400
    message = _(
        "%(day)s is past. A reorganisation takes effect today or later; choose another "
        "day."
    )


class MergeWithItselfError(RefusalError):
    """An agency was to be merged into itself."""

    code, status = "merge_with_itself", 400
    message = _(
        "%(agency)s cannot be merged with itself. Choose another agency to take over."
    )


class NobodyGivesError(RefusalError):
    """Nothing was chosen that changes."""

    code, status = "nobody_gives", 400
    message = _("Choose at least one agency that this is about.")


class NobodyTakesError(RefusalError):
    """A merge or a split needs an heir."""

    code, status = "nobody_takes", 400
    message = _("Choose at least one agency that takes over, or describe a new one.")


class NewNameMissingError(RefusalError):
    """A new or renamed agency needs its names."""

    code, status = "new_name_missing", 400
    message = _("Write the new name and the new short name.")


class NewCodeMissingError(RefusalError):
    """A new agency needs an identification code."""

    code, status = "new_code_missing", 400
    message = _(
        "A new agency needs an identification code. Write it as the decision has it."
    )


class SuperiorMissingError(RefusalError):
    """A change of superior needs the new superior."""

    code, status = "superior_missing", 400
    message = _("Choose the new direct superior.")


class AlreadyPlannedError(RefusalError):
    """Another open reorganisation is about the same agency."""

    code, status = "already_planned", 409
    message = _(
        "Another reorganisation of %(agency)s is open, effective on %(day)s. Withdraw "
        "it first, or wait until it is in effect."
    )


class LaterFactsError(RefusalError):
    """An agency that is to end has facts that begin only afterwards."""

    code, status = "later_facts", 409
    message = _(
        "For %(agency)s something is on record that begins on %(day)s or later. "
        "Choose a later day, or correct the record first."
    )


class OpenPointsError(RefusalError):
    """Something would end without an heir and nobody accepted that."""

    code, status = "open_points", 409
    message = _(
        "%(count)s points are undecided. Choose an heir for each, or accept one by one "
        "that it ends."
    )


class OwnRightPassesError(RefusalError):
    """Whoever plans or approves would pass a right to himself."""

    code, status = "own_right_passes", 403
    message = _(
        "One of the rights that pass is your own. Other administrators must plan and "
        "approve this, or the right must end and be granted anew."
    )


class LastProvinceAdministratorError(RefusalError):
    """Nobody would be left who administers agencies."""

    code, status = "last_province_administrator", 409
    message = _(
        "After this nobody would administer the agencies of the province. Let the "
        "right of at least one administrator pass to an heir."
    )


class PreviewChangedError(RefusalError):
    """What would be applied is not what was approved."""

    code, status = "preview_changed", 409
    message = _(
        "What this reorganisation does has changed since it was approved. Look at the "
        "preview and approve it again."
    )


class PlanClosedError(RefusalError):
    """A reorganisation is in effect or withdrawn already."""

    code, status = "plan_closed", 409
    message = _("This reorganisation is “%(state)s” now, so it changes no more.")
