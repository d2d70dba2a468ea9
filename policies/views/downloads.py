"""The files of published forms: how often each is fetched is counted, not by whom."""

from urllib.parse import quote

from django.db.models import F
from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from access.gate import public
from policies.models import FileKind, FormDownload, FormFile, FormVersion
from policies.text_address import address_of
from portal.core import clock
from scanning import services as scanning


@public
@require_safe
def download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """Send a file of the version in force today."""
    return _send(request, _files(FormVersion.objects.in_force(), code, kind))


@public
@require_safe
def version_download(
    request: HttpRequest, code: str, number: int, kind: str
) -> HttpResponseBase:
    """Send a file of one version, whether it still holds or not."""
    versions = FormVersion.objects.approved().filter(number=number)
    return _send(request, _files(versions, code, kind))


def _files(versions: object, code: str, kind: str) -> FormFile:
    files = FormFile.objects.select_related("attachment", "version__template")
    file: FormFile = get_object_or_404(
        files,
        version__in=versions,
        version__template__code=code.upper(),
        kind=kind.lower(),
    )
    return file


def _send(request: HttpRequest, file: FormFile) -> HttpResponseBase:
    etag = f'"{file.sha256}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    answer: HttpResponseBase
    if etag in known or "*" in known:
        answer = HttpResponseNotModified()
    else:
        content = scanning.open_published(file.attachment)
        answer = FileResponse(content, content_type=FileKind(file.kind).media_type)
        answer.headers["Content-Length"] = str(file.size)
        answer.headers["Content-Disposition"] = _disposition(file)
        if request.method == "GET":
            _count(file)
    answer.headers["ETag"] = etag
    # The address outlives the version: a copy is asked for anew each time.
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _disposition(file: FormFile) -> str:
    """Name the file in Vietnamese (RFC 5987), and in ASCII for old programs."""
    template = file.version.template
    stem = f"{template.code} v{file.version.number} {template.name}"
    plain = f"{template.code}-v{file.version.number}-{address_of(template.name)}"
    full = "".join(c for c in stem if c.isprintable() and c not in '\\/:*?"<>|')
    return (
        f'attachment; filename="{plain}.{file.kind}"; '
        f"filename*=UTF-8''{quote(f'{full}.{file.kind}')}"
    )


def _count(file: FormFile) -> None:
    day = clock.today()
    FormDownload.objects.get_or_create(file=file, day=day)
    FormDownload.objects.filter(file=file, day=day).update(count=F("count") + 1)
