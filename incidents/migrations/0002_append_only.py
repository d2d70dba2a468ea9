"""What was reported, seen, said and issued never changes (Điều 12.5, 12.8, 13.4.d)."""

from django.db import migrations

from portal.core import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        *append_only.rows("incidents_timelineentry"),
        *append_only.rows("incidents_detectioncorrection"),
        *append_only.rows("incidents_evidenceitem"),
        *append_only.rows("incidents_custodyentry"),
        *append_only.rows("incidents_capacityreport"),
        *append_only.rows("incidents_incidentminutes"),
        *append_only.rows("incidents_issuedfile"),
        *append_only.columns(
            "incidents_incident",
            ["number", "agency_id", "created_at", "created_by_id", "is_drill"],
        ),
        *append_only.columns(
            "incidents_escalationstep",
            ["incident_id", "recipient_id", "role", "subject", "minutes_id", "made_at"],
        ),
        *append_only.columns(
            "incidents_directive",
            ["incident_id", "giver_id", "kind", "text", "given_by_id", "given_at"],
        ),
        *append_only.columns(
            "incidents_obligation",
            [
                "incident_id",
                "rule_id",
                "step_id",
                "debtor_id",
                "recipient_id",
                "recipient_name",
                "started_at",
                "due_at",
                "warn_at",
                "alarm_at",
                "replaces_id",
            ],
        ),
    ]
