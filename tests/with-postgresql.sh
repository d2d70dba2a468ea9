#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: started here on a free port, in a folder
# of its own, named to the command by PORTAL_DATABASE_URL, and stopped at the end.
set -euo pipefail

scratch=$(mktemp -d /tmp/portal-postgresql-XXXXXX)
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
  (cd / && "${as_owner[@]}" "$programs/pg_ctl" stop --silent --mode immediate \
    --pgdata "$scratch/database" >/dev/null 2>&1) || true
  rm -rf "$scratch"
  exit $code
}
trap stop EXIT INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(
  cd /
  "${as_owner[@]}" "$programs/initdb" --pgdata "$scratch/database" --username portal \
    --auth trust --encoding UTF8 --locale C.UTF-8 >/dev/null
  "${as_owner[@]}" "$programs/pg_ctl" start --silent --wait --pgdata "$scratch/database" \
    --log "$scratch/database.log" --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$scratch' -c fsync=off -c max_connections=200"
)

export PORTAL_DATABASE_URL=postgresql://portal@127.0.0.1:$port/postgres
echo "PostgreSQL $("$programs/postgres" --version | cut -d' ' -f3) on port $port"
"$@"
