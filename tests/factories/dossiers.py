"""Large PDF files, written page by page: what a scanner makes of a dossier."""

import os
from pathlib import Path
from typing import IO

_PAGE = 4 * 1024 * 1024  # bytes of the picture on each page


def scanned_dossier(file: Path, size: int) -> None:
    """Write a PDF of so many bytes and a little more: a picture on each page."""
    with file.open("wb") as target:
        _Dossier(target).write(size)


class _Dossier:
    """A PDF in the making, object after object, never whole in memory."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.places: list[int] = []

    def write(self, size: int) -> None:
        """Write all of it."""
        self.target.write(b"%PDF-1.4\n")
        sizes = [_PAGE] * (size // _PAGE) + [size % _PAGE] * bool(size % _PAGE)
        kids = b" ".join(b"%d 0 R" % (3 + 3 * page) for page in range(len(sizes)))
        self._add(b"<< /Type /Catalog /Pages 2 0 R >>")
        self._add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(sizes), kids))
        for each in sizes:
            number = len(self.places) + 1
            self._add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                b"/Contents %d 0 R /Resources << /XObject << /I %d 0 R >> >> >>"
                % (number + 1, number + 2)
            )
            self._add_stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q")
            self._add_stream(
                b"/Type /XObject /Subtype /Image /Width 2480 /Height 3508 "
                b"/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode",
                b"\xff\xd8\xff" + os.urandom(each),
            )
        self._end()

    def _add_stream(self, words: bytes, content: bytes) -> None:
        head = b"<< %s /Length %d >>\nstream\n" % (words, len(content))
        self._add(head + content + b"\nendstream")

    def _add(self, body: bytes) -> None:
        self.places.append(self.target.tell())
        self.target.write(b"%d 0 obj\n%s\nendobj\n" % (len(self.places), body))

    def _end(self) -> None:
        at, most = self.target.tell(), len(self.places) + 1
        self.target.write(b"xref\n0 %d\n0000000000 65535 f \n" % most)
        self.target.writelines(b"%010d 00000 n \n" % place for place in self.places)
        end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        self.target.write(end % (most, at))
