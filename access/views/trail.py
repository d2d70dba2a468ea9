"""The audit trail, as far as the reader may see it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3, 13.4.d and 15.8.
"""

from pathlib import Path

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from access import keys, rights, sealing
from access.export import bundle, verify_bundle
from access.login.proof import recently_proved
from access.models import AuditEntry
from access.services import trail as services
from access.views.trail_forms import AuditExportForm, AuditSearchForm
from access.views.trail_pages import stretch
from portal.core.errors import NotAllowedError, RefusalError

_VERIFIER = Path(verify_bundle.__file__)


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """List acts, newest first."""
    reader = request.actor.person
    form = AuditSearchForm(request.GET)
    found = form.chosen(AuditEntry.objects.all())
    page = stretch(found.visible_parts(reader), request.GET)
    if page.is_first:
        services.note_search(form.question, by=request.actor)
    context = {
        "form": form,
        "page": page,
        "chain": sealing.state(),
        "is_filtered": bool(form.question),
        "may_export": AuditEntry.objects.exportable_by(reader).exists(),
    }
    return render(request, "access/trail/list.html", context)


@recently_proved
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Hand out a bundle that an inspector verifies without the portal."""
    reader = request.actor.person
    agencies = AuditEntry.objects.exportable_by(reader)
    if not agencies.exists():
        raise NotAllowedError
    reads_all = rights.may(reader, "audit.read_all")
    form = AuditExportForm(request.POST or None, agencies, reads_all=reads_all)
    if form.is_valid():
        try:
            wanted = services.export(**form.cleaned_data, by=request.actor)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            return StreamingHttpResponse(
                bundle.pieces(wanted),
                content_type="application/zip",
                headers={
                    "Content-Disposition": f'attachment; filename="{wanted.filename}"'
                },
            )
    return render(request, "access/trail/export.html", {"form": form})


@require_safe
def inspection(request: HttpRequest) -> HttpResponse:
    """Explain the chain to an inspector: how it is verified, what it does not prove."""
    shown = [
        {"key": keys.grouped(key), "fingerprint": keys.grouped(keys.fingerprint(key))}
        for key in keys.public_keys()
    ]
    context = {
        "keys": shown,
        "head": sealing.last_end(),
        "chain": sealing.state(),
        "may_export": AuditEntry.objects.exportable_by(request.actor.person).exists(),
    }
    return render(request, "access/trail/inspection.html", context)


@require_safe
def verifier(_request: HttpRequest) -> FileResponse:
    """Hand out the program with which an inspector verifies a bundle."""
    return FileResponse(
        _VERIFIER.open("rb"),
        as_attachment=True,
        filename=_VERIFIER.name,
        content_type="text/x-python; charset=utf-8",
    )
