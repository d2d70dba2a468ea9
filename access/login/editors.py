"""Wagtail asks Django's groups; whoever holds cms.edit is in one of them.

The gate asks the assignments themselves at each request under /cms/, so a group that
outlives a right opens nothing.
"""

from django.contrib.auth.models import Group

from access import rights
from access.models import Account

EDITORS = "Editors"  # as Wagtail's own first migration names it


def sync(account: Account) -> None:
    """Put the account into Wagtail's group of editors, or take it out."""
    groups = Group.objects.filter(name=EDITORS)
    account.groups.set(groups if rights.may(account, "cms.edit") else [])
