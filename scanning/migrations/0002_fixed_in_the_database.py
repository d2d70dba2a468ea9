"""What was received, tried and held never changes (Điều 12.5 and 12.8)."""

from django.db import migrations

from portal.core import append_only

RECEIVED = [
    "public_id",
    "agency_id",
    "submitted_by_id",
    "name",
    "size",
    "sha256",
    "stored_as",
    "purpose",
    "received_at",
]


class Migration(migrations.Migration):
    dependencies = [("scanning", "0001_initial")]

    operations = [
        *append_only.columns("scanning_attachment", RECEIVED),
        *append_only.rows("scanning_scan"),
        *append_only.rows("scanning_finding"),
        *append_only.rows("scanning_quarantineitem"),
    ]
