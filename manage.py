#!/usr/bin/env python
"""Runs the portal's commands; `manage.py help` lists them."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def take_over_environment() -> None:
    """Let a command see the portal that `make run` set up, unless told of another.

    An installation whose environment names a secret key is complete without the file.
    """
    if {"PORTAL_SECRET_KEY", "PORTAL_SECRET_KEY_FILE"} & os.environ.keys():
        return
    var = Path(os.environ.get("PORTAL_VAR", Path(__file__).parent / "var"))
    written = var / "portal.env"
    if written.is_file():
        for line in written.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    take_over_environment()
    execute_from_command_line(sys.argv)
