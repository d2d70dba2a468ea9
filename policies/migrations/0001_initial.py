import django.core.validators
import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import portal.core.clock
from portal.core.tables import Tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_append_only"),
        ("core", "0001_initial"),
        ("scanning", "0002_fixed_in_the_database"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    new_tables = [
        migrations.CreateModel(
            name="FormDownload",
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
                ("day", models.DateField(verbose_name="day")),
                (
                    "count",
                    models.PositiveIntegerField(default=0, verbose_name="downloads"),
                ),
            ],
            options={
                "verbose_name": "downloads of a day",
                "verbose_name_plural": "downloads by day",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="FormFile",
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
                    "kind",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("docx", "DOCX"), ("odt", "ODT")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                (
                    "pages",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number of pages"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a form",
                "verbose_name_plural": "files of forms",
                "ordering": ["version", "-kind"],
            },
        ),
        migrations.CreateModel(
            name="FormGroup",
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
                    "slug",
                    models.SlugField(
                        max_length=60, unique=True, verbose_name="address"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="order on the shelf"
                    ),
                ),
            ],
            options={
                "verbose_name": "group of forms",
                "verbose_name_plural": "groups of forms",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="FormTemplate",
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
                        max_length=30,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z0-9]+(-[A-Z0-9]+)*\\Z",
                                "Use capital letters without marks, digits and hyphens, like BM-01.",
                            )
                        ],
                        verbose_name="form code",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="form name")),
                (
                    "is_common",
                    models.BooleanField(
                        db_index=True,
                        default=False,
                        verbose_name="common form of the province",
                    ),
                ),
                (
                    "procedure_code",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="procedure code"
                    ),
                ),
                (
                    "guidance",
                    models.TextField(blank=True, verbose_name="how to fill it in"),
                ),
                ("words", models.TextField(editable=False)),
                ("folded", models.TextField(editable=False)),
            ],
            options={
                "verbose_name": "form",
                "verbose_name_plural": "forms",
                "ordering": ["group", "code"],
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "waiting for approval"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "change_note",
                    models.TextField(blank=True, verbose_name="what changed"),
                ),
                ("in_force_from", models.DateField(verbose_name="in force from")),
                (
                    "in_force_to",
                    models.DateField(
                        blank=True, null=True, verbose_name="last day in force"
                    ),
                ),
                ("is_reference", models.BooleanField(default=False, editable=False)),
                (
                    "drafted_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="drafted",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="submitted"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "decision_reason",
                    models.TextField(blank=True, verbose_name="reason"),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
            ],
            options={
                "verbose_name": "version of a form",
                "verbose_name_plural": "versions of forms",
                "ordering": ["template", "-number"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrontPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "announcement",
                    wagtail.fields.RichTextField(
                        blank=True,
                        help_text="Shown on the front page, above everything else. May be empty.",
                        verbose_name="announcement",
                    ),
                ),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="text")),
            ],
            options={
                "verbose_name": "front page text",
                "verbose_name_plural": "front page texts",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="GuidancePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "introduction",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences; shown larger, below the heading.",
                        max_length=500,
                        verbose_name="introduction",
                    ),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("heading", 0), ("text", 1), ("steps", 5), ("notice", 6)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"icon": "title", "label": "heading"},
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "h3",
                                        "bold",
                                        "italic",
                                        "link",
                                        "ol",
                                        "ul",
                                    ],
                                    "icon": "pilcrow",
                                    "label": "paragraphs",
                                },
                            ),
                            2: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "what to do", "max_length": 120},
                            ),
                            3: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": ["bold", "italic", "link", "ol", "ul"],
                                    "label": "how",
                                    "required": False,
                                },
                            ),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 2), ("text", 3)]],
                                {},
                            ),
                            5: (
                                "wagtail.blocks.ListBlock",
                                (4,),
                                {"icon": "list-ol", "label": "steps"},
                            ),
                            6: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": ["bold", "italic", "link", "ol", "ul"],
                                    "icon": "warning",
                                    "label": "important notice",
                                },
                            ),
                        },
                        verbose_name="text",
                    ),
                ),
            ],
            options={
                "verbose_name": "guidance page",
                "verbose_name_plural": "guidance pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="InternalRule",
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
                    "slug",
                    models.SlugField(
                        max_length=80, unique=True, verbose_name="address"
                    ),
                ),
                (
                    "title",
                    models.CharField(max_length=300, verbose_name="title of the rule"),
                ),
                (
                    "is_provincial",
                    models.BooleanField(
                        default=False, verbose_name="binds every agency"
                    ),
                ),
            ],
            options={
                "verbose_name": "internal rule",
                "verbose_name_plural": "internal rules",
                "ordering": ["-is_provincial", "title"],
            },
        ),
        migrations.CreateModel(
            name="RuleAcknowledgement",
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
                ("sha256", models.CharField(max_length=64)),
                (
                    "acknowledged_at",
                    models.DateTimeField(
                        auto_now_add=True, verbose_name="acknowledged"
                    ),
                ),
            ],
            options={
                "verbose_name": "acknowledgement",
                "verbose_name_plural": "acknowledgements",
                "ordering": ["-acknowledged_at"],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "waiting for approval"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "change_note",
                    models.TextField(blank=True, verbose_name="what changed"),
                ),
                ("in_force_from", models.DateField(verbose_name="in force from")),
                (
                    "in_force_to",
                    models.DateField(
                        blank=True, null=True, verbose_name="last day in force"
                    ),
                ),
                ("is_reference", models.BooleanField(default=False, editable=False)),
                (
                    "drafted_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="drafted",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="submitted"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "decision_reason",
                    models.TextField(blank=True, verbose_name="reason"),
                ),
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                (
                    "replaces_note",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="replaces, as written"
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("sha256", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "version of a rule",
                "verbose_name_plural": "versions of rules",
                "ordering": ["rule", "-in_force_from"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="formfile",
            name="attachment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="form_files",
                to="scanning.attachment",
            ),
        ),
        migrations.AddField(
            model_name="formdownload",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="downloads",
                to="policies.formfile",
            ),
        ),
        migrations.AddField(
            model_name="formtemplate",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="forms",
                to="access.agency",
                verbose_name="agency in charge",
            ),
        ),
        migrations.AddField(
            model_name="formtemplate",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="forms",
                to="policies.formgroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="formtemplate",
            name="legal_basis",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="forms",
                to="core.legalbasis",
                verbose_name="legal basis",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="drafted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="drafted by",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="issuer",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
                verbose_name="issued by",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="policies.formversion",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="submitted by",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="policies.formtemplate",
                verbose_name="form",
            ),
        ),
        migrations.AddField(
            model_name="formfile",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="policies.formversion",
            ),
        ),
        migrations.AddField(
            model_name="internalrule",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="internal_rules",
                to="access.agency",
                verbose_name="issued by",
            ),
        ),
        migrations.AddField(
            model_name="ruleacknowledgement",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rule_acknowledgements",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ruleacknowledgement",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="attachment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rule_versions",
                to="scanning.attachment",
                verbose_name="signed copy",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="drafted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="drafted by",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="issuer",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
                verbose_name="issued by",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="policies.ruleversion",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="policies.internalrule",
                verbose_name="internal rule",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="submitted by",
            ),
        ),
        migrations.AddField(
            model_name="ruleacknowledgement",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acknowledgements",
                to="policies.ruleversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="formdownload",
            constraint=models.UniqueConstraint(
                models.F("file"), models.F("day"), name="policies_downloads_of_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "submitted", "returned", "approved"])
                ),
                name="policies_formversion_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_to", None),
                    ("in_force_to__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="policies_formversion_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_reference", True),
                    ("drafted_by__isnull", False),
                    _connector="OR",
                ),
                name="policies_formversion_is_drafted_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("is_reference", True),
                    models.Q(
                        ("submitted_at__isnull", False), ("submitted_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="policies_formversion_is_submitted_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("is_reference", True),
                    models.Q(
                        ("decided_at__isnull", False), ("decided_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="policies_formversion_is_approved_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        models.Q(("decided_by", models.F("drafted_by")), _negated=True),
                        models.Q(
                            ("submitted_by", None),
                            models.Q(
                                ("decided_by", models.F("submitted_by")), _negated=True
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="policies_formversion_is_decided_by_a_second_person",
                violation_error_message="A second person must decide on this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(
                models.F("template"),
                models.F("number"),
                name="policies_a_version_has_one_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force_to", None), ("state", "approved")),
                fields=("template",),
                name="policies_one_approved_version_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="formfile",
            constraint=models.UniqueConstraint(
                models.F("version"),
                models.F("kind"),
                name="policies_one_file_of_each_format",
            ),
        ),
        migrations.AddConstraint(
            model_name="formfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pdf", "docx", "odt"])),
                name="policies_file_format_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "submitted", "returned", "approved"])
                ),
                name="policies_ruleversion_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_to", None),
                    ("in_force_to__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="policies_ruleversion_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_reference", True),
                    ("drafted_by__isnull", False),
                    _connector="OR",
                ),
                name="policies_ruleversion_is_drafted_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("is_reference", True),
                    models.Q(
                        ("submitted_at__isnull", False), ("submitted_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="policies_ruleversion_is_submitted_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("is_reference", True),
                    models.Q(
                        ("decided_at__isnull", False), ("decided_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="policies_ruleversion_is_approved_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        models.Q(("decided_by", models.F("drafted_by")), _negated=True),
                        models.Q(
                            ("submitted_by", None),
                            models.Q(
                                ("decided_by", models.F("submitted_by")), _negated=True
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="policies_ruleversion_is_decided_by_a_second_person",
                violation_error_message="A second person must decide on this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                models.F("rule"),
                models.F("number"),
                name="policies_a_rule_has_each_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force_to", None), ("state", "approved")),
                fields=("rule",),
                name="policies_one_approved_rule_version_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleacknowledgement",
            constraint=models.UniqueConstraint(
                models.F("version"), models.F("account"), name="policies_read_once"
            ),
        ),
    ]

    operations = [Tables(new_tables)]
