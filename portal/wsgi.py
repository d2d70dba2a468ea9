"""The portal as a WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
# Loads every page's module now; else the first visitor of each process waits for that.
get_resolver().url_patterns  # noqa: B018 (reading it is what loads them)
