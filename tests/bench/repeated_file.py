"""The verdict on a file that was scanned before, against the first scan of its like.

Both are the whole judgement of a kept file: of the first, the look into its bytes and
the engine's answer; of the repeated one, the verdict found again, with the engine
proving itself.
"""

import os
from collections.abc import Iterator
from statistics import median

from scanning import fate, reference
from scanning.models import Attachment, FormatRule, ScanDuty
from scanning.verdicts import Verdict
from tests.bench.gateway import working_clamd
from tests.bench.measure import Ratio, passing, seconds
from tests.bench.scan_path import MEGABYTE
from tests.factories.scanning import AttachmentFactory
from tests.scanning.corpus.office import ooxml

TIMES_FASTER_AT_LEAST = 20
ROUNDS = 5
_PARAGRAPH = 500  # letters


def ratios() -> Iterator[Ratio]:
    """Scan new files, and each once more as part of another message."""
    reference.load()
    FormatRule.objects.filter(extension="txt").update(max_bytes=25 * MEGABYTE)
    kinds = {
        "text of 1 MB": ("txt", lambda: text(MEGABYTE)),
        "DOCX of 1 MB": ("docx", lambda: document(MEGABYTE)),
        "text of 25 MB": ("txt", lambda: text(25 * MEGABYTE)),
    }
    with working_clamd():
        for name, (extension, written) in kinds.items():
            firsts, again = [], []
            for number in range(ROUNDS):
                told = {"content": written(), "name": f"{number}.{extension}"}
                firsts.append(judged(AttachmentFactory(**told), reused=False))
                again.append(judged(AttachmentFactory(**told), reused=True))
            yield Ratio(
                f"verdicts a second on a repeated {name}",
                median(firsts) / median(again),
                "those on a first one",
                TIMES_FASTER_AT_LEAST,
                is_ceiling=False,
            )


def text(size: int) -> bytes:
    return os.urandom(size // 2).hex().encode()


def document(size: int) -> bytes:
    """Return a document whose paragraphs nobody has seen, of about so many bytes."""
    letters = os.urandom(size).hex()  # packed, it is half as long
    paragraphs = (
        f"<w:p><w:r><w:t>{letters[start : start + _PARAGRAPH]}</w:t></w:r></w:p>"
        for start in range(0, len(letters), _PARAGRAPH)
    )
    return ooxml("docx", body="".join(paragraphs))


def judged(attachment: Attachment, *, reused: bool) -> float:
    """Return the seconds from the duty to the release."""
    duty = ScanDuty.objects.create(attachment=attachment, rank=0)
    took = seconds(lambda: fate.scan(duty), passing)
    scan = attachment.scans.get()
    assert (scan.verdict, scan.reused is not None) == (Verdict.CLEAN, reused)
    return took
