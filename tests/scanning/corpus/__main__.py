"""Write the files of the corpus, and their table as text, into a folder."""

import os
import sys
from pathlib import Path

import django

TABLE = "table.txt"


def write(folder: Path) -> None:
    """Write every file and the table. Names that no system takes are spelled out."""
    from tests.scanning.corpus.table import CASES  # noqa: PLC0415 (after Django is set up)

    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{'file':32} {'verdict':18} {'clamd alone':12} findings: what it is"]
    for number, case in enumerate(CASES):
        name = case.name.encode("ascii", "backslashreplace").decode().strip()
        (folder / f"{number:03d} {name.replace(':', '_')}").write_bytes(case.make())
        alone = "clean" if case.engine_alone else "seen"
        codes = " ".join(sorted(case.codes)) or "nothing"
        lines.append(
            f"{name:32} {case.verdict.value:18} {alone:12} {codes}: {case.what}"
        )
    (folder / TABLE).write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.scanning.corpus FOLDER")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    write(Path(sys.argv[1]))
