"""What is refused to connected systems and about them."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class NoTokenError(RefusalError):
    """A call without a token, or with one that is unknown or has run out."""

    code, status = "no_token", 401
    message = _("A valid access token is needed. Ask for one at /o/token/.")


class ConnectorClosedError(RefusalError):
    """The system is registered but may not speak now (Điều 3.4)."""

    code, status = "connector_closed", 403
    message = _(
        "This connected system may not speak to the portal: %(why)s. Turn to the "
        "administrator of the province."
    )


class ScopeMissingError(RefusalError):
    """The token does not cover the call."""

    code, status = "scope_missing", 403
    message = _("This call needs a token with the scope “%(scope)s”.")


class NotItsAgencyError(RefusalError):
    """A connected system named an agency for which it does not speak."""

    code, status = "not_its_agency", 403
    message = _(
        "This connected system does not speak for %(agency)s. Name the agency for "
        "which it is registered."
    )


class TooManyCallsError(RefusalError):
    """More calls in this minute than agreed."""

    code, status = "too_many_calls", 429
    message = _(
        "More than %(limit)s calls a minute. Call again in %(seconds)s seconds."
    )


class TooManyBytesTodayError(RefusalError):
    """More bytes on this day than agreed."""

    code, status = "too_many_bytes", 429
    message = _(
        "More than %(limit)s MB were sent in today. Send the rest tomorrow, or ask the "
        "administrator of the province for more."
    )


class UnknownAgencyError(RefusalError):
    """No agency ever bore this code."""

    code, status = "unknown_agency", 422
    message = _(
        "No agency has the identification code “%(code)s”. Look it up in the directory."
    )


class EndedAgencyError(RefusalError):
    """The agency has ended; who took over is named, nothing is redirected (Đ8.2)."""

    code, status = "ended_agency", 422
    message = _(
        "%(agency)s (%(code)s) has ended. Its successor is %(successor)s "
        "(%(successor_code)s): address it to that agency yourself."
    )


class EndedWithoutHeirError(EndedAgencyError):
    """The agency has ended and no successor is on record."""

    message = _(
        "%(agency)s (%(code)s) has ended and no successor is on record. Ask the "
        "administrator of the province."
    )


class ClosedCodeError(RefusalError):
    """The agency goes on under another code."""

    code, status = "closed_code", 422
    message = _(
        "The code “%(code)s” is not in force. %(agency)s bears the code "
        "“%(successor_code)s” now."
    )


class NotConnectedError(RefusalError):
    """The connection has ended, so nothing about it changes any more."""

    code, status = "not_connected", 409
    message = _(
        "The connection of “%(name)s” has ended. Register the system anew if it is to "
        "speak again."
    )


class UnsafeAddressError(RefusalError):
    """Notices would go to an address to which the portal does not send."""

    code, status = "unsafe_address", 400
    message = _(
        "Notices are sent to public addresses that begin with https:// only. Write "
        "such an address, or leave the field empty."
    )
