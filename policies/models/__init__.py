"""The rows of policies, one room for each thing of the domain."""

from policies.models.editions import Edition, EditionState
from policies.models.forms import (
    FileKind,
    FormDownload,
    FormFile,
    FormGroup,
    FormTemplate,
    FormVersion,
)
from policies.models.pages import FrontPage, GuidancePage
from policies.models.rules import InternalRule, RuleAcknowledgement, RuleVersion

__all__ = [
    "Edition",
    "EditionState",
    "FileKind",
    "FormDownload",
    "FormFile",
    "FormGroup",
    "FormTemplate",
    "FormVersion",
    "FrontPage",
    "GuidancePage",
    "InternalRule",
    "RuleAcknowledgement",
    "RuleVersion",
]
