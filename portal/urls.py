"""Every address of the portal. Wagtail's own login pages do not exist here."""

from django.urls import include, path, re_path
from wagtail import views as wagtail_views
from wagtail.urls import serve_pattern

from portal.api import addresses

urlpatterns = [
    path("", include("portal.ops.urls")),
    path("", include("access.urls")),
    path("", include("scanning.urls")),
    path("", include("incidents.urls")),
    path("", include("policies.urls")),
    path("", include("portal.home.urls")),
    path("api/v1/", include((addresses(), "api"), namespace="api")),
    path("cms/", include("policies.cms.urls")),
    # Last, since it answers every address that is left: the pages that editors wrote.
    # Wagtail's other front-end addresses, a sign-in among them, are not mounted.
    re_path(serve_pattern, wagtail_views.serve, name="wagtail_serve"),
]

handler400 = "portal.home.errors.bad_request"
handler403 = "portal.home.errors.forbidden"
handler404 = "portal.home.errors.not_found"
handler500 = "portal.home.errors.broken"
