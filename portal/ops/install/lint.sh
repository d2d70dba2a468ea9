#!/usr/bin/env bash
# Every static check; all of them run, then the exit code says whether one failed.
set -uo pipefail

failed=()
check() {
  local name=$1
  shift
  echo "── $name"
  "$@" || failed+=("$name")
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PORTAL_VAR=$scratch PORTAL_DEMO=no PORTAL_ACCEPT_FALLBACK_SIGNATURES=no
export PORTAL_BASE_URL=https://portal.example PORTAL_PROXIES=1
PORTAL_SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')
export PORTAL_SECRET_KEY

# The longest of them has a processor of its own.
.venv/bin/mypy >"$scratch/types" 2>&1 &
types=$!
trap 'kill "$types" 2>/dev/null; rm -rf "$scratch"' EXIT

python=.venv/bin/python
check "ruff" .venv/bin/ruff check .
check "format" .venv/bin/ruff format --check --output-format concise .
check "import contracts" .venv/bin/lint-imports
check "templates" .venv/bin/djlint templates --lint --quiet
check "migrations" $python manage.py makemigrations --check --dry-run
check "production settings" $python manage.py check --deploy --fail-level WARNING
check "Vietnamese catalogues" $python manage.py messages --check
for script in portal/ops/install/*.sh tests/*.sh .ci/run; do
  check "shell syntax of $script" bash -n "$script"
done

echo "── types"
wait "$types" || failed+=(types)
cat "$scratch/types"

if [ ${#failed[@]} -gt 0 ]; then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "All static checks pass."
