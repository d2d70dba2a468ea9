#!/usr/bin/env bash
# Installs the locked Python and npm packages, each only when its lock has changed.
# Usage: packages.sh requirements.txt|requirements-dev.txt
set -euo pipefail

lock=$1

if [ ! -x .venv/bin/python ]; then
  echo "Making .venv …"
  python3 -m venv .venv
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null

fingerprint() { cat "$@" | sha256sum; }

stamp=.venv/installed-$lock
if [ "$(fingerprint "$lock")" != "$(cat "$stamp" 2>/dev/null)" ]; then
  echo "Installing the Python packages of $lock …"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes --requirement "$lock"
  fingerprint "$lock" >"$stamp"
fi

stamp=node_modules/.installed
if [ "$(fingerprint package-lock.json)" != "$(cat "$stamp" 2>/dev/null)" ]; then
  echo "Installing the npm packages …"
  npm ci --silent --ignore-scripts
  fingerprint package-lock.json >"$stamp"
fi
node portal/ops/install/assets.mjs
