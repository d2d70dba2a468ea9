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
from tests.bench.scan_path import SIZES
from tests.factories.scanning import AttachmentFactory

TIMES_FASTER_AT_LEAST = 20
ROUNDS = 5


def ratios() -> Iterator[Ratio]:
    """Scan new files, and each once more as part of another message."""
    reference.load()
    FormatRule.objects.filter(extension="txt").update(max_bytes=SIZES["25 MB"][0])
    with working_clamd():
        for name, (size, _number) in SIZES.items():
            firsts, again = [], []
            for _round in range(ROUNDS):
                content = os.urandom(size // 2).hex().encode()
                firsts.append(judged(AttachmentFactory(content=content), reused=False))
                again.append(judged(AttachmentFactory(content=content), reused=True))
            yield Ratio(
                f"verdicts a second on a repeated file of {name}",
                median(firsts) / median(again),
                "those on a first one",
                TIMES_FASTER_AT_LEAST,
                is_ceiling=False,
            )


def judged(attachment: Attachment, *, reused: bool) -> float:
    """Return the seconds from the duty to the release."""
    duty = ScanDuty.objects.create(attachment=attachment, rank=0)
    took = seconds(lambda: fate.scan(duty), passing)
    scan = attachment.scans.get()
    assert (scan.verdict, scan.reused is not None) == (Verdict.CLEAN, reused)
    return took
