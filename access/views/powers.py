"""Who could do what on day D, per person and per agency, with the why.

Source: Quyết định 06/2012/QĐ-UBND, Điều 8.1, 13.3, 13.5.b and 15.8.
"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access import powers as room
from access.login.proof import recently_proved
from access.models import Assignment
from access.permissions import label_of
from access.powers import Question
from access.querysets import AssignmentQuerySet
from access.services import power_reading
from access.views.powers_forms import PowersForm
from portal.core import clock

ROWS_ON_A_PAGE = 20


def _asked(request: HttpRequest) -> tuple[PowersForm, Question | None]:
    """Return the form and, if it can be answered, the question."""
    form = PowersForm(request.actor, request.GET or None)
    if request.GET and not form.is_valid():
        return form, None
    asked = form.cleaned_data if request.GET else {}
    own = request.actor.person if not request.GET else None
    return form, Question(
        day=asked.get("ngay") or clock.today(),
        account=asked.get("nguoi") or own,
        agency=asked.get("co_quan"),
        permission=asked.get("quyen") or None,
    )


def _held(request: HttpRequest, asked: Question) -> AssignmentQuerySet:
    readable = Assignment.objects.inspectable_by(request.actor.person)
    return room.held_on(asked, readable)


@require_safe
def powers(request: HttpRequest) -> HttpResponse:
    """Show who could do what on a day; without a question, what one may do today."""
    form, asked = _asked(request)
    context: dict[str, object] = {"form": form, "asked": asked}
    if asked is not None:
        page = Paginator(_held(request, asked), ROWS_ON_A_PAGE).get_page(
            request.GET.get("page")
        )
        power_reading.note(page.object_list, asked, by=request.actor)
        context |= {
            "page": page,
            "rows": [
                (right, [label_of(code) for code in room.codes_of(right)])
                for right in page
            ],
            "label": label_of(asked.permission) if asked.permission else "",
            "roles": room.roles_with(asked.permission) if asked.permission else [],
            "is_past": asked.day != clock.today(),
        }
    return render(request, "access/powers/list.html", context)


@never_cache
@require_safe
@recently_proved
def export(request: HttpRequest) -> HttpResponse:
    """Hand out the answer as CSV."""
    form, asked = _asked(request)
    if asked is None:
        return render(request, "access/powers/list.html", {"form": form})
    content = power_reading.export(_held(request, asked), asked, by=request.actor)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"quyen-han-{asked.day.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
