"""The addresses below /cms/."""

from wagtail.admin import urls as wagtailadmin

from policies.cms import doors

urlpatterns = doors.opened(wagtailadmin.urlpatterns)
