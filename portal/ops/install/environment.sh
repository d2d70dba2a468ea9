# Sourced: the environment of the embedded installation, and its secret key.
# What is set already stays. manage.py reads var/portal.env, so that a command typed in
# another window works on the same portal.

# Nobody else on this machine reads what lies there; clamd's own user only goes through.
umask 077
mkdir -p "$PORTAL_VAR/tmp"
chmod 711 "$PORTAL_VAR"
PORTAL_VAR=$(cd "$PORTAL_VAR" && pwd)
export PORTAL_DEMO=${PORTAL_DEMO:-yes}
export PORTAL_ACCEPT_FALLBACK_SIGNATURES=${PORTAL_ACCEPT_FALLBACK_SIGNATURES:-yes}
if [ -z "${PORTAL_SECRET_KEY:-}" ] && [ -z "${PORTAL_SECRET_KEY_FILE:-}" ]; then
  export PORTAL_SECRET_KEY_FILE=$PORTAL_VAR/secret-key
  if [ ! -s "$PORTAL_SECRET_KEY_FILE" ]; then
    python3 -c 'import secrets; print(secrets.token_urlsafe(64))' \
      >"$PORTAL_SECRET_KEY_FILE"
  fi
fi
for name in PORTAL_DEMO PORTAL_ACCEPT_FALLBACK_SIGNATURES PORTAL_SECRET_KEY_FILE \
  PORTAL_BASE_URL PORTAL_DATABASE_URL PORTAL_BROKER_URL; do
  [ -z "${!name:-}" ] || echo "$name=${!name}"
done >"$PORTAL_VAR/portal.env"

# Libraries keep caches and drafts; they too stay under var/.
export TMPDIR=$PORTAL_VAR/tmp XDG_CACHE_HOME=$PORTAL_VAR/cache PYTHONUNBUFFERED=1
