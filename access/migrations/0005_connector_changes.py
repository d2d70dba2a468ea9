"""The database notes each change of connected systems and their secrets (Điều 3.4)."""

from importlib import import_module

from django.db import migrations

from portal.core import row_triggers
from portal.core.row_triggers import Guard

NOTES = import_module("access.migrations.0003_row_changes").NOTES
GUARDS = {
    "Connector": Guard(
        ignored=frozenset({"created", "updated"}),
        concealed=frozenset({"client_secret", "sealed_webhook_key"}),
    ),
    "Connector_acts_for": Guard(),
    "ConnectorSecret": Guard(
        ignored=frozenset({"last_used_at"}), concealed=frozenset({"digest"})
    ),
}


class Migration(migrations.Migration):
    # Packages come before our other apps: each of their many small steps costs the more,
    # the more models there are by then.
    dependencies = [
        ("access", "0004_connectors"),
        ("oauth2_provider", "0021_translatable_field_labels"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = row_triggers.guarding("access", GUARDS, NOTES)
