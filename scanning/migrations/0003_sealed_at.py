from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scanning", "0002_fixed_in_the_database"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="sealed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
