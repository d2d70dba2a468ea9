"""What was approved, and who acknowledged it, never changes (Điều 12.8 and 13.6.a)."""

from django.db import migrations

from policies import fixed
from portal.core import append_only

_FORM = ["state", "change_note", "in_force_from", "decided_by_id", "decided_at"]
_FORM += ["drafted_by_id", "submitted_by_id", "template_id", "number", "issuer_id"]
_RULE = ["state", "in_force_from", "issued_on", "text", "sha256", "rule_id", "number"]
_RULE += ["drafted_by_id", "submitted_by_id", "decided_by_id", "decided_at"]
_RULE += ["issuer_id"]


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        *fixed.approved_rows("policies_formversion", _FORM),
        *fixed.approved_rows("policies_ruleversion", _RULE),
        *fixed.files_of_approved("policies_formfile", "policies_formversion"),
        *append_only.rows("policies_ruleacknowledgement"),
    ]
