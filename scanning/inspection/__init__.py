"""Look into a file before the engine does: its true type, and what hides in it.

Pure: open files in, findings out; no row, no setting, no network. clamd with every
alert on still called a third of our hazardous trial files clean.

Two questions, asked apart. `inspect_name` depends on the name alone. `inspect` depends
on the bytes, the extension, the allowed types and `POLICY_VERSION` alone: its answer
holds for the same bytes under any other name with the same extension.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1, 12.1 and 12.6.
"""

from scanning.inspection.limits import Limits
from scanning.inspection.names import extension, inspect_name
from scanning.inspection.policy import POLICY_VERSION
from scanning.inspection.report import Report, inspect
from scanning.inspection.types import TrueType, recognise

__all__ = [
    "POLICY_VERSION",
    "Limits",
    "Report",
    "TrueType",
    "extension",
    "inspect",
    "inspect_name",
    "recognise",
]
