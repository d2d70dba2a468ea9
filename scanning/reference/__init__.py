"""What scanning goes by as it is delivered: `formats.toml` into dated rows.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1 and 12.4.
"""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.core.models import LegalBasis
from scanning.models import AnswerLimit, FormatRule

_FILE = Path(__file__).parent / "formats.toml"
_MEGABYTE = 1024 * 1024


@transaction.atomic
def load() -> None:
    """Write the delivered rules; a second call changes nothing.

    A rule that somebody ended, or changed for the future, stays as it is.
    """
    with _FILE.open("rb") as file:
        delivered = tomllib.load(file)
    bases = {key: _basis(value) for key, value in delivered["basis"].items()}
    for limit in delivered["answer_limit"]:
        AnswerLimit.objects.get_or_create(
            starts_on=limit["starts_on"],
            defaults={
                "hours": limit["hours"],
                "legal_basis": bases[limit["basis"]],
                "clause": limit["clause"],
                "is_proposal": limit.get("is_proposal", True),
            },
        )
    for rule in delivered["rule"]:
        FormatRule.objects.get_or_create(
            extension=rule["extension"],
            true_type=rule["true_type"],
            starts_on=rule["starts_on"],
            agency=None,
            defaults={
                "name": rule["name"],
                "media_type": rule["media_type"],
                "max_bytes": rule["megabytes"] * _MEGABYTE,
                "legal_basis": bases[rule["basis"]],
                "clause": rule["clause"],
                "is_addition": rule.get("is_addition", False),
            },
        )


def _basis(fields: dict[str, Any]) -> LegalBasis:
    """Return the row of a legal document; one that is there already is left alone."""
    number = fields.pop("number")
    found, _made = LegalBasis.objects.get_or_create(number=number, defaults=fields)
    return found
