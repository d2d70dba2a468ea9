"""Pages on receipts: the public keys for everybody, the receipt for its officer."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from access import gate
from scanning.models import Attachment
from scanning.receipts import issuing, keys

MEDIA_TYPE = "application/jose"  # RFC 7515, 9.2.1


@gate.public
@require_safe
def public_keys(_request: HttpRequest) -> HttpResponse:
    """Answer with the keys that verify receipts, as a JWK set."""
    answer = JsonResponse(keys.public_key_set())
    answer["Content-Type"] = "application/jwk-set+json"
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_POST
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the receipt of a file as a text file."""
    scope = Attachment.objects.visible_to(request.actor.person)
    attachment = get_object_or_404(scope, public_id=public_id)
    found = issuing.issue(attachment, by=request.actor)
    answer = HttpResponse(found.token, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{found.jti}.jws"'
    answer["Cache-Control"] = "private, no-store"
    return answer
