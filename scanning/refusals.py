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
