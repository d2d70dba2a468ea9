"""One look for stamps, at one received file and everything packed in it."""

import time
from collections.abc import Iterator
from typing import IO

from scanning.inspection.types import TrueType
from scanning.secrecy import pictures, reading
from scanning.verdicts import Found

SECONDS = 60.0  # for one received file, all its members together
_READ = {
    *(TrueType.TEXT, TrueType.RTF, TrueType.PDF, TrueType.DOC, TrueType.XLS),
    *(TrueType.ODT, TrueType.ODS, TrueType.ODF),
    *(TrueType.DOCX, TrueType.XLSX, TrueType.PPTX),
}
_PICTURES = {TrueType.PDF, TrueType.PNG, TrueType.JPEG}


class Look:
    """What looks at the members of one received file, and the time it has for them."""

    def __init__(self, *, pictures: bool = False, seconds: float = SECONDS) -> None:
        """Begin; the time runs from the first file.

        pictures: whether scanned pages are read too, which takes seconds for each.
        """
        self.pictures = pictures
        self.left = seconds

    def at(self, file: IO[bytes], true_type: TrueType) -> Iterator[Found]:
        """Yield the stamps of one open, seekable file, each level and place once.

        Yields "limits_reached" or "damaged" if its text cannot be read. Never raises.
        """
        began = time.monotonic()
        found = self._text(file, true_type)
        if self.pictures and true_type in _PICTURES and not found:
            spent = time.monotonic() - began
            found = pictures.look(file, true_type, max(self.left - spent, 0))
        self.left -= time.monotonic() - began
        yield from found

    def _text(self, file: IO[bytes], true_type: TrueType) -> list[Found]:
        if true_type not in _READ:
            return []
        if self.left <= 0:
            return [Found("limits_reached")]
        try:
            told = reading.ask(file, true_type.value, self.left)
        except reading.TooSlowError:
            return [Found("limits_reached")]
        if fault := told.get("fault"):
            return [Found(str(fault))]
        rows = told.get("stamps")
        return [pictures.told(*row) for row in rows] if isinstance(rows, list) else []
