"""Bytes a second through our engine against clamdscan, same clamd, same files."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scanning import engine
from tests.bench.measure import Ratio, in_turn, passing
from tests.clamd import Clamd

# Both hand clamd the open file. To send it the bytes costs a copy more, which only
# informs.
PEERS = {"--fdpass": 0.9, "--stream": None}
CONNECTIONS = 2
MEGABYTE = 1024 * 1024
# name: (bytes of one file, files in a run)
SIZES = {"1 MB": (MEGABYTE, 24), "25 MB": (25 * MEGABYTE, 4)}


def ratios() -> Iterator[Ratio]:
    """Measure a run over the same files, each side with as many connections."""
    clamd = Clamd()
    clamd.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            for name, (size, count) in SIZES.items():
                files = [Path(folder, f"{name}-{n}") for n in range(count)]
                for file in files:
                    file.write_bytes(os.urandom(size))
                for peer in PEERS:
                    yield compared(clamd, name, files, peer)
    finally:
        clamd.stop()


def compared(clamd: Clamd, name: str, files: list[Path], peer: str) -> Ratio:
    """Return our bytes a second as a multiple of clamdscan's."""
    slower = in_turn(
        lambda: ours(files), lambda: theirs(clamd, files, peer), rounds=7, clock=passing
    )
    return Ratio(
        f"scan of {name} files over {CONNECTIONS} connections, bytes a second",
        1 / slower,
        f"clamdscan {peer}",
        PEERS[peer],
        is_ceiling=False,
    )


def shares(files: list[Path]) -> list[list[Path]]:
    return [files[first::CONNECTIONS] for first in range(CONNECTIONS)]


def ours(files: list[Path]) -> None:
    """Scan as the worker does: each share a batch, with proof before and after."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(scan, shares(files)))


def scan(files: list[Path]) -> None:
    opened = [file.open("rb") for file in files]
    try:
        assert len(engine.scan(opened).answers) == len(files)
    finally:
        for file in opened:
            file.close()


def theirs(clamd: Clamd, files: list[Path], peer: str) -> None:
    """Have clamdscan scan the same files, one process for each connection."""
    command = ["clamdscan", peer, "--no-summary", "--config-file"]
    command.append(str(clamd.layout.clamd_conf))
    running = [
        subprocess.Popen([*command, *map(str, share)], stdout=subprocess.DEVNULL)
        for share in shares(files)
    ]
    for process in running:
        assert process.wait() == 0
