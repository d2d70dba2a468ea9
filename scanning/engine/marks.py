"""Ask an engine which signatures it has loaded: it answers itself, not the disk."""

from collections.abc import Sequence
from contextlib import ExitStack

from scanning.engine import canaries, faults, signatures
from scanning.engine.address import Host
from scanning.engine.replies import Reply
from scanning.engine.stream import Exchange


def loaded_by(host: Host, *, seconds: float) -> signatures.Loaded:
    """Return what a host says that it has loaded. Raises EngineError as `read` does."""
    asked = [canaries.GENERATION_MARK]
    return read(*replies_to(host, asked, seconds=seconds, handed_over=False))


def read(mark: Reply) -> signatures.Loaded:
    """Return what a reply to the mark tells that the host has loaded.

    Raises SignaturesChangedError if it does not know our mark.
    """
    loaded = signatures.read_loaded(mark.name)
    if loaded is None:
        raise faults.SignaturesChangedError(mark.name)
    return loaded


def replies_to(
    host: Host, contents: Sequence[bytes], *, seconds: float, handed_over: bool
) -> list[Reply]:
    """Return what a host says of some bytes, handed over as files are or streamed.

    All are asked at once, each in an exchange of its own. Raises EngineError.
    """
    with ExitStack() as exchanges:
        waiting = [
            exchanges.enter_context(
                Exchange(host, seconds=seconds).asked_about(
                    content, handed_over=handed_over
                )
            )
            for content in contents
        ]
        return [reply() for reply in waiting]
