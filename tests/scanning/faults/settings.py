"""The settings of the portal for real processes on the rows of a test."""

from portal.settings import *  # noqa: F403 (the test's environment is theirs)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Pages name their files as they are in the source: none was collected.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
