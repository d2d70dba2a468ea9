"""An objection ends when its file is released, whoever released it (Điều 12.4)."""

from django.db import migrations, models
from django.db.models import Q

from portal.core import append_only

NAME = "scanning_an_answer_has_words_and_author"


class Migration(migrations.Migration):
    dependencies = [("scanning", "0004_fixed_in_the_database")]

    operations = [
        migrations.AlterField(
            "objection",
            "outcome",
            models.CharField(
                "outcome",
                max_length=10,
                blank=True,
                choices=[
                    ("upheld", "upheld"),
                    ("rejected", "rejected: the file stays held"),
                    ("settled", "settled: the file was released meanwhile"),
                ],
            ),
        ),
        migrations.RemoveConstraint("objection", NAME),
        migrations.AddConstraint(
            "objection",
            models.CheckConstraint(
                name=NAME,
                condition=Q(outcome__in=["", "settled"])
                | (Q(answered_by__isnull=False) & ~Q(answer="")),
            ),
        ),
        # SQLite has written the table anew.
        *append_only.again(
            *append_only.columns(
                "scanning_objection",
                ["attachment_id", "agency_id", "made_by_id", "made_at", "reason"],
            )
        ),
    ]
