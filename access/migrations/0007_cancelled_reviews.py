"""A review can be called off; addresses of people are found in any case by an index."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("access", "0006_trail_in_order")]

    # Neither makes SQLite write a table anew: its triggers stay.
    operations = [
        migrations.AlterField(
            "reviewitem",
            "decision",
            models.CharField(
                "decision",
                max_length=20,
                blank=True,
                choices=[
                    ("confirmed", "confirmed"),
                    ("revoked", "revoked"),
                    ("kept_by_default", "stays, nobody answered"),
                    ("revoked_by_default", "ended, nobody answered"),
                    ("ended_meanwhile", "had ended meanwhile"),
                    ("cancelled", "not decided, the review was cancelled"),
                ],
            ),
        ),
        migrations.AddIndex(
            "account", models.Index(Lower("email"), name="access_account_by_email")
        ),
    ]
