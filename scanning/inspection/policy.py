"""Which rules of inspection looked at a file: a verdict holds for these rules only."""

import hashlib
from pathlib import Path

from scanning.verdicts import FINDINGS

_DIGITS = 16
_FLOOR = Path(__file__).parents[1]
_ROOMS = ("inspection", "secrecy")


def _version() -> str:
    """Return a text that changes with every change of a rule, a limit or a verdict."""
    seen = hashlib.sha256()
    for room in _ROOMS:
        for source in sorted((_FLOOR / room).rglob("*.py")):
            seen.update(source.name.encode() + b"\0" + source.read_bytes())
    for code, (verdict, _sentence) in sorted(FINDINGS.items()):
        seen.update(f"{code}={verdict.value}\n".encode())
    return f"inspection-{seen.hexdigest()[:_DIGITS]}"


POLICY_VERSION = _version()
