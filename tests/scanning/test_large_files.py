"""Nothing that looks into a file holds the whole of it in memory."""

import os
from pathlib import Path

from scanning.inspection import TrueType, inspect
from tests.bench.memory import peaks
from tests.factories.dossiers import scanned_dossier

MEGABYTE = 1024 * 1024
ALLOWED = {"pdf": frozenset({TrueType.PDF})}


def test_a_dossier_of_many_pages_takes_no_more_memory_than_one_of_few(tmp_path: Path):
    """Neither as a mapped file, nor as pictures in the process that reads its text."""
    took = []
    for name, size in (("first", 8), ("small", 8), ("large", 256)):
        path = tmp_path / f"{name}.pdf"
        scanned_dossier(path, size * MEGABYTE)
        with peaks(os.getpid()) as (peak,), path.open("rb") as file:
            assert not inspect(file, "pdf", allowed=ALLOWED).found
        took.append(peak.bytes)
    _first, small, large = took
    assert large - small < 32 * MEGABYTE
