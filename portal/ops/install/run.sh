#!/usr/bin/env bash
# Installs what is missing and runs the whole portal in the foreground: `make run`.
# The embedded installation: SQLite, a queue of files, a clamd of its own, demo data.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=portal/ops/install

export PORT=${PORT:-8000}
export PORTAL_BIND=127.0.0.1:$PORT
export PORTAL_VAR=${PORTAL_VAR:-$PWD/var}
export PORTAL_BASE_URL=${PORTAL_BASE_URL:-http://127.0.0.1:$PORT}

if ! python3 - "$PORT" <<'PYTHON'; then
import socket, sys

with socket.socket() as line:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        sys.exit(1)
PYTHON
  echo "Port $PORT is taken by another program (perhaps a portal that still runs)." >&2
  echo "Stop that one, or choose another port: make run PORT=8001" >&2
  exit 1
fi

wanted=(run)
[ "${PORTAL_OCR:-no}" != yes ] || wanted+=(pictures)
bash $here/system.sh "${wanted[@]}"
bash $here/packages.sh requirements.txt
source $here/environment.sh
PORTAL_LOG_LEVEL=WARNING .venv/bin/python manage.py prepare

announce() {
  for _ in $(seq 120); do
    if .venv/bin/python - "$PORTAL_BASE_URL/healthz" 2>/dev/null <<'PYTHON'; then
import sys, urllib.request

urllib.request.urlopen(sys.argv[1], timeout=2)
PYTHON
      echo
      echo "  The portal answers on $PORTAL_BASE_URL"
      echo "  The demo accounts are in $PORTAL_VAR/demo-accounts.json; those that say"
      echo "  \"can_sign_in\": false are suspended or gone on purpose. The six digits of"
      echo "  one, for example: .venv/bin/python manage.py totp dieuphoi"
      echo "  Ctrl-C stops everything."
      echo
      return
    fi
    sleep 0.5
  done
}

# Ctrl-C ends the worker's children with it: it need not wait for what they were doing,
# since the sweeps take up again what was not finished.
export REMAP_SIGTERM=SIGQUIT
asked=no
.venv/bin/honcho start &
portal=$!
announce &
herald=$!
trap 'asked=yes; kill -TERM $portal $herald 2>/dev/null || true' INT TERM
# A signal ends the first wait; the second waits until every part has stopped.
wait $portal || code=$?
while kill -0 $portal 2>/dev/null; do wait $portal || code=$?; done
kill $herald 2>/dev/null || true

if [ $asked = yes ]; then
  echo "The portal has stopped."
  exit 0
fi
echo "One part of the portal ended, so all of it was stopped. The line with" >&2
echo "\"stopped\" above names the part; what it said stands just before." >&2
exit "${code:-1}"
