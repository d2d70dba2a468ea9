"""The exchange systems of two agencies, registered as an administrator would do it."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from access.connecting import SCOPES
from access.services import connectors
from access.services.connectors import Particulars
from portal.core import clock
from portal.ops.demo.people import Cast

# Of whose agency each is, by a person of it, and where it would take people back to.
_SYSTEMS = {
    "vanthu.noivu": "http://127.0.0.1:9101/xac-thuc/ket-qua",
    "vanthu.donxoai": "http://127.0.0.1:9102/xac-thuc/ket-qua",
}


def connect(cast: Cast) -> Path:
    """Register the systems and write down what they ask for tokens with."""
    if not settings.PORTAL_DEMO:
        raise ImproperlyConfigured("Demo systems exist only where PORTAL_DEMO=yes.")
    entries = []
    for username, redirect_uri in _SYSTEMS.items():
        agency = cast.agencies[cast.people[username].agency]
        issued = connectors.register(
            Particulars(
                name=f"QLVB&ĐHTN – {agency.short_name}",
                agency=agency,
                software="QLVB&ĐHTN 4.0",
                scopes=list(SCOPES),
                starts_on=clock.today(),
                redirect_uri=redirect_uri,
            ),
            by=cast.actor("quantri.tinh"),
        )
        entries.append(
            {
                "client_id": issued.connector.client_id,
                "client_secret": issued.secret,
                "agency": agency.code,
                "redirect_uri": redirect_uri,
            }
        )
    return _write(entries)


def credentials_file() -> Path:
    """Return where the secrets of the demo's systems lie."""
    return Path(settings.PORTAL_VAR) / "demo-connectors.json"


def _write(entries: list[dict[str, str]]) -> Path:
    target = credentials_file()
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=1)
    part.replace(target)
    return target
