import uuid

import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import access.models.people
import portal.core.clock
from portal.core.tables import Tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0001_initial"),
    ]

    new_tables = [
        migrations.CreateModel(
            name="AuditEntry",
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
                    "object_pk",
                    models.CharField(
                        db_index=True, max_length=255, verbose_name="object pk"
                    ),
                ),
                (
                    "object_id",
                    models.BigIntegerField(
                        blank=True, db_index=True, null=True, verbose_name="object id"
                    ),
                ),
                ("object_repr", models.TextField(verbose_name="object representation")),
                ("serialized_data", models.JSONField(null=True)),
                (
                    "action",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "create"),
                            (1, "update"),
                            (2, "delete"),
                            (3, "access"),
                        ],
                        db_index=True,
                        verbose_name="action",
                    ),
                ),
                (
                    "changes_text",
                    models.TextField(blank=True, verbose_name="change message"),
                ),
                ("changes", models.JSONField(null=True, verbose_name="change message")),
                (
                    "cid",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=255,
                        null=True,
                        verbose_name="Correlation ID",
                    ),
                ),
                (
                    "remote_addr",
                    models.GenericIPAddressField(
                        blank=True, null=True, verbose_name="remote address"
                    ),
                ),
                (
                    "remote_port",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="remote port"
                    ),
                ),
                (
                    "timestamp",
                    models.DateTimeField(
                        db_index=True,
                        default=django.utils.timezone.now,
                        verbose_name="timestamp",
                    ),
                ),
                (
                    "additional_data",
                    models.JSONField(
                        blank=True, null=True, verbose_name="additional data"
                    ),
                ),
                (
                    "actor_email",
                    models.CharField(
                        blank=True,
                        max_length=254,
                        null=True,
                        verbose_name="actor email",
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True, db_index=True, max_length=80, verbose_name="act"
                    ),
                ),
                (
                    "actor_name",
                    models.CharField(blank=True, max_length=200, verbose_name="person"),
                ),
                (
                    "agency_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="for the agency"
                    ),
                ),
                (
                    "device",
                    models.CharField(blank=True, max_length=200, verbose_name="device"),
                ),
                (
                    "on_behalf_of",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="on behalf of"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=200,
                        verbose_name="reference",
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "ordering": ["-timestamp", "-pk"],
                "get_latest_by": "timestamp",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Role",
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
                    models.SlugField(max_length=40, unique=True, verbose_name="code"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("is_for_every_agency", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="RowChange",
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
                ("table", models.CharField(max_length=63, verbose_name="table")),
                ("row", models.CharField(max_length=63, verbose_name="row")),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("insert", "inserted"),
                            ("update", "updated"),
                            ("delete", "deleted"),
                        ],
                        max_length=6,
                        verbose_name="operation",
                    ),
                ),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                ("happened_at", models.CharField(max_length=40)),
            ],
            options={
                "verbose_name": "change of a row",
                "verbose_name_plural": "changes of rows",
            },
        ),
        migrations.CreateModel(
            name="SealBatch",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last_position", models.BigIntegerField()),
                ("last_link", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(default=portal.core.clock.now)),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "verbose_name": "batch of seals",
                "verbose_name_plural": "batches of seals",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Account",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This user name is taken."},
                        max_length=60,
                        unique=True,
                        validators=[
                            django.contrib.auth.validators.ASCIIUsernameValidator()
                        ],
                        verbose_name="user name",
                    ),
                ),
                (
                    "full_name",
                    models.CharField(max_length=120, verbose_name="full name"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "telephone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="telephone"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "identity_digest",
                    models.CharField(blank=True, editable=False, max_length=64),
                ),
                (
                    "subject",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "left_on",
                    models.DateField(editable=False, null=True, verbose_name="left on"),
                ),
                ("idle_told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "search_text",
                    access.models.people.SearchField(default="", editable=False),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["full_name"],
            },
        ),
        migrations.CreateModel(
            name="Agency",
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
                    "code",
                    models.CharField(
                        max_length=35, unique=True, verbose_name="identification code"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "short_name",
                    models.CharField(max_length=80, verbose_name="short name"),
                ),
                (
                    "agency_type",
                    models.CharField(
                        choices=[
                            ("administrative", "administrative agency"),
                            ("public_unit", "public service unit"),
                            ("central", "central authority"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "central"),
                            ("province", "province"),
                            ("provincial_department", "provincial department"),
                            ("district", "district"),
                            ("commune", "commune"),
                            ("unit", "subordinate unit"),
                        ],
                        max_length=30,
                        verbose_name="level",
                    ),
                ),
                (
                    "telephone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="duty telephone"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="address"
                    ),
                ),
            ],
            options={
                "verbose_name": "agency",
                "verbose_name_plural": "agencies",
                "ordering": ["level", "name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="access_agency_ends_after_it_starts",
                        violation_error_message="The last day is before the first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyCode",
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
                        max_length=35, unique=True, verbose_name="identification code"
                    ),
                ),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("qcvn102", "QCVN 102:2016/BTTTT"),
                            ("qd20", "Quyết định 20/2020/QĐ-TTg"),
                        ],
                        max_length=10,
                        verbose_name="scheme",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened on")),
                (
                    "closed_on",
                    models.DateField(blank=True, null=True, verbose_name="closed on"),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="verified"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "identification code",
                "verbose_name_plural": "identification codes",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="AgencyEvent",
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
                        choices=[
                            ("create", "created"),
                            ("rename", "renamed"),
                            ("superior", "change of superior"),
                            ("merge", "merged"),
                            ("split", "split"),
                            ("abolish", "abolished"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "being planned"),
                            ("approved", "approved, scheduled"),
                            ("applied", "in effect"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="applied",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="effective on")),
                (
                    "decision_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="decision number"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "planned_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="planned"
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(null=True, verbose_name="approved"),
                ),
                ("approved_preview", models.CharField(blank=True, max_length=64)),
                ("applied_at", models.DateTimeField(null=True, verbose_name="applied")),
                ("obstacle", models.TextField(blank=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.legalbasis",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reorganisation",
                "verbose_name_plural": "reorganisations",
                "ordering": ["effective_on"],
            },
        ),
        migrations.CreateModel(
            name="AgencyChange",
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
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ends", "ends"),
                            ("continues", "continues"),
                            ("begins", "begins"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("gives", models.BooleanField(default=False)),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="new name"
                    ),
                ),
                (
                    "short_name",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="new short name"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        max_length=35,
                        verbose_name="new identification code",
                    ),
                ),
                (
                    "scheme",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qcvn102", "QCVN 102:2016/BTTTT"),
                            ("qd20", "Quyết định 20/2020/QĐ-TTg"),
                        ],
                        max_length=10,
                        verbose_name="scheme",
                    ),
                ),
                (
                    "agency_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administrative", "administrative agency"),
                            ("public_unit", "public service unit"),
                            ("central", "central authority"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("central", "central"),
                            ("province", "province"),
                            ("provincial_department", "provincial department"),
                            ("district", "district"),
                            ("commune", "commune"),
                            ("unit", "subordinate unit"),
                        ],
                        max_length=30,
                        verbose_name="level",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="access.agency",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.agency",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="access.agencyevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an agency",
                "verbose_name_plural": "changes of agencies",
            },
        ),
        migrations.CreateModel(
            name="AgencyFunction",
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
                    "function",
                    models.CharField(
                        choices=[
                            ("competent_authority", "competent state authority"),
                            ("incident_coordinator", "incident coordinator"),
                            ("report_receiver", "receiver of periodic reports"),
                            ("form_owner", "owner of common forms"),
                        ],
                        max_length=30,
                        verbose_name="function",
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="verified"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="functions",
                        to="access.agency",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "function held by an agency",
                "verbose_name_plural": "functions held by agencies",
                "ordering": ["function", "starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgencyName",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "short_name",
                    models.CharField(max_length=80, verbose_name="short name"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="names",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "agency name",
                "verbose_name_plural": "agency names",
                "ordering": ["agency", "starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                    "scope",
                    models.CharField(
                        choices=[
                            ("inside", "inside the agency only"),
                            ("between", "inside and between agencies"),
                        ],
                        default="between",
                        max_length=10,
                        verbose_name="scope",
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="position"
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="decision number"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "granted_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="granted",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="confirmed"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="access.agency",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delegated_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="access.assignment",
                        verbose_name="delegated from",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granted_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="access.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "ordering": ["agency", "account", "starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to=settings.AUDITLOG_LOGENTRY_MODEL,
                    ),
                ),
                ("position", models.BigIntegerField(unique=True)),
                ("salt", models.CharField(max_length=32)),
                ("link", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="UnsealedEntry",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to=settings.AUDITLOG_LOGENTRY_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "entry waiting for its seal",
                "verbose_name_plural": "entries waiting for their seal",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="actor",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="agency",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="content_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="contenttypes.contenttype",
                verbose_name="content type",
            ),
        ),
        migrations.CreateModel(
            name="DelegatedPermission",
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
                ("code", models.CharField(max_length=60, verbose_name="permission")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegated_permissions",
                        to="access.assignment",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegated permission",
                "verbose_name_plural": "delegated permissions",
            },
        ),
        migrations.CreateModel(
            name="Inheritance",
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
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=60)),
                ("is_accepted", models.BooleanField(default=False)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inheritances",
                        to="access.agencyevent",
                    ),
                ),
                (
                    "heir",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inheritances",
                        to="access.agencychange",
                    ),
                ),
            ],
            options={
                "verbose_name": "inheritance",
                "verbose_name_plural": "inheritances",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                    "digest",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "used_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="used"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="withdrawn"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
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
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "device",
                    models.CharField(blank=True, max_length=200, verbose_name="device"),
                ),
                (
                    "first_seen_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="first seen"
                    ),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="last seen"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "known device",
                "verbose_name_plural": "known devices",
            },
        ),
        migrations.CreateModel(
            name="LoginSession",
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
                    "key_digest",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="signed in"
                    ),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="last seen"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "address",
                    models.GenericIPAddressField(null=True, verbose_name="address"),
                ),
                (
                    "device",
                    models.CharField(blank=True, max_length=200, verbose_name="device"),
                ),
                (
                    "method",
                    models.CharField(max_length=20, verbose_name="second factor"),
                ),
                ("amr", models.CharField(blank=True, max_length=60)),
                ("is_administrator", models.BooleanField(default=False)),
                (
                    "proved_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="proved"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="login_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "acting_agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in",
                "verbose_name_plural": "sign-ins",
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "path",
                    models.CharField(blank=True, max_length=300, verbose_name="page"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=portal.core.clock.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "read_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="read"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.agency",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
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
                    "name",
                    models.CharField(
                        help_text="The human-readable name of this device.",
                        max_length=64,
                    ),
                ),
                (
                    "confirmed",
                    models.BooleanField(
                        default=True, help_text="Is this device ready for use?"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "credential_type",
                    models.CharField(
                        choices=[("public-key", "Public Key")],
                        default="public-key",
                        editable=False,
                        max_length=32,
                        verbose_name="credential type",
                    ),
                ),
                (
                    "credential_id",
                    models.BinaryField(
                        max_length=1023, verbose_name="credential id data"
                    ),
                ),
                (
                    "public_key",
                    models.BinaryField(
                        max_length=1023, verbose_name="COSE public key data"
                    ),
                ),
                (
                    "transports",
                    models.JSONField(
                        default=list, editable=False, verbose_name="transports"
                    ),
                ),
                (
                    "sign_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="sign count"
                    ),
                ),
                (
                    "backup_eligible",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="backup eligible"
                    ),
                ),
                (
                    "backup_state",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="backup state"
                    ),
                ),
                (
                    "aaguid",
                    models.CharField(
                        editable=False, max_length=36, verbose_name="AAGUID"
                    ),
                ),
                (
                    "credential_id_sha256",
                    models.CharField(
                        editable=False,
                        max_length=64,
                        unique=True,
                        verbose_name="hashed credential id",
                    ),
                ),
                (
                    "discoverable",
                    models.BooleanField(
                        default=None,
                        editable=False,
                        null=True,
                        verbose_name="discoverable",
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="last used"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "passkey",
                "verbose_name_plural": "passkeys",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PasskeyAttestation",
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
                    "fmt",
                    models.CharField(
                        choices=[
                            ("packed", "packed"),
                            ("tpm", "tpm"),
                            ("android-key", "android-key"),
                            ("android-safetynet", "android-safetynet"),
                            ("fido-u2f", "fido-u2f"),
                            ("none", "none"),
                        ],
                        editable=False,
                        max_length=255,
                        verbose_name="format",
                    ),
                ),
                ("data", models.BinaryField(verbose_name="data")),
                (
                    "client_data_json",
                    models.BinaryField(verbose_name="client data JSON"),
                ),
                (
                    "credential",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attestation",
                        to="access.passkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "attestation of a passkey",
                "verbose_name_plural": "attestations of passkeys",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryDevice",
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
                    "name",
                    models.CharField(
                        help_text="The human-readable name of this device.",
                        max_length=64,
                    ),
                ),
                (
                    "confirmed",
                    models.BooleanField(
                        default=True, help_text="Is this device ready for use?"
                    ),
                ),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(
                        default=0, help_text="Number of successive failed attempts."
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=portal.core.clock.now, editable=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery codes",
                "verbose_name_plural": "recovery codes",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
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
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="access.recoverydevice",
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery code",
                "verbose_name_plural": "recovery codes",
            },
        ),
        migrations.CreateModel(
            name="ReportingLine",
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
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="verified"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reporting_lines",
                        to="access.agency",
                    ),
                ),
                (
                    "legal_basis",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.legalbasis",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinate_lines",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "reporting line",
                "verbose_name_plural": "reporting lines",
                "ordering": ["agency", "starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReviewCampaign",
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
                    "title",
                    models.CharField(max_length=200, verbose_name="name of the review"),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="opened"
                    ),
                ),
                (
                    "fallback_on",
                    models.DateField(verbose_name="fallback reviewers from"),
                ),
                ("due_on", models.DateField(verbose_name="last day")),
                (
                    "on_silence",
                    models.CharField(
                        choices=[
                            ("keep", "the right stays, marked as not reviewed"),
                            ("revoke", "the right ends"),
                        ],
                        default="revoke",
                        max_length=10,
                        verbose_name="if nobody answers",
                    ),
                ),
                (
                    "next_reminder_on",
                    models.DateField(null=True, verbose_name="next reminder"),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="access.agency",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened_reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "access review",
                "verbose_name_plural": "access reviews",
                "ordering": ["-opened_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
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
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("revoked", "revoked"),
                            ("kept_by_default", "stays, nobody answered"),
                            ("revoked_by_default", "ended, nobody answered"),
                            ("ended_meanwhile", "had ended meanwhile"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                (
                    "evidence",
                    models.TextField(blank=True, verbose_name="on what it rests"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_items",
                        to="access.assignment",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="access.reviewcampaign",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "right under review",
                "verbose_name_plural": "rights under review",
            },
        ),
        migrations.CreateModel(
            name="ReviewReport",
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
                    "check_code",
                    models.CharField(
                        max_length=20, unique=True, verbose_name="check code"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="SHA-256"
                    ),
                ),
                ("content", models.BinaryField()),
                (
                    "issued_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="issued"
                    ),
                ),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="access.reviewcampaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of an access review",
                "verbose_name_plural": "reports of access reviews",
            },
        ),
        migrations.CreateModel(
            name="AccessRequest",
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
                        choices=[
                            ("account", "new account"),
                            ("grant", "new right"),
                            ("end", "end of a right"),
                            ("transfer", "transfer to another agency"),
                            ("reopen", "reopen an account"),
                            ("reset", "lost device"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for a decision"),
                            ("applied", "approved and applied"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "full_name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="full name"
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="user name"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "telephone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="telephone"
                    ),
                ),
                (
                    "identity_digest",
                    models.CharField(blank=True, editable=False, max_length=64),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("inside", "inside the agency only"),
                            ("between", "inside and between agencies"),
                        ],
                        default="between",
                        max_length=10,
                        verbose_name="scope",
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="position"
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="decision number"
                    ),
                ),
                ("starts_on", models.DateField(null=True, verbose_name="from")),
                ("ends_on", models.DateField(null=True, verbose_name="to")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "requested_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="requested"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decision_note",
                    models.TextField(blank=True, verbose_name="reason of the decision"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_requests",
                        to="access.agency",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.agency",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="access.assignment",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "ordering": ["-requested_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
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
                    "granted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="granted_by_roles",
                        to="access.role",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="access.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "role that may be granted",
                "verbose_name_plural": "roles that may be granted",
            },
        ),
        migrations.CreateModel(
            name="RolePermission",
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
                ("code", models.CharField(max_length=60, verbose_name="permission")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permissions",
                        to="access.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "permission of a role",
                "verbose_name_plural": "permissions of roles",
            },
        ),
        migrations.CreateModel(
            name="UntoldChange",
            fields=[
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="untold",
                        serialize=False,
                        to="access.rowchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "change that the trail does not tell of yet",
                "verbose_name_plural": "changes that the trail does not tell of yet",
            },
        ),
        migrations.CreateModel(
            name="WitnessedChange",
            fields=[
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="witness",
                        serialize=False,
                        to="access.rowchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "change that the trail tells of",
                "verbose_name_plural": "changes that the trail tells of",
            },
        ),
        migrations.CreateModel(
            name="StaffList",
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
                    "read_at",
                    models.DateTimeField(
                        default=portal.core.clock.now, verbose_name="read"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(max_length=200, verbose_name="file name"),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.TextField(editable=False)),
                ("applied_at", models.DateTimeField(null=True, verbose_name="applied")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.agency",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "staff list",
                "verbose_name_plural": "staff lists",
                "ordering": ["-read_at"],
            },
        ),
        migrations.CreateModel(
            name="Succession",
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="access.agencyevent",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="succeeded_by",
                        to="access.agency",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="took_over",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
            },
        ),
        migrations.CreateModel(
            name="TotpDevice",
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
                    "name",
                    models.CharField(
                        help_text="The human-readable name of this device.",
                        max_length=64,
                    ),
                ),
                (
                    "confirmed",
                    models.BooleanField(
                        default=True, help_text="Is this device ready for use?"
                    ),
                ),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(
                        default=0, help_text="Number of successive failed attempts."
                    ),
                ),
                ("sealed_seed", models.TextField(editable=False)),
                ("last_step", models.BigIntegerField(default=-1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=portal.core.clock.now, editable=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "authenticator application",
                "verbose_name_plural": "authenticator applications",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="access_username_is_unique_in_any_case",
                violation_error_message="This user name is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("identity_digest", ""), _negated=True),
                fields=("identity_digest",),
                name="access_one_natural_person_one_account",
                violation_error_message="This person has an account already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_superuser", False)),
                name="access_there_are_no_superusers",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("planned_by")), _negated=True),
                    _connector="OR",
                ),
                name="access_a_second_person_approves_a_reorganisation",
                violation_error_message="A second person must approve this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyfunction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="access_agencyfunction_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyname",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="access_agencyname_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seals",
                to="access.sealbatch",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                fields=["agency", "-timestamp"], name="access_audit_by_agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="delegatedpermission",
            constraint=models.UniqueConstraint(
                models.F("assignment"),
                models.F("code"),
                name="access_delegated_permission_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="inheritance",
            constraint=models.UniqueConstraint(
                models.F("event"),
                models.F("kind"),
                models.F("key"),
                name="access_inherited_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("used_at", None), ("withdrawn_at", None)),
                fields=("account",),
                name="access_one_open_invitation_for_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="knowndevice",
            constraint=models.UniqueConstraint(
                models.F("account"), models.F("digest"), name="access_known_device_once"
            ),
        ),
        migrations.AddIndex(
            model_name="passkey",
            index=models.Index(
                fields=["credential_id_sha256"], name="passkey_sha256_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverydevice",
            constraint=models.UniqueConstraint(
                models.F("user"), name="access_one_sheet_of_recovery_codes"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="access_reportingline_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingline",
            constraint=models.CheckConstraint(
                condition=models.Q(("agency", models.F("superior")), _negated=True),
                name="access_reporting_line_is_not_to_oneself",
                violation_error_message="An agency is not its own superior.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on", None)),
                fields=("agency",),
                name="access_one_direct_superior_at_a_time",
                violation_error_message="This agency has a direct superior already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("fallback_on__lte", models.F("due_on"))),
                name="access_review_falls_back_before_its_end",
                violation_error_message="The last day is before the fallback day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcampaign",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Coalesce("agency", 0),
                condition=models.Q(("closed_at", None)),
                name="access_one_open_review_for_an_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.UniqueConstraint(
                models.F("campaign"),
                models.F("assignment"),
                name="access_right_once_in_a_review",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["account", "agency", "role"], name="access_assignment_decides"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="access_assignment_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by", None),
                    models.Q(("granted_by", models.F("account")), _negated=True),
                    _connector="OR",
                ),
                name="access_nobody_grants_himself_a_right",
                violation_error_message="Nobody grants himself a right.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(
                        models.Q(("confirmed_by", models.F("account")), _negated=True),
                        models.Q(
                            ("granted_by", None),
                            models.Q(
                                ("confirmed_by", models.F("granted_by")), _negated=True
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="access_a_second_person_confirms_an_assignment",
                violation_error_message="A second person must confirm this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on", None)),
                fields=("account", "agency", "role"),
                name="access_an_open_assignment_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delegated_from", None),
                    ("ends_on__isnull", False),
                    _connector="OR",
                ),
                name="access_a_delegation_has_an_end",
                violation_error_message="A delegation needs a last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        models.Q(
                            models.Q(
                                ("decided_by", models.F("requested_by")), _negated=True
                            ),
                            ("state", "withdrawn"),
                            _connector="OR",
                        ),
                        models.Q(
                            ("account", None),
                            models.Q(
                                ("decided_by", models.F("account")), _negated=True
                            ),
                            ("state", "withdrawn"),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="access_nobody_decides_on_his_own_request",
                violation_error_message="A second person must decide this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.UniqueConstraint(
                models.F("role"), models.F("granted"), name="access_role_grant_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolepermission",
            constraint=models.UniqueConstraint(
                models.F("role"), models.F("code"), name="access_permission_once"
            ),
        ),
        migrations.AddField(
            model_name="witnessedchange",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="witnessed_changes",
                to=settings.AUDITLOG_LOGENTRY_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                models.F("event"),
                models.F("predecessor"),
                models.F("successor"),
                name="access_succession_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("predecessor", models.F("successor")), _negated=True
                ),
                name="access_succession_is_not_to_oneself",
            ),
        ),
    ]

    operations = [Tables(new_tables)]
