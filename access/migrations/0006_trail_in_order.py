"""The trail is read newest first, by part: an index holds each part in that order."""

from django.db import migrations, models

_NEWEST_FIRST = ["-timestamp", "-id"]
_INDEXES = {
    "access_audit_in_order": _NEWEST_FIRST,
    "access_audit_of_agency": ["agency", *_NEWEST_FIRST],
    "access_audit_of_actor": ["actor", *_NEWEST_FIRST],
    "access_audit_of_object": ["content_type", "object_id", *_NEWEST_FIRST],
}


class Migration(migrations.Migration):
    dependencies = [("access", "0005_connector_changes")]

    # None of these makes SQLite write the table anew: its triggers stay.
    operations = [
        migrations.RemoveIndex("auditentry", "access_audit_by_agency"),
        *(
            migrations.AddIndex("auditentry", models.Index(fields=fields, name=name))
            for name, fields in _INDEXES.items()
        ),
    ]
