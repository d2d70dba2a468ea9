"""Files handed over in batches, with proof that the engine sees.

Each batch lies between two proofs (`proofs`). If one fails, or the two differ, no
answer between them counts. Another host may then do all of it anew: a verdict comes
from one host and one proof.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from scanning.engine import faults, hosts, proofs, replies
from scanning.engine.address import Host
from scanning.engine.configuration import MEGABYTES_A_SECOND
from scanning.engine.proofs import SECONDS_A_QUESTION, Proof
from scanning.engine.stream import Answer, Exchange

# Longer than a blocking reload of the official signatures was seen to take.
SECONDS_A_FILE = 110
# Between two proofs that differ, no answer counts: once more, then perhaps later.
_TURNS = 2
# A file that kills engines must not kill all that there are.
_HOSTS_A_FILE_MAY_KILL = 2


@dataclass(frozen=True)
class Result:
    """The answers to a batch in the order of its files, with the proof for them."""

    answers: list[Answer]
    proof: Proof


class _Batch:
    """Some open files, and the moment by which all answers must be there."""

    def __init__(self, files: Sequence[IO[bytes]], most: float | None) -> None:
        self.files = files
        self.starts = [file.tell() for file in files]
        self.sizes = [size_of(file) for file in files]
        seconds = sum(map(seconds_for, self.sizes)) + 2 * SECONDS_A_QUESTION
        self.is_hurried = most is not None and most < seconds
        self.ends_at = time.monotonic() + min(
            seconds, seconds if most is None else most
        )
        self.has_descriptors = all(map(_has_descriptor, files))

    def rewind(self) -> None:
        for file, start in zip(self.files, self.starts, strict=True):
            file.seek(start)

    def left(self, most: float) -> float:
        """Return the seconds left, at most so many. Raises DeadlineError."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise faults.DeadlineError
        return min(left, most)


def scan(
    files: Sequence[IO[bytes]], *, host: Host | None = None, most: float | None = None
) -> Result:
    """Scan open files from their present positions, on the host with the least work.

    most: seconds after which nobody waits any more; no file is to blame for them.
    If that one fails, the next does all of it anew, within the same deadline.
    Raises EngineError if no host answered each, or none can be believed: then nothing
    is known of any of them.
    """
    batch = _Batch(files, most)
    failed, killed = faults.EngineError(), 0
    for each in [host] if host else hosts.in_order():
        batch.rewind()
        try:
            with hosts.working(each):
                return _scan_on(each, batch)
        except faults.EngineError as error:
            failed = error
            killed += error.code in faults.BLAMED_ON_FILE
            if killed == _HOSTS_A_FILE_MAY_KILL or batch.ends_at <= time.monotonic():
                break
    raise failed


def prove(host: Host | None = None, *, now: bool = True) -> Proof:
    """Return what the engine proves of itself; of several hosts, the best that can.

    now: else what it proved a moment ago is enough, if it still answers.
    Raises EngineError if it is silent, misses a canary or has other signatures loaded
    than lie in its folder.
    """
    if host:
        ask = proofs.fresh if now else proofs.still
        return ask(
            host, seconds=SECONDS_A_QUESTION, handed_over=host.is_of_this_machine
        )
    failed = faults.EngineError()
    for each in hosts.in_order():
        try:
            with hosts.working(each):
                return prove(each, now=now)
        except faults.EngineError as error:
            failed = error
    raise failed


def seconds_for(size: int) -> float:
    """Return how long one file of so many bytes may take."""
    return SECONDS_A_FILE + size / (MEGABYTES_A_SECOND * 1024**2)


def size_of(file: IO[bytes]) -> int:
    """Return how many bytes lie behind the present position, which stays."""
    start = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(start)
    return end - start


def _scan_on(host: Host, batch: _Batch) -> Result:
    handed_over = host.is_of_this_machine and batch.has_descriptors

    def ask(proved: Callable[..., Proof]) -> Proof:
        seconds = batch.left(SECONDS_A_QUESTION)
        return proved(host, seconds=seconds, handed_over=handed_over)

    before = ask(proofs.standing)
    for _turn in range(_TURNS):
        answers = [
            _answer(host, batch, number, before, handed_over=handed_over)
            for number in range(len(batch.files))
        ]
        after = ask(proofs.fresh)
        if after == before:
            return Result(answers, before)
        # New signatures came. What proves them stands in front of the next turn.
        before = after
        batch.rewind()
    raise faults.SignaturesChangedError


def _answer(
    host: Host, batch: _Batch, number: int, proof: Proof, *, handed_over: bool
) -> Answer:
    file, size = batch.files[number], batch.sizes[number]
    if size > proof.most_bytes:
        return Exchange(host, seconds=batch.left(SECONDS_A_FILE)).refuse(file)
    exchange = Exchange(host, seconds=batch.left(seconds_for(size)))
    try:
        answer = exchange.scan_open(file) if handed_over else exchange.scan(file)
    except faults.HungUpError:
        raise _why_it_hung_up(host) from None
    except faults.DeadlineError:
        if batch.is_hurried:
            raise
        raise faults.FileDeadlineError from None
    if answer.reply.kind == replies.Kind.ERROR:
        raise faults.ProtocolError(answer.reply.name)
    if answer.size != size:
        raise faults.ProtocolError("the file changed while it was read")
    return answer


def _why_it_hung_up(host: Host) -> faults.EngineError:
    """Return that the engine died in the middle of a file, or merely hung up."""
    try:
        Exchange(host, seconds=1).ask("PING")
    except faults.UnreachableError as error:
        # Nobody listens any more; a network that broke would say something else.
        if isinstance(error.__cause__, ConnectionRefusedError | FileNotFoundError):
            return faults.EngineDiedError()
    except faults.EngineError:
        pass
    return faults.HungUpError()


def _has_descriptor(file: IO[bytes]) -> bool:
    """Tell whether a file can be handed over: open, and at its start."""
    try:
        file.fileno()
    except OSError:
        return False
    return file.tell() == 0
