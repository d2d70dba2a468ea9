"""Ways in which the engine fails to answer. None of them says anything of a file."""


class EngineError(Exception):
    """The engine gave no answer that can be believed; the file stays locked."""

    code = "engine"  # kept on the record of the attempt, and in the log


class UnreachableError(EngineError):
    """Nobody listens, or the connection broke."""

    code = "unreachable"


class HungUpError(UnreachableError):
    """The connection ended before a whole answer had come."""


class DeadlineError(EngineError):
    """The engine did not finish in time."""

    code = "deadline"


class ProtocolError(EngineError):
    """The reply was empty, cut short, or not one of clamd's."""

    code = "protocol"


class CanaryMissedError(EngineError):
    """A test string went unseen: what was called clean beside it means nothing."""

    code = "canary_missed"


class SignaturesChangedError(EngineError):
    """The engine does not use the signatures that lie on the disk, or they changed."""

    code = "signatures_changed"


class EngineDiedError(EngineError):
    """The engine worked, got this very file, and is gone: perhaps because of it."""

    code = "engine_died"


class FileDeadlineError(DeadlineError):
    """The engine worked, got this very file, and did not finish it in time."""

    code = "file_deadline"


# The file itself may be to blame for these: it is not tried again for ever.
BLAMED_ON_FILE = frozenset({EngineDiedError.code, FileDeadlineError.code})
