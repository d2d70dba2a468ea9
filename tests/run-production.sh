#!/usr/bin/env bash
# Runs the suite on PostgreSQL and Redis: both are started here, on free ports and in
# folders of their own, and stopped at the end. Arguments go to pytest.
set -euo pipefail

scratch=$(mktemp -d /tmp/portal-production-XXXXXX)
stop() {
  code=$?
  trap - EXIT INT TERM
  [ -z "${redis:-}" ] || kill "$redis" 2>/dev/null || true
  rm -rf "$scratch"
  exit $code
}
trap stop EXIT INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no \
  --dir "$scratch" --logfile "$scratch/redis.log" &
redis=$!

export PORTAL_BROKER_URL=redis://127.0.0.1:$port/0
# What reaches none of them was tried by `make test` (tests/services.py).
export PORTAL_TEST_SERVICES_ONLY=yes
echo "Redis on port $port"
bash tests/with-postgresql.sh bash tests/run.sh "$@"
