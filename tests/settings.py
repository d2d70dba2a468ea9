"""The portal's settings in an environment of the tests' own: a folder that goes away.

Each process of a parallel run has its own folder, database and queue. PostgreSQL and
Redis are used when the environment names them, as in `make test-production`.
"""

import atexit
import os
import shutil

from tests import scratch

_number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
scratch.sweep()
_var = scratch.folder()
_var.chmod(0o755)  # clamd runs as a user of its own
atexit.register(shutil.rmtree, _var, ignore_errors=True)

os.environ |= {
    "PORTAL_VAR": str(_var),
    "PORTAL_SECRET_KEY": "a key for tests only, not a secret of anybody",
    "PORTAL_BASE_URL": "http://127.0.0.1:8000",
    "PORTAL_HOSTS": "127.0.0.1,localhost,testserver",
    "PORTAL_DEMO": "yes",
    "PORTAL_ACCEPT_FALLBACK_SIGNATURES": "yes",
    "PORTAL_FRESHCLAM": "no",
    "PORTAL_DEBUG": "no",
}
if os.environ.get("PORTAL_BROKER_URL", "").startswith("redis://"):
    _server, _, _ = os.environ["PORTAL_BROKER_URL"].rpartition("/")
    os.environ["PORTAL_BROKER_URL"] = f"{_server}/{int(_number) + 1}"

from portal.settings import *  # noqa: E402, F403 - after the environment is set

# Fast, and as wrong for production as it is right for a thousand sign-ins.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Pages name their files as they are in the source: no collecting before a test.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# On the disk, as in an installation: in memory, threads would refuse each other's
# locks instead of waiting for them.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 - as above
    DATABASES["default"]["TEST"] = {"NAME": _var / "test.sqlite3"}  # noqa: F405
else:
    DATABASES["default"]["TEST"] = {"NAME": "portal_test"}  # noqa: F405 - as above
