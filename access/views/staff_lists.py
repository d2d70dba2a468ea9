"""Staff lists: taken in after a preview, and given out.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 8.1, 15.7 and 15.8.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access import rights
from access.login.proof import recently_proved
from access.models import StaffList
from access.services import posts, staff_export
from access.services import staff_lists as services
from access.staff_lists import writing
from access.staff_lists.columns import COLUMNS
from access.views.staff_list_forms import StaffExportForm, StaffListForm
from portal.core import clock
from portal.core.errors import RefusalError

_KINDS = {
    "new": (_("new account"), "success"),
    "further": (_("further post on the present account"), "info"),
    "known": (_("identity number added to the account"), "info"),
    "there": (_("there already, nothing to do"), "secondary"),
}


@never_cache
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def staff_list(request: HttpRequest) -> HttpResponse:
    """Take a file, and show what it would do or what is wrong with it."""
    rights.require_anywhere(request.actor.person, "accounts.manage")
    is_sent = request.method == "POST"
    form = StaffListForm(
        request.actor,
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
    )
    if form.is_valid():
        try:
            return _rehearse(request, form)
        except RefusalError as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "columns": COLUMNS,
        "roles": posts.grantable_roles(request.actor.person),
    }
    return render(request, "access/staff_lists/upload.html", context)


def _rehearse(request: HttpRequest, form: StaffListForm) -> HttpResponse:
    agency, file = form.cleaned_data["agency"], form.cleaned_data["file"]
    content = file.read()
    rehearsal = services.rehearse(content, agency, by=request.actor)
    if not rehearsal.problems:
        kept = services.keep(rehearsal, agency, file.name, content, by=request.actor)
        return redirect("access:staff-list-preview", pk=kept.pk)
    context = {
        "agency": agency,
        "file_name": file.name,
        "problems": rehearsal.problems,
        "faulty_lines": len({problem.line for problem in rehearsal.problems}),
        "unknown": rehearsal.unknown,
    }
    return render(request, "access/staff_lists/problems.html", context)


@never_cache
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a list will do; with POST do it, or throw it away."""
    mine = StaffList.objects.visible_to(request.actor.person)
    found = get_object_or_404(mine.select_related("agency"), pk=pk)
    if request.method == "POST":
        if "discard" in request.POST:
            services.discard(found)
            return redirect("access:staff-list")
        services.apply(found, by=request.actor)
        return redirect("access:staff-list-result", pk=found.pk)
    if found.applied_at is not None:
        return redirect("access:staff-list-result", pk=found.pk)
    steps = services.steps_of(found)
    if not steps:
        return redirect("access:staff-list")
    context = {
        "list": found,
        "rows": [(step, *_KINDS[step.kind]) for step in steps],
        "counts": _counts(steps),
    }
    return render(request, "access/staff_lists/preview.html", context)


def _counts(steps: list[services.Step]) -> list[dict[str, object]]:
    found = []
    for kind, (label, tone) in _KINDS.items():
        number = sum(step.kind == kind for step in steps)
        if number:
            found.append({"label": label, "number": number, "tone": tone})
    return found


@never_cache
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom a list invited, and once the links of those without e-mail."""
    mine = StaffList.objects.visible_to(request.actor.person)
    found = get_object_or_404(mine.select_related("agency"), pk=pk)
    if found.applied_at is None:
        return redirect("access:staff-list-preview", pk=found.pk)
    arrivals = services.take_links(found) if request.method == "GET" else []
    context = {
        "list": found,
        "mailed": [each for each in arrivals if not each.link],
        "by_hand": [each for each in arrivals if each.link],
        "is_shown_again": not arrivals,
    }
    return render(request, "access/staff_lists/result.html", context)


@require_safe
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """Give an empty list to fill in."""
    person = request.actor.person
    rights.require_anywhere(person, "accounts.manage")
    if kind not in writing.TYPES:
        raise Http404
    names = [role.name for role in posts.grantable_roles(person)]
    return _download(writing.sample(kind, names), f"mau-danh-sach-can-bo.{kind}", kind)


@never_cache
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Give out the people of an agency with their rights; the trail tells of it."""
    rights.require_anywhere(request.actor.person, "accounts.read", "accounts.manage")
    form = StaffExportForm(
        request.actor, request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        agency, kind = form.cleaned_data["agency"], form.cleaned_data["kind"]
        content = staff_export.export(agency, kind, by=request.actor)
        name = f"can-bo-{agency.code}-{clock.today():%Y%m%d}.{kind}"
        return _download(content, name, kind)
    return render(request, "access/staff_lists/export.html", {"form": form})


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=writing.TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
