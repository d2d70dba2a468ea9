"""Read the first pages of scanned papers with tesseract, if the installation wants it.

Outside programs look at bytes from outside: each has its own limits of time and memory,
and is ended with everything it started.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from scanning.inspection.types import TrueType
from scanning.secrecy.stamps import Context, Passage, in_passage
from scanning.verdicts import Found

PAGES = 3
_DOTS_AN_INCH = 200
_LONGEST_SIDE = 2000  # dots
_MOST_SECONDS = 20.0  # for one page
_MEMORY = 1536 * 1024**2  # bytes
_OPEN_FILES = 256
LANGUAGE = "vie"
# tesseract's ways: text here and there, or a page in columns; one misses what the other
# finds.
_WAYS = ("11", "3")
_FRAMING = "scanning.secrecy.framing"
_ROOT = Path(__file__).resolve().parent.parent.parent


def missing() -> str:
    """Return the Debian package that is missing for this, empty if none is."""
    if not shutil.which("tesseract"):
        return "tesseract-ocr"
    if not shutil.which("pdftoppm"):
        return "poppler-utils"
    listed = subprocess.run(
        ["tesseract", "--list-langs"],  # noqa: S607 (found on the PATH above)
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if LANGUAGE in listed.stdout.split() else "tesseract-ocr-vie"


def told(level: str, place: str, number: int = 0, spot: str = "") -> Found:
    """Return the finding for a stamp: its level and its place, and nothing else."""
    details = {"level": level, "place": place, "number": str(number), "spot": spot}
    return Found("secrecy_stamp", details)


def look(file: IO[bytes], true_type: TrueType, seconds: float) -> list[Found]:
    """Return the stamps on the first pages of a scanned paper.

    Returns "limits_reached" if a page takes too long, or the programs are not there:
    whoever asks for this wants no picture to pass unread.
    """
    end = time.monotonic() + seconds
    try:
        with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
            return _look(file, true_type, Path(folder), end)
    except (OSError, subprocess.SubprocessError):
        return [Found("limits_reached")]


def _look(
    file: IO[bytes], true_type: TrueType, folder: Path, end: float
) -> list[Found]:
    source = folder / "source"
    file.seek(0)
    with source.open("wb") as copy:
        shutil.copyfileobj(file, copy)
    found: list[Found] = []
    for number in range(1, PAGES + 1 if true_type == TrueType.PDF else 2):
        picture = source
        if true_type == TrueType.PDF:
            picture = _page(source, folder, number, end)
            if not picture.exists():
                break  # there are no more pages
        found += _stamps(picture, number, end)
    return list(dict.fromkeys(found))


def _stamps(picture: Path, number: int, end: float) -> Iterator[Found]:
    plain = picture.with_name(f"plain-{number}.png")
    _run([sys.executable, "-s", "-m", _FRAMING, str(picture), str(plain)], end)
    for way in _WAYS:
        command = ["tesseract", str(plain), "-", "-l", LANGUAGE, "--psm", way]
        lines = _run(command, end).splitlines()
        passage = Passage("page", lines, number, is_margin=True, is_guess=True)
        context = Context()
        context.learn(lines)
        found = list(in_passage(passage, context))
        yield from (told(stamp.level.value, "page", number) for stamp in found)
        if found:
            return


def _page(source: Path, folder: Path, number: int, end: float) -> Path:
    target = folder / f"page-{number}"
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_DOTS_AN_INCH)]
    command += ["-scale-to", str(_LONGEST_SIDE)]
    command += ["-f", str(number), "-l", str(number)]
    _run([*command, str(source), str(target)], end)
    return target.with_suffix(".png")


def _run(command: list[str], end: float) -> str:
    """Return what a program prints. Raises SubprocessError if it does not end well."""
    seconds = min(_MOST_SECONDS, end - time.monotonic())
    limits = ["prlimit", f"--as={_MEMORY}", f"--nofile={_OPEN_FILES}", "--core=0", "--"]
    with subprocess.Popen(  # noqa: S603 (fixed words and paths of ours)
        [*limits, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PATH": os.defpath, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    ) as process:
        try:
            printed, _errors = process.communicate(timeout=max(seconds, 0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
    # Of a page that does not exist there is no picture, whatever pdftoppm says.
    if process.returncode and command[0] != "pdftoppm":
        raise subprocess.CalledProcessError(process.returncode, command)
    return printed.decode("utf-8", "replace")
