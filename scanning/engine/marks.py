"""Ask an engine which signatures it has loaded: it answers itself, not the disk."""

import io
import os
from typing import IO

from scanning.engine import canaries, faults, signatures
from scanning.engine.address import Host
from scanning.engine.replies import Reply
from scanning.engine.stream import Exchange


def loaded_by(
    host: Host, *, seconds: float, handed_over: bool = False
) -> signatures.Loaded:
    """Return what a host says that it has loaded.

    Raises EngineError; SignaturesChangedError if it does not know our mark.
    """
    mark = reply_to(
        host, canaries.GENERATION_MARK, seconds=seconds, handed_over=handed_over
    )
    loaded = signatures.read_loaded(mark.name)
    if loaded is None:
        raise faults.SignaturesChangedError(mark.name)
    return loaded


def reply_to(host: Host, content: bytes, *, seconds: float, handed_over: bool) -> Reply:
    """Return what a host says of some bytes, handed over as files are or streamed."""
    exchange = Exchange(host, seconds=seconds)
    if not handed_over:
        return exchange.scan(io.BytesIO(content)).reply
    with in_memory(content) as file:
        return exchange.scan_open(file).reply


def in_memory(content: bytes) -> IO[bytes]:
    """Return an open file with a descriptor that lies on no disk."""
    file = os.fdopen(os.memfd_create("portal"), "w+b")
    file.write(content)
    file.seek(0)
    return file
