"""Settings from the environment; what is missing or unreadable fails at start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return setting NAME, or the content of the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"Set {name} or {name}_FILE; it has no safe default."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return setting NAME, which must read yes or no."""
    value = os.environ.get(name, "yes" if default else "no")
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")
    return value == "yes"


def number(name: str, *, default: int) -> int:
    """Return setting NAME as a whole number, zero or more."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
    return int(value)


def words(name: str, *, default: str) -> list[str]:
    """Return setting NAME, a list separated by commas, without empty words."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
