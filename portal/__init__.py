"""The frame of the portal; Celery's app is loaded with it, so that tasks find it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
