#!/usr/bin/env bash
# Runs the suite on PostgreSQL and Redis: both are started here, on free ports and in a
# folder of their own, and stopped at the end. Arguments go to pytest.
set -euo pipefail

scratch=$(mktemp -d /tmp/portal-production-XXXXXX)
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# PostgreSQL refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
  as_owner=(runuser -u postgres --)
  chown postgres "$scratch"
fi
programs=$(pg_config --bindir 2>/dev/null || true)
if [ ! -x "$programs/initdb" ]; then
  programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)
fi

stop() {
  code=$?
  trap - EXIT INT TERM
  [ -z "${redis:-}" ] || kill "$redis" 2>/dev/null || true
  (cd / && "${as_owner[@]}" "$programs/pg_ctl" stop --silent --mode immediate \
    --pgdata "$scratch/database" >/dev/null 2>&1) || true
  rm -rf "$scratch"
  exit $code
}
trap stop EXIT INT TERM

database_port=$(free_port)
(
  cd /
  "${as_owner[@]}" "$programs/initdb" --pgdata "$scratch/database" --username portal \
    --auth trust --encoding UTF8 --locale C.UTF-8 >/dev/null
  "${as_owner[@]}" "$programs/pg_ctl" start --silent --wait --pgdata "$scratch/database" \
    --log "$scratch/database.log" --options "-p $database_port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$scratch' -c fsync=off -c max_connections=200"
)
redis_port=$(free_port)
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
  --dir "$scratch" --logfile "$scratch/redis.log" &
redis=$!

export PORTAL_DATABASE_URL=postgresql://portal@127.0.0.1:$database_port/postgres
export PORTAL_BROKER_URL=redis://127.0.0.1:$redis_port/0
echo "PostgreSQL $("$programs/postgres" --version | cut -d' ' -f3) on port $database_port, Redis on port $redis_port"
bash tests/run.sh "$@"
