"""Scan files between two proofs that the engine sees.

Before and after each batch the engine must name its version, name the very content of
the signature folder, and see every canary. If one proof fails, or the two differ, no
answer between them counts.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from scanning.engine import canaries, faults, replies, signatures
from scanning.engine.stream import Answer, Exchange

# Longer than a blocking reload of the official signatures was seen to take, and
# shorter than a claim on a duty lasts.
SECONDS_A_FILE = 110
SECONDS_A_QUESTION = 10


@dataclass(frozen=True)
class Proof:
    """What worked during a batch: the engine's version, and its signatures."""

    version: str
    signatures: signatures.SignatureState


@dataclass(frozen=True)
class Result:
    """The answers to a batch in the order of its files, with the proof for them."""

    answers: list[Answer]
    proof: Proof


def scan(files: Sequence[IO[bytes]], *, socket: str | None = None) -> Result:
    """Scan open files from their present positions.

    Raises EngineError if the engine did not answer each, or cannot be believed: then
    nothing is known of any of them.
    """
    path = socket or settings.PORTAL_CLAMD_SOCKET
    before = prove(path)
    answers = [Exchange(path, seconds=SECONDS_A_FILE).scan(file) for file in files]
    for answer in answers:
        if answer.reply.kind == replies.Kind.ERROR:
            raise faults.ProtocolError(answer.reply.name)
    if prove(path) != before:
        raise faults.SignaturesChangedError
    return Result(answers, before)


def prove(socket: str | None = None) -> Proof:
    """Return what the engine proves of itself now.

    Raises EngineError if it is silent, misses a canary or has other signatures loaded
    than lie in its folder.
    """
    path = socket or settings.PORTAL_CLAMD_SOCKET
    version = Exchange(path, seconds=SECONDS_A_QUESTION).ask("VERSION")
    state = signatures.state()
    mark = _reply_to(path, canaries.GENERATION_MARK)
    if not mark.name.startswith(canaries.GENERATION_NAME + state.generation):
        raise faults.SignaturesChangedError(mark.name)
    for name, content in canaries.all_of_them():
        reply = _reply_to(path, content)
        if reply.kind != replies.Kind.INFECTED or "eicar" not in reply.name.lower():
            raise faults.CanaryMissedError(name)
    return Proof(version, state)


def _reply_to(path: str, content: bytes) -> replies.Reply:
    return Exchange(path, seconds=SECONDS_A_QUESTION).scan(io.BytesIO(content)).reply
