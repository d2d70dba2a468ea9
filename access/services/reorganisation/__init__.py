"""Reorganisations: planned, previewed, approved by a second person, applied on the day.

`planning` writes what is wanted, `preview` says what that does, `applying` does it.
What an agency has, and how each thing passes, is said in `access.heritage`.
"""

from access.services.reorganisation.applying import approve, sweep, take
from access.services.reorganisation.planning import (
    ChangePlan,
    Plan,
    basis_for,
    decide,
    propose,
    withdraw,
)
from access.services.reorganisation.preview import Preview, build

__all__ = [
    "ChangePlan",
    "Plan",
    "Preview",
    "approve",
    "basis_for",
    "build",
    "decide",
    "propose",
    "sweep",
    "take",
    "withdraw",
]
