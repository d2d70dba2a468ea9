"""For machines that watch the portal: is it alive, and can it work?"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access import gate
from portal.ops import health


@gate.public
@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """Answer that the process runs; asks nothing of the database."""
    return JsonResponse({"alive": True})


@gate.public
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer with the state of every part, 503 if one keeps the portal from working."""
    found = list(health.readings())
    is_ready = all(reading.is_ok for reading in found)
    parts = {reading.part: {"ok": reading.is_ok, **reading.facts} for reading in found}
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)
