import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import access.models.keeping
import portal.core.clock
import scanning.inspection.types
import scanning.models.attachments
from portal.core.tables import Tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_append_only"),
        ("core", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    new_tables = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=scanning.models.attachments.new_public_id,
                        max_length=22,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="file name")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("stored_as", models.CharField(max_length=80, unique=True)),
                ("media_type", models.CharField(blank=True, max_length=100)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("document", "document to be exchanged"),
                            ("evidence", "evidence of an incident"),
                            ("form", "form for citizens"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            ("thuong", "ordinary"),
                            ("khan", "urgent"),
                            ("thuong_khan", "very urgent"),
                            ("hoa_toc", "express"),
                        ],
                        default="thuong",
                        max_length=20,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for the scan"),
                            ("released", "released"),
                            ("held", "held"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("clean", "clean"),
                            ("infected", "contains malware"),
                            ("refused_type", "type not allowed"),
                            ("active_content", "contains active content"),
                            ("unscannable", "cannot be scanned"),
                            ("secrecy_suspected", "may hold state secrets"),
                            ("error", "not scanned yet"),
                        ],
                        max_length=20,
                        verbose_name="verdict",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="received"
                    ),
                ),
                ("scanned_at", models.DateTimeField(null=True, verbose_name="scanned")),
                (
                    "released_at",
                    models.DateTimeField(null=True, verbose_name="released"),
                ),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "engine",
                    models.CharField(blank=True, max_length=100, verbose_name="engine"),
                ),
                (
                    "signatures",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="signatures"
                    ),
                ),
                (
                    "signature_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("official", "official, up to date"),
                            ("stale", "official, out of date"),
                            ("fallback", "reserve set, for testing only"),
                            ("missing", "none"),
                        ],
                        max_length=10,
                        verbose_name="kind of signatures",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="access.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "keeper",
                    access.models.keeping.KeeperField(
                        at_first="agency",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_attachments",
                        to="access.agency",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["-received_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FormatRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "extension",
                    models.CharField(
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator("^[a-z0-9]+$")
                        ],
                        verbose_name="extension",
                    ),
                ),
                (
                    "true_type",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("rtf", "rtf"),
                            ("pdf", "pdf"),
                            ("doc", "doc"),
                            ("xls", "xls"),
                            ("odt", "odt"),
                            ("ods", "ods"),
                            ("odf", "odf"),
                            ("docx", "docx"),
                            ("xlsx", "xlsx"),
                            ("pptx", "pptx"),
                            ("jpeg", "jpeg"),
                            ("png", "png"),
                            ("zip", "zip"),
                            ("program", "program"),
                            ("markup", "markup"),
                            ("other", "other"),
                            ("empty", "empty"),
                        ],
                        max_length=20,
                        verbose_name="content",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "media_type",
                    models.CharField(max_length=100, verbose_name="media type"),
                ),
                (
                    "max_bytes",
                    models.PositiveBigIntegerField(
                        verbose_name="largest size in bytes"
                    ),
                ),
                (
                    "clause",
                    models.CharField(blank=True, max_length=60, verbose_name="clause"),
                ),
                (
                    "is_addition",
                    models.BooleanField(
                        default=False, verbose_name="added by decision"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="format_rules",
                        to="access.agency",
                        verbose_name="only for the agency",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.legalbasis",
                        verbose_name="legal basis",
                    ),
                ),
            ],
            options={
                "verbose_name": "allowed file type",
                "verbose_name_plural": "allowed file types",
                "ordering": ["is_addition", "name", "extension"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("clean", "clean"),
                            ("infected", "contains malware"),
                            ("refused_type", "type not allowed"),
                            ("active_content", "contains active content"),
                            ("unscannable", "cannot be scanned"),
                            ("secrecy_suspected", "may hold state secrets"),
                            ("error", "not scanned yet"),
                        ],
                        max_length=20,
                        verbose_name="verdict",
                    ),
                ),
                ("fault", models.CharField(blank=True, max_length=40)),
                (
                    "signature",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="signature"
                    ),
                ),
                ("true_type", models.CharField(blank=True, max_length=20)),
                (
                    "engine",
                    models.CharField(blank=True, max_length=100, verbose_name="engine"),
                ),
                (
                    "signatures",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="signatures"
                    ),
                ),
                (
                    "signature_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("official", "official, up to date"),
                            ("stale", "official, out of date"),
                            ("fallback", "reserve set, for testing only"),
                            ("missing", "none"),
                        ],
                        max_length=10,
                        verbose_name="kind of signatures",
                    ),
                ),
                ("signature_digest", models.CharField(blank=True, max_length=64)),
                ("began_at", models.DateTimeField(verbose_name="began")),
                (
                    "ended_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="ended"
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="scanning.attachment",
                    ),
                ),
            ],
            options={
                "verbose_name": "scan",
                "verbose_name_plural": "scans",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="QuarantineItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("d12_1", "Article 12.1: no virus may be spread"),
                            (
                                "d12_6",
                                "Article 12.6: no destructive software may be spread",
                            ),
                            ("d5_1", "Article 5.1: only listed types of document"),
                            (
                                "d9_2",
                                "Articles 9.2 and 12.1: a file that nobody can vouch for",
                            ),
                            ("d12_7", "Article 12.7: state secrets are never sent"),
                            (
                                "d9_1",
                                "Article 9.1: the file is not the one that was received",
                            ),
                        ],
                        max_length=10,
                        verbose_name="rule",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "held_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="held"
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quarantine_items",
                        to="scanning.attachment",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held by",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="scanning.scan",
                    ),
                ),
            ],
            options={
                "verbose_name": "quarantine record",
                "verbose_name_plural": "quarantine records",
                "ordering": ["-held_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("malware", "malware"),
                            ("empty", "empty"),
                            ("too_large", "too_large"),
                            ("type_not_listed", "type_not_listed"),
                            ("type_lies", "type_lies"),
                            ("program", "program"),
                            ("dangerous_name", "dangerous_name"),
                            ("macro", "macro"),
                            ("pdf_script", "pdf_script"),
                            ("pdf_launch", "pdf_launch"),
                            ("pdf_attachment", "pdf_attachment"),
                            ("embedded_object", "embedded_object"),
                            ("encrypted", "encrypted"),
                            ("damaged", "damaged"),
                            ("archive_too_deep", "archive_too_deep"),
                            ("archive_too_many", "archive_too_many"),
                            ("archive_too_big", "archive_too_big"),
                            ("member", "member"),
                            ("limits_reached", "limits_reached"),
                            ("not_scanned", "not_scanned"),
                            ("signatures_not_accepted", "signatures_not_accepted"),
                            ("bytes_changed", "bytes_changed"),
                            ("old_encoding", "old_encoding"),
                        ],
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="scanning.attachment",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="scanning.scan",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ScanDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        db_index=True, default=portal.core.clock.now, verbose_name="due"
                    ),
                ),
                ("claimed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "attempts",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="attempts"
                    ),
                ),
                (
                    "last_error",
                    models.TextField(
                        blank=True, editable=False, verbose_name="last error"
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="done"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="scanning.attachment",
                    ),
                ),
            ],
            options={
                "verbose_name": "scan to be done",
                "verbose_name_plural": "scans to be done",
                "ordering": ["rank", "due_at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                fields=["keeper", "state", "-received_at"],
                name="scanning_list_of_an_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "released", "held"])),
                name="scanning_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "released"), _negated=True),
                    models.Q(
                        ("released_at__isnull", False),
                        ("scanned_at__isnull", False),
                        ("verdict", "clean"),
                    ),
                    _connector="OR",
                ),
                name="scanning_only_clean_files_are_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(("verdict__in", ["", "clean"]), _negated=True),
                    _connector="OR",
                ),
                name="scanning_a_held_file_has_a_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="formatrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="scanning_formatrule_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formatrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "true_type__in",
                        [
                            scanning.inspection.types.TrueType["EMPTY"],
                            scanning.inspection.types.TrueType["MARKUP"],
                            scanning.inspection.types.TrueType["OTHER"],
                            scanning.inspection.types.TrueType["PROGRAM"],
                        ],
                    ),
                    _negated=True,
                ),
                name="scanning_programs_are_never_allowed",
            ),
        ),
        migrations.AddConstraint(
            model_name="formatrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency", None)),
                fields=("extension", "true_type", "starts_on"),
                name="scanning_format_rule_for_all_begins_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="formatrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False)),
                fields=("extension", "true_type", "agency", "starts_on"),
                name="scanning_format_rule_of_an_agency_begins_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="scanning_nothing_is_held_without_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule__in", ["d12_1", "d12_6", "d5_1", "d9_2", "d12_7", "d9_1"])
                ),
                name="scanning_quarantine_rule_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="scanduty",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["rank", "due_at"],
                name="scanning_duties_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="scanduty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at", None)),
                fields=("attachment",),
                name="scanning_a_file_waits_once",
            ),
        ),
    ]

    operations = [Tables(new_tables)]
