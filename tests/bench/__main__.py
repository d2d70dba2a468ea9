"""Run all benchmarks, or those that are named: python -m tests.bench scan_path.

What belongs to access is measured on SQLite and on PostgreSQL, in an environment of its
own each: PORTAL_DATABASE_URL names the database, as everywhere.
"""

import importlib
import os
import subprocess
import sys

import django

NAMES = [
    *("public_form", "incident_list", "scan_path", "repeated_file", "gateway"),
    *("large_file", "urgent_file"),
]
# On both engines; the last one fills the trail, so it comes last.
ON_BOTH = ["access_decision", "access_accounts", "access_sealing", "access_chain"]


def main(names: list[str]) -> int:
    """Print each ratio; return 1 if a limit was missed."""
    wanted = names or [*NAMES, *ON_BOTH]
    missed = measure(wanted)
    both = [name for name in wanted if name in ON_BOTH]
    if both and not os.environ.get("PORTAL_DATABASE_URL"):
        here = [sys.executable, "-m", "tests.bench", *both]
        command = ["bash", "tests/with-postgresql.sh", *here]
        missed += subprocess.run(command, check=False).returncode
    return 1 if missed else 0


def measure(names: list[str]) -> int:
    """Print the ratios of these; return how many limits were missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    os.environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0)
    call_command("reference")
    from tests.factories.access import AgencyFactory  # noqa: PLC0415 - after setup

    AgencyFactory.reset_sequence(500_000)  # far from the codes of the reference data
    missed = 0
    for name in names:
        for ratio in importlib.import_module(f"tests.bench.{name}").ratios():
            print(ratio, flush=True)  # noqa: T201 - this is the result
            missed += not ratio.holds
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
