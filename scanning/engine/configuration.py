"""Write the configuration of our clamd and freshclam, and lay down the signatures.

The values of clamd's settings were measured; those that differ from Debian's say why.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

from django.conf import settings

from scanning.engine import address, canaries, signatures
from scanning.engine.layout import Layout

FALLBACK = Path(__file__).parent / "fallback"
FALLBACK_SUFFIXES = {".ndb", ".hdb"}
MIRROR = "database.clamav.net"
# How much of a file clamd gets through in a second, with the official signatures, on
# one core of a slow machine.
MEGABYTES_A_SECOND = 4
# clamd counts bytes in 32 bits in places: with more it refuses to start, or wraps.
MOST_MEGABYTES = 1500
# Loading the official set anew beside the old one takes over 2 GB for a while.
MEMORY_TO_RELOAD_BESIDE = 3 * 1024**3

_SPARE = 1  # MiB between the largest upload and the largest stream
_STREAM_LIMIT = re.compile(r"^StreamMaxLength (\d+)M$", re.MULTILINE)

_CLAMD = """\
# Written by `manage.py clamd` at each start: changes made here are lost.
Foreground yes
LocalSocket {socket}
# Debian's 666 lets any user of the machine stop the daemon.
LocalSocketMode 660
FixStaleSocket yes
{tcp}DatabaseDirectory {signatures}
# Without its temporary folder clamd calls malware clean: it has one of its own.
TemporaryDirectory {temporary}
LogFile {root}/clamd.log
LogTime yes
LogFileMaxSize 20M
LogRotate yes
# The largest upload and some more; above it clamd hangs up.
StreamMaxLength {stream_megabytes}M
# Above the stream, or larger files are called clean unread.
MaxFileSize {file_megabytes}M
PCREMaxFileSize {file_megabytes}M
# The file itself counts, and as much again for what is packed in it.
MaxScanSize {scan_megabytes}M
MaxRecursion 17
MaxFiles 10000
MaxScanTime {scan_milliseconds}
# What could not be looked into is said, and is never clean.
AlertExceedsMax yes
AlertEncrypted yes
AlertEncryptedArchive yes
AlertEncryptedDoc yes
AlertOLE2Macros yes
HeuristicScanPrecedence no
DetectPUA no
# Its cache trusts MD5: a benign twin makes a malicious one clean.
DisableCache yes
# Only this drops a stalled stream.
ReadTimeout 30
CommandReadTimeout 30
MaxThreads {threads}
MaxQueue 200
MaxConnectionQueueLength 200
ConcurrentDatabaseReload {reload_beside}
# We reload when the folder changes; nobody else does.
SelfCheck 0
ExitOnOOM yes
{user}"""

_FRESHCLAM = """\
# Written by `manage.py clamd` at each start: changes made here are lost.
Foreground yes
DatabaseDirectory {official}
UpdateLogFile {root}/freshclam.log
LogTime yes
LogFileMaxSize 5M
DatabaseMirror {mirror}
DNSDatabaseInfo current.cvd.clamav.net
MaxAttempts 2
ConnectTimeout 30
ReceiveTimeout 900
TestDatabases yes
{owner}"""


def write(layout: Layout, *, upload_megabytes: int, user: str = "") -> None:
    """Make the folders and write both configurations.

    upload_megabytes: the largest file that a person may send, in MiB; above
    MOST_MEGABYTES clamd vouches for nothing, and larger files are held.
    user: whom clamd becomes after it starts as root; empty to stay who we are.
    """
    for folder in (layout.signatures, layout.official, layout.temporary):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    megabytes = min(upload_megabytes, MOST_MEGABYTES)
    names = {"root": layout.root, "official": layout.official}
    clamd = _CLAMD.format(
        **names,
        socket=layout.socket,
        signatures=layout.signatures,
        temporary=layout.temporary,
        tcp=_tcp_lines(),
        stream_megabytes=megabytes + _SPARE,
        file_megabytes=max(128, megabytes + 28),
        scan_megabytes=max(512, 2 * megabytes),
        scan_milliseconds=max(60_000, megabytes * 1000 // MEGABYTES_A_SECOND),
        threads=(os.cpu_count() or 2) + 2,
        reload_beside="yes" if _memory() >= MEMORY_TO_RELOAD_BESIDE else "no",
        user=f"User {user}\n" if user else "",
    )
    owner = f"DatabaseOwner {user}\n" if user else ""
    layout.clamd_conf.write_text(clamd, encoding="utf-8")
    layout.freshclam_conf.write_text(
        _FRESHCLAM.format(**names, mirror=MIRROR, owner=owner), encoding="utf-8"
    )


def lay_down_signatures(layout: Layout) -> bool:
    """Make the signature folder hold our set and links to the newest official one.

    Returns whether its content changed, so that the engine must load it again.
    """
    wanted = {path.name: path for path in FALLBACK.iterdir() if _is_fallback(path)}
    wanted |= _newest_official(layout)
    for path in layout.signatures.iterdir():
        if path.name not in {*wanted, signatures.GENERATION_FILE}:
            path.unlink()
    for name, source in wanted.items():
        target = layout.signatures / name
        if _is_fallback(source):
            if not target.is_file() or target.read_bytes() != source.read_bytes():
                shutil.copyfile(source, target)
        elif not target.is_symlink() or target.readlink() != source:
            target.unlink(missing_ok=True)
            target.symlink_to(source)
    generation = layout.signatures / signatures.GENERATION_FILE
    line = signatures.generation_line(
        signatures.state(layout.signatures),
        megabytes=_stream_megabytes(layout),
        mark=canaries.GENERATION_MARK,
    )
    if generation.is_file() and generation.read_text(encoding="ascii") == line:
        return False
    generation.write_text(line, encoding="ascii")
    return True


def _stream_megabytes(layout: Layout) -> int:
    """Return the largest file that the clamd of this configuration looks into."""
    found = _STREAM_LIMIT.search(layout.clamd_conf.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0


def _tcp_lines() -> str:
    """Return the lines for a clamd that other machines use; none for most."""
    if not settings.PORTAL_CLAMD_BIND:
        return ""
    bound = address.read(f"tcp:{settings.PORTAL_CLAMD_BIND}")
    return f"TCPAddr {bound.place}\nTCPSocket {bound.port}\n"


def _is_fallback(path: Path) -> bool:
    return path.parent == FALLBACK and path.suffix in FALLBACK_SUFFIXES


def _newest_official(layout: Layout) -> dict[str, Path]:
    """Return the newest file of each official database, ours or the system's."""
    newest: dict[str, tuple[int, Path]] = {}
    for folder in (layout.official, layout.system):
        for name in signatures.OFFICIAL_NAMES:
            for suffix in signatures.OFFICIAL_SUFFIXES:
                path = folder / f"{name}{suffix}"
                head = signatures.head_of(path)
                if head and head.version > newest.get(name, (0, path))[0]:
                    newest[name] = (head.version, path)
    return {path.name: path for _, path in newest.values()}


def _memory() -> int:
    """Return the bytes of memory that programs may still take, 0 if unknown."""
    with contextlib.suppress(OSError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0
