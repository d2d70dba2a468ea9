"""The rows of incidents, one room for each thing of the domain."""

from incidents.models.clocks import (
    ClockRule,
    Fulfilment,
    LimitUnit,
    Obligation,
    RecipientKind,
    Trigger,
)
from incidents.models.escalation import (
    CapacityReport,
    Directive,
    EscalationStep,
    StepRole,
    StepSubject,
)
from incidents.models.evidence import CustodyAct, CustodyEntry, EvidenceItem
from incidents.models.incidents import (
    Category,
    Cause,
    DetectionCorrection,
    Incident,
    Severity,
    YearlySequence,
)
from incidents.models.minutes import IncidentMinutes, IssuedFile
from incidents.models.timeline import EntryKind, TimelineEntry
from incidents.states import State

__all__ = [
    "CapacityReport",
    "Category",
    "Cause",
    "ClockRule",
    "CustodyAct",
    "CustodyEntry",
    "DetectionCorrection",
    "Directive",
    "EntryKind",
    "EscalationStep",
    "EvidenceItem",
    "Fulfilment",
    "Incident",
    "IncidentMinutes",
    "IssuedFile",
    "LimitUnit",
    "Obligation",
    "RecipientKind",
    "Severity",
    "State",
    "StepRole",
    "StepSubject",
    "TimelineEntry",
    "Trigger",
    "YearlySequence",
]
