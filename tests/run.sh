#!/usr/bin/env bash
# Runs the suite, two processes at a time; arguments go to pytest.
set -euo pipefail
DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py messages --compile
# The same examples at every run, so that chance decides on no change: whoever looks for
# new ones calls pytest himself.
exec .venv/bin/pytest --numprocesses "${PORTAL_TEST_PROCESSES:-2}" --dist loadscope \
  --hypothesis-profile ci "$@"
