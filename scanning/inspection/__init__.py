"""Look into a file before the engine does: its true type, and what hides in it.

Pure: open files in, findings out; no row, no setting, no network. clamd with every
alert on still called a third of our hazardous trial files clean.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1, 12.1 and 12.6.
"""

from scanning.inspection.archives import Limits
from scanning.inspection.report import Report, inspect
from scanning.inspection.types import TrueType, recognise

__all__ = ["Limits", "Report", "TrueType", "inspect", "recognise"]
