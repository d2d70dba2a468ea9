"""What was sent, decided and attested never changes (Điều 11, 12.5 and 12.8)."""

from django.db import migrations

from portal.core import append_only

RECEIVED = [
    "public_id",
    "agency_id",
    "submitted_by_id",
    "connector_id",
    "message_id",
    "name",
    "size",
    "sha256",
    "stored_as",
    "purpose",
    "received_at",
]


class Migration(migrations.Migration):
    dependencies = [("scanning", "0003_gateway_and_decisions")]

    operations = [
        *append_only.again(
            *append_only.columns("scanning_attachment", RECEIVED),
            *append_only.rows("scanning_scan"),
            *append_only.rows("scanning_finding"),
            *append_only.rows("scanning_quarantineitem"),
        ),
        *append_only.rows("scanning_message"),
        *append_only.rows("scanning_recipient"),
        *append_only.rows("scanning_exchangeevent"),
        *append_only.rows("scanning_releasedecision"),
        *append_only.rows("scanning_recall"),
        *append_only.rows("scanning_signatureset"),
        *append_only.columns(
            "scanning_receipt",
            [
                "attachment_id",
                "scan_id",
                "jti",
                "key_id",
                "token",
                "issued_at",
                "expires_at",
            ],
        ),
        *append_only.columns(
            "scanning_recallnotice",
            ["recall_id", "attachment_id", "agency_id", "told_at"],
        ),
        *append_only.columns(
            "scanning_objection",
            ["attachment_id", "agency_id", "made_by_id", "made_at", "reason"],
        ),
        *append_only.columns(
            "scanning_falsealarm",
            [
                "sha256",
                "signature",
                "verdict",
                "agency_id",
                "reason",
                "proposed_by_id",
                "proposed_at",
            ],
        ),
        *append_only.columns(
            "scanning_disposal",
            [
                "attachment_id",
                "decision_number",
                "agency_id",
                "reason",
                "proposed_by_id",
                "proposed_at",
            ],
        ),
    ]
