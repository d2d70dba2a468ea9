from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ReferenceRow",
            fields=[
                (
                    "name",
                    models.CharField(max_length=300, primary_key=True, serialize=False),
                ),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "delivered row",
                "verbose_name_plural": "delivered rows",
            },
        ),
    ]
