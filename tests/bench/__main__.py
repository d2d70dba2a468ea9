"""Run all benchmarks, or those that are named: python -m tests.bench scan_path."""

import importlib
import os
import sys

import django

NAMES = ["public_form", "incident_list", "scan_path"]


def main(names: list[str]) -> int:
    """Print each ratio; return 1 if a limit was missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0)
    call_command("reference")
    missed = 0
    for name in names or NAMES:
        for ratio in importlib.import_module(f"tests.bench.{name}").ratios():
            print(ratio, flush=True)  # noqa: T201 - this is the result
            missed += not ratio.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
