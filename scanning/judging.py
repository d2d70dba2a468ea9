"""From bytes to a verdict: our own look first, then the engine's. Writes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.conf import settings

from portal.core import clock
from scanning import engine, reuse, sealing, store
from scanning.engine.faults import BLAMED_ON_FILE
from scanning.engine.proofs import Proof
from scanning.engine.replies import Kind
from scanning.engine.stream import Answer
from scanning.formats import FormatTable, table_for
from scanning.inspection import Report, extension, inspect, inspect_name
from scanning.models import Attachment, FormatRule, Scan
from scanning.verdicts import Found, Verdict, heaviest, weight

# What the engine's answer means for the file.
_FOUND_BY_ENGINE = {
    Kind.INFECTED: "malware",
    Kind.ACTIVE: "macro",
    Kind.LIMITED: "limits_reached",
    Kind.ENCRYPTED: "encrypted",
}
UNREADABLE = "unreadable"
# So often may the engine die, or not finish, in the middle of one file.
_MOST_BREAKS = 3


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
    reuse_key: str = ""
    reused: Scan | None = None  # the scan whose verdict holds here too
    with_password: bool = False
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        """Let the heaviest finding decide, and stand first."""
        object.__setattr__(self, "verdict", heaviest(self.found))
        object.__setattr__(self, "found", tuple(sorted(self.found, key=weight)))

    @property
    def bytes_changed(self) -> bool:
        """Tell whether the stored bytes are no longer those received."""
        return any(one.code == "bytes_changed" for one in self.found)


def judge(attachment: Attachment, most: float | None = None) -> Decision:
    """Look into the stored bytes and ask the engine. Fails closed, never raises.

    most: seconds after which nobody waits for the engine any more.

    No answer, no proof, or signatures that are not accepted: the verdict is `error`,
    unless our own look has found enough to hold the file.
    """
    began_at = clock.now()
    rules = _rules_for(attachment)
    try:
        if again := _known(attachment, rules, began_at):
            return again
        with sealing.open_bytes(attachment) as file:
            decision = _judge(attachment, rules, file, began_at, most=most)
            store.let_go(file.fileno())
            return decision
    except (OSError, sealing.SealBrokenError):
        return Decision((Found("not_scanned"),), began_at, fault=UNREADABLE)


def judge_opened(attachment: Attachment, file: IO[bytes]) -> Decision:
    """Judge what came out of a protected file with the password of its sender."""
    rules = _rules_for(attachment)
    return _judge(attachment, rules, file, clock.now(), with_password=True)


def _rules_for(attachment: Attachment) -> FormatTable:
    """Return the table of the day of receipt: a later one holds for later files."""
    on = clock.vietnamese_day(attachment.received_at)
    return table_for(attachment.agency, on)


def _known(
    attachment: Attachment, rules: FormatTable, began_at: datetime
) -> Decision | None:
    """Return the verdict that holds already, if the engine has just proved itself."""
    if not reuse.has_candidates(attachment):
        return None
    if store.size_of(attachment.stored_as) != attachment.size:
        return None
    try:
        proof = engine.prove(now=False)
    except engine.EngineError:
        return None  # the scan proper says what is wrong
    key = reuse.key(attachment, rules, proof)
    scan = reuse.known(key)
    if scan is None:
        return None
    found = _accepted(reuse.found_by(scan), proof)
    return Decision(
        tuple(found),
        began_at,
        signature=scan.signature,
        true_type=scan.true_type,
        media_type=_media_type(_rule(rules, attachment, scan.true_type)),
        proof=proof,
        reuse_key=key,
        reused=scan,
    )


def _judge(  # noqa: PLR0913 (each is a fact of the attempt)
    attachment: Attachment,
    rules: FormatTable,
    file: IO[bytes],
    began_at: datetime,
    *,
    with_password: bool = False,
    most: float | None = None,
) -> Decision:
    claimed = extension(attachment.name)
    report = inspect(
        file, claimed, allowed=rules.allowed(), pictures=settings.PORTAL_OCR
    )
    rule = _rule(rules, attachment, report.true_type)
    found = [*inspect_name(attachment.name), *report.found]
    if rule and attachment.size > rule.max_bytes:
        found.append(Found("too_large"))
    seen: dict[str, Any] = {
        "true_type": report.true_type.value,
        "media_type": _media_type(rule),
        "with_password": with_password,
    }
    if report.stops_engine:
        if not with_password:
            found += _changed(attachment, store.hash_of(file))
        return Decision(tuple(found), began_at, **seen)
    try:
        result = engine.scan([file], most=most)
    except engine.EngineError as error:
        breaks = error.code in BLAMED_ON_FILE and _broke_before(attachment)
        found.append(Found("breaks_engine" if breaks else "not_scanned"))
        return Decision(tuple(found), began_at, fault=error.code, **seen)
    answer, proof = result.answers[0], result.proof
    found += _found_by_engine(answer, report)
    if not with_password:
        found += _changed(attachment, answer.sha256)
        seen["reuse_key"] = reuse.key(attachment, rules, proof)
    found = _accepted(found, proof)
    return Decision(
        tuple(found), began_at, signature=answer.reply.name, proof=proof, **seen
    )


def _broke_before(attachment: Attachment) -> bool:
    """Tell whether the engine broke so often on this very file that it is to blame."""
    broke = attachment.scans.filter(fault__in=BLAMED_ON_FILE).count()
    return broke + 1 >= _MOST_BREAKS


def _accepted(found: list[Found], proof: Proof) -> list[Found]:
    """Add that these signatures release nothing, if they do not."""
    if heaviest(found) == Verdict.CLEAN and not proof.signatures.kind.is_accepted:
        return [*found, Found("signatures_not_accepted")]
    return found


def _rule(
    rules: FormatTable, attachment: Attachment, true_type: str
) -> FormatRule | None:
    return rules.rule_on(extension(attachment.name), true_type)


def _media_type(rule: FormatRule | None) -> str:
    return rule.media_type if rule else "application/octet-stream"


def _found_by_engine(answer: Answer, report: Report) -> list[Found]:
    code = _FOUND_BY_ENGINE.get(answer.reply.kind)
    if code is None or any(one.code == code for one in report.found):
        return []
    return [Found(code)]


def _changed(attachment: Attachment, sha256: str) -> list[Found]:
    return [] if sha256 == attachment.sha256 else [Found("bytes_changed")]
