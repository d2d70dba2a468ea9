"""What people do with incidents, one function for each thing.

Each is one transaction: lock, check, write, audit, and a task on commit.
"""

from incidents.services.answering import (
    acknowledge,
    acknowledge_directive,
    give_directive,
)
from incidents.services.duties import note_done
from incidents.services.escalating import (
    escalate_beyond_capacity,
    note_reported_outside,
)
from incidents.services.evidence import add_evidence
from incidents.services.first_report import record_once
from incidents.services.handling import (
    add_measure,
    ask_for_confirmation,
    confirm_closing,
    dismiss,
    mark_mastered,
    reopen,
    return_for_completion,
    start_handling,
)
from incidents.services.minutes import issue_minutes, issued_bytes
from incidents.services.recording import (
    change_details,
    correct_detection,
    draft_incident,
    record_draft,
    record_incident,
)

__all__ = [
    "acknowledge",
    "acknowledge_directive",
    "add_evidence",
    "add_measure",
    "ask_for_confirmation",
    "change_details",
    "confirm_closing",
    "correct_detection",
    "dismiss",
    "draft_incident",
    "escalate_beyond_capacity",
    "give_directive",
    "issue_minutes",
    "issued_bytes",
    "mark_mastered",
    "note_done",
    "note_reported_outside",
    "record_draft",
    "record_incident",
    "record_once",
    "reopen",
    "return_for_completion",
    "start_handling",
]
