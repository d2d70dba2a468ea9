"""Permissions in words, for templates."""

from django import template

from access.permissions import label_of

register = template.Library()


@register.filter
def permission_words(code: str) -> str:
    """Return a permission in words for people."""
    return label_of(code)
