"""From bytes to a verdict: our own look first, then the engine's. Writes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from portal.core import clock
from scanning import engine, store
from scanning.engine.batch import Proof
from scanning.engine.replies import Kind
from scanning.engine.stream import Answer
from scanning.inspection import Report, inspect
from scanning.inspection.report import extension
from scanning.models import Attachment, FormatRule
from scanning.verdicts import Found, Verdict, heaviest, weight

# What the engine's answer means for the file.
_FOUND_BY_ENGINE = {
    Kind.INFECTED: "malware",
    Kind.ACTIVE: "macro",
    Kind.LIMITED: "limits_reached",
    Kind.ENCRYPTED: "encrypted",
}
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Decision:
    """What one attempt to scan came to. `fault`: why there is no verdict."""

    found: tuple[Found, ...]
    began_at: datetime
    fault: str = ""
    signature: str = ""
    true_type: str = ""
    media_type: str = ""
    proof: Proof | None = None
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        """Let the heaviest finding decide, and stand first."""
        object.__setattr__(self, "verdict", heaviest(self.found))
        object.__setattr__(self, "found", tuple(sorted(self.found, key=weight)))

    @property
    def bytes_changed(self) -> bool:
        """Tell whether the stored bytes are no longer those received."""
        return any(one.code == "bytes_changed" for one in self.found)


def judge(attachment: Attachment) -> Decision:
    """Look into the stored bytes and ask the engine. Fails closed, never raises.

    No answer, no proof, or signatures that are not accepted: the verdict is `error`,
    unless our own look has found enough to hold the file.
    """
    began_at = clock.now()
    try:
        with store.open_stored(attachment.stored_as) as file:
            return _judge(attachment, file, began_at)
    except OSError:
        return Decision((Found("not_scanned"),), began_at, fault=UNREADABLE)


def _judge(attachment: Attachment, file: IO[bytes], began_at: datetime) -> Decision:
    rules = FormatRule.objects.for_agency(attachment.agency)
    report = inspect(file, attachment.name, allowed=rules.allowed())
    rule = rules.filter(
        extension=extension(attachment.name), true_type=report.true_type
    ).first()
    found = list(report.found)
    if rule and attachment.size > rule.max_bytes:
        found.append(Found("too_large"))
    seen: dict[str, Any] = {
        "true_type": report.true_type.value,
        "media_type": rule.media_type if rule else "application/octet-stream",
    }
    if report.stops_engine:
        found += _changed(attachment, store.hash_of(file))
        return Decision(tuple(found), began_at, **seen)
    try:
        result = engine.scan([file])
    except engine.EngineError as error:
        found.append(Found("not_scanned"))
        return Decision(tuple(found), began_at, fault=error.code, **seen)
    answer, proof = result.answers[0], result.proof
    found += _found_by_engine(answer, report)
    found += _changed(attachment, answer.sha256)
    if heaviest(found) == Verdict.CLEAN and not proof.signatures.kind.is_accepted:
        found.append(Found("signatures_not_accepted"))
    return Decision(
        tuple(found), began_at, signature=answer.reply.name, proof=proof, **seen
    )


def _found_by_engine(answer: Answer, report: Report) -> list[Found]:
    code = _FOUND_BY_ENGINE.get(answer.reply.kind)
    if code is None or any(one.code == code for one in report.found):
        return []
    return [Found(code)]


def _changed(attachment: Attachment, sha256: str) -> list[Found]:
    return [] if sha256 == attachment.sha256 else [Found("bytes_changed")]
