"""The audit trail and its seals never change (Điều 13.4.d)."""

from django.db import migrations

from portal.core import append_only


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        *append_only.rows("access_auditentry"),
        *append_only.rows("access_auditseal"),
        *append_only.rows("access_sealbatch"),
        *append_only.rows("access_reviewreport"),
    ]
