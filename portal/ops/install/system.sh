#!/usr/bin/env bash
# Installs the Debian packages that are missing; without any, it touches no network.
# Usage: system.sh run|pictures|test|production …
set -euo pipefail

run=(clamav-daemon clamav-freshclam gettext fontconfig
  libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
test=(chromium clamdscan poppler-utils tesseract-ocr tesseract-ocr-vie c-icap
  libc-icap-mod-virus-scan)
# For PORTAL_OCR=yes: stamps on scanned pages.
pictures=(tesseract-ocr tesseract-ocr-vie poppler-utils)
production=(postgresql redis-server)

wanted=()
for group in "$@"; do
  declare -n members=$group
  wanted+=("${members[@]}")
done
python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)
command -v make >/dev/null || wanted+=(make)

missing=()
# Version 2 of the type has every Vietnamese letter; newer systems call it plainly so.
if [ -z "$(fc-list ':lang=vi:family=Liberation Serif' 2>/dev/null)" ]; then
  missing+=(fonts-liberation2)
fi
for package in "${wanted[@]}"; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing: ${missing[*]}." >&2
      echo "Install them as root with apt-get install, then start again." >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]} …"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  # An unreachable list is no reason to stop if the packages themselves can be had.
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || true
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes \
    --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; the lines above say why." >&2
    exit 1
  fi
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; this is $(python3 --version)." >&2
  exit 1
fi
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'; then
  echo "Node 18 or newer is needed; this is $(node --version)." >&2
  exit 1
fi
