"""What an engine must prove before and after it is believed, and for how long it holds.

It names its version, names the very content of the signature folder that it has loaded,
and sees every canary. One proof stands behind the batch before it and in front of the
next one, as long as they follow each other closely.
"""

import os
import time
from dataclasses import dataclass

from scanning.engine import canaries, faults, marks, replies, signatures
from scanning.engine.address import Host
from scanning.engine.stream import Exchange

SECONDS_A_QUESTION = 10
# An older proof stands in front of nothing: what an engine was then says little of now.
STANDS_FOR = 5.0  # seconds


@dataclass(frozen=True)
class Proof:
    """What worked at one moment: which engine, its version, and its signatures."""

    version: str
    signatures: signatures.SignatureState
    host: str
    most_bytes: int  # of one file; it looks into no larger one


# (host, whether files are handed over, process) → when it was proved, and what. A child
# process knows nothing of what its parent saw.
_Way = tuple[Host, bool, int]
_standing: dict[_Way, tuple[float, Proof]] = {}


def fresh(host: Host, *, seconds: float, handed_over: bool) -> Proof:
    """Have a host prove itself now.

    handed_over: the canaries go the way that the files go, for each way fails in ways
    of its own. Raises EngineError if it is silent, misses a canary or has other
    signatures loaded than lie in its folder; then what it proved before is forgotten.
    """
    way = (host, handed_over, os.getpid())
    _standing.pop(way, None)
    proof = _prove(host, seconds=seconds, handed_over=handed_over)
    _standing[way] = (time.monotonic(), proof)
    return proof


def standing(host: Host, *, seconds: float, handed_over: bool) -> Proof:
    """Return what a host proved a moment ago, else now. Raises as `fresh` does."""
    way = (host, handed_over, os.getpid())
    proved_at, proof = _standing.get(way, (0.0, None))
    if proof is not None and 0 <= time.monotonic() - proved_at < STANDS_FOR:
        return proof
    return fresh(host, seconds=seconds, handed_over=handed_over)


def still(host: Host, *, seconds: float, handed_over: bool) -> Proof:
    """Return what a host proved a moment ago if it answers and nothing newer has come.

    Else it proves itself now. No file is shown to it in between, so this is enough to
    say which signatures are in force. Raises as `fresh` does.
    """
    proof = standing(host, seconds=seconds, handed_over=handed_over)
    version = Exchange(host, seconds=seconds).ask("VERSION")
    is_newest = not host.is_ours or proof.signatures.digest == signatures.state().digest
    if version == proof.version and is_newest:
        return proof
    return fresh(host, seconds=seconds, handed_over=handed_over)


def forget(host: Host) -> None:
    """Let a host that failed prove itself anew before anything else."""
    for way in [way for way in _standing if way[0] == host]:
        _standing.pop(way, None)


def _prove(host: Host, *, seconds: float, handed_over: bool) -> Proof:
    version = Exchange(host, seconds=seconds).ask("VERSION")
    names, contents = zip(*canaries.all_of_them(), strict=True)
    asked = [canaries.GENERATION_MARK, *contents]
    mark, *said = marks.replies_to(
        host, asked, seconds=seconds, handed_over=handed_over
    )
    loaded = marks.read(mark)
    if host.is_ours and loaded.signatures.digest != signatures.state().digest:
        raise faults.SignaturesChangedError
    for name, reply in zip(names, said, strict=True):
        if reply.kind != replies.Kind.INFECTED or "eicar" not in reply.name.lower():
            raise faults.CanaryMissedError(name)
    return Proof(version, loaded.signatures, str(host), loaded.most_bytes)
