"""The one wrapper round clamd: nothing else in the portal speaks to it."""

from scanning.engine.batch import Result, prove, scan
from scanning.engine.faults import EngineError
from scanning.engine.proofs import Proof
from scanning.engine.signatures import SignatureKind, SignatureState
from scanning.engine.status import EngineStatus, recent_status, status

__all__ = [
    "EngineError",
    "EngineStatus",
    "Proof",
    "Result",
    "SignatureKind",
    "SignatureState",
    "prove",
    "recent_status",
    "scan",
    "status",
]
