"""A finding more: pictures that fill the memory of whoever opens them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scanning", "0005_settled_objections"),
    ]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="code",
            field=models.CharField(
                choices=[
                    ("secrecy_stamp", "secrecy_stamp"),
                    ("malware", "malware"),
                    ("empty", "empty"),
                    ("too_large", "too_large"),
                    ("type_not_listed", "type_not_listed"),
                    ("type_lies", "type_lies"),
                    ("program", "program"),
                    ("dangerous_name", "dangerous_name"),
                    ("polyglot", "polyglot"),
                    ("macro", "macro"),
                    ("pdf_script", "pdf_script"),
                    ("pdf_launch", "pdf_launch"),
                    ("pdf_attachment", "pdf_attachment"),
                    ("embedded_object", "embedded_object"),
                    ("pdf_remote", "pdf_remote"),
                    ("pdf_form", "pdf_form"),
                    ("pdf_media", "pdf_media"),
                    ("dde", "dde"),
                    ("formula", "formula"),
                    ("remote_content", "remote_content"),
                    ("office_launch", "office_launch"),
                    ("xml_entities", "xml_entities"),
                    ("encrypted", "encrypted"),
                    ("damaged", "damaged"),
                    ("archive_method", "archive_method"),
                    ("archive_path", "archive_path"),
                    ("archive_too_deep", "archive_too_deep"),
                    ("archive_too_many", "archive_too_many"),
                    ("archive_too_big", "archive_too_big"),
                    ("member", "member"),
                    ("picture_too_big", "picture_too_big"),
                    ("limits_reached", "limits_reached"),
                    ("breaks_engine", "breaks_engine"),
                    ("not_scanned", "not_scanned"),
                    ("signatures_not_accepted", "signatures_not_accepted"),
                    ("bytes_changed", "bytes_changed"),
                    ("old_encoding", "old_encoding"),
                ],
                max_length=40,
                verbose_name="code",
            ),
        ),
    ]
