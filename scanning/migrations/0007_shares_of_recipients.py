"""Each recipient's share has a keeper, each decision the record on which it was made.

A message keeps naming to whom it went; an heir decides on what came (Điều 9.2). The
order of records tells whether a decision still holds, and no clock.
"""

import django.db.models.deletion
from django.db import migrations, models

import access.models.keeping
from portal.core import append_only

_FILL = [
    'UPDATE "scanning_recipient" SET "keeper_id" = "agency_id"',
    'UPDATE "scanning_releasedecision" SET "item_id" = ('
    'SELECT MAX(item."id") FROM "scanning_quarantineitem" item '
    'WHERE item."attachment_id" = "scanning_releasedecision"."attachment_id" '
    'AND item."held_at" <= "scanning_releasedecision"."decided_at")',
]


def _without_guard(table: str) -> append_only.Statements:
    """Let values be filled in; the guard comes back at the end."""
    name = f"{table}_keeps_values"
    return append_only.Statements(
        {
            "sqlite": [f'DROP TRIGGER IF EXISTS "{name}"'],
            "postgresql": [f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'],
        },
        {},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_cancelled_reviews"),
        ("scanning", "0006_picture_too_big"),
    ]

    operations = [
        migrations.AddIndex(
            "attachment",
            models.Index(
                fields=["message"],
                condition=models.Q(
                    state="held", verdict="unscannable", disposed_at__isnull=True
                ),
                name="scanning_held_unseen",
            ),
        ),
        migrations.AddField(
            "releasedecision",
            "item",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scanning.quarantineitem",
            ),
        ),
        migrations.AddField(
            "recipient",
            "keeper",
            access.models.keeping.KeeperField(
                at_first="agency",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_messages",
                to="access.agency",
            ),
        ),
        _without_guard("scanning_recipient"),
        _without_guard("scanning_releasedecision"),
        append_only.Statements(
            # PostgreSQL alters no table while it still owes a check of its rows.
            {
                "sqlite": _FILL,
                "postgresql": [*_FILL, "SET CONSTRAINTS ALL IMMEDIATE"],
            },
            {},
        ),
        migrations.AlterField(
            "recipient",
            "keeper",
            access.models.keeping.KeeperField(
                at_first="agency",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_messages",
                to="access.agency",
            ),
        ),
        # SQLite has written the table anew; who keeps a share may change from now on.
        *append_only.again(
            *append_only.columns("scanning_recipient", ["message_id", "agency_id"]),
            *append_only.rows("scanning_releasedecision"),
        ),
    ]
