"""The first factor."""

from django.contrib.auth.backends import ModelBackend


class PasswordBackend(ModelBackend):
    """Checks a password; rights come from assignments, never from here.

    Django's own permissions remain for Wagtail's editors, who are in its groups while
    they hold cms.edit (`access.login.editors`).
    """
