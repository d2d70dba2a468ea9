"""A refusal becomes a page with its sentence and status; a bug stays a 500."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import RefusalError

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Show any `RefusalError` to the person, in the frame that fits him."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        if not isinstance(exception, RefusalError):
            return None
        logger.info("refused", extra={"code": exception.code, "path": request.path})
        is_fragment = getattr(request, "htmx", False) and not request.htmx.boosted
        template = "portal/_refusal.html" if is_fragment else "portal/refusal.html"
        return render(
            request, template, {"refusal": exception}, status=exception.status
        )
