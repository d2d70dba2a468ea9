"""One's own notices."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from access.models import Notice
from portal.core import clock

ROWS_ON_A_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """List one's notices; with POST all of them count as read."""
    mine = Notice.objects.visible_to(request.actor.person)
    if request.method == "POST":
        mine.filter(read_at=None).update(read_at=clock.now())
        return redirect("access:notices")
    context = {
        "page": Paginator(mine, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "unread": mine.filter(read_at=None).count(),
    }
    return render(request, "access/notices/list.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to the page that it is about."""
    mine = Notice.objects.visible_to(request.actor.person)
    found = get_object_or_404(mine, pk=pk)
    mine.filter(pk=found.pk, read_at=None).update(read_at=clock.now())
    is_ours = url_has_allowed_host_and_scheme(found.path, allowed_hosts=None)
    return redirect(found.path if found.path and is_ours else "access:notices")
