"""Addresses for machines that watch the portal."""

from django.urls import path

from portal.ops import views

app_name = "ops"
urlpatterns = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
