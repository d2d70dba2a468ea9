import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import access.models.keeping
import incidents.models.minutes
import portal.core.clock
from portal.core.tables import Tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_append_only"),
        ("core", "0001_initial"),
        ("scanning", "0002_fixed_in_the_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    new_tables = [
        migrations.CreateModel(
            name="Incident",
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
                    "number",
                    models.CharField(
                        max_length=20, unique=True, verbose_name="incident number"
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="in one line")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("malware", "malware, data locked for ransom"),
                            ("intrusion", "unauthorised access, intrusion"),
                            ("defacement", "website or content altered"),
                            ("denial", "attack that blocks a service"),
                            ("phishing", "phishing, impersonation"),
                            ("leak", "data disclosed or lost"),
                            ("secrecy", "sign of state secrets on the network"),
                            ("outage", "breakdown of equipment, lines or power"),
                            ("misuse", "mistake or breach of rules by users"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="kind of incident",
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="affected system"
                    ),
                ),
                ("detected_at", models.DateTimeField(verbose_name="detected at")),
                ("detected_on", models.DateField(editable=False)),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="what was seen"),
                ),
                ("harm", models.TextField(blank=True, verbose_name="harm so far")),
                (
                    "is_confidentiality_hit",
                    models.BooleanField(default=False, verbose_name="confidentiality"),
                ),
                (
                    "is_integrity_hit",
                    models.BooleanField(default=False, verbose_name="integrity"),
                ),
                (
                    "is_availability_hit",
                    models.BooleanField(default=False, verbose_name="availability"),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("unknown", "not yet known"),
                            ("human", "human"),
                            ("natural", "natural or technical"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                (
                    "cause_note",
                    models.TextField(
                        blank=True, verbose_name="what is known of the cause"
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary severity"),
                            ("serious", "serious severity"),
                        ],
                        default="ordinary",
                        max_length=10,
                        verbose_name="severity",
                    ),
                ),
                (
                    "has_personal_data",
                    models.BooleanField(
                        default=False, verbose_name="personal data are concerned"
                    ),
                ),
                (
                    "has_security_signs",
                    models.BooleanField(
                        default=False,
                        verbose_name="signs against national security or public order",
                    ),
                ),
                ("is_drill", models.BooleanField(default=False, verbose_name="drill")),
                ("beyond_capacity", models.BooleanField(default=False, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft incident"),
                            ("recorded", "recorded"),
                            ("handling", "being handled"),
                            ("mastered", "mastered"),
                            ("awaiting", "awaiting confirmation"),
                            ("returned", "returned for completion"),
                            ("closed", "closed"),
                            ("not_an_incident", "not an incident"),
                            ("reopened", "reopened"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=portal.core.clock.now, editable=False),
                ),
                (
                    "form_token",
                    models.UUIDField(editable=False, null=True, unique=True),
                ),
                ("recorded_at", models.DateTimeField(editable=False, null=True)),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                ("folded", models.TextField(default="", editable=False)),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-detected_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="IncidentMinutes",
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
                ("year", models.PositiveIntegerField()),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "number",
                    models.CharField(
                        max_length=60, verbose_name="number of the minutes"
                    ),
                ),
                (
                    "check_code",
                    models.CharField(
                        default=incidents.models.minutes.new_check_code,
                        max_length=14,
                        unique=True,
                    ),
                ),
                ("content", models.JSONField(verbose_name="content")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("issued_at", models.DateTimeField(default=portal.core.clock.now)),
                ("issued_on", models.DateField()),
            ],
            options={
                "verbose_name": "minutes of the incident",
                "verbose_name_plural": "minutes of incidents",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
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
                    "recipient_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="owed to"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("warn_at", models.DateTimeField(null=True)),
                ("alarm_at", models.DateTimeField()),
                ("is_replaced", models.BooleanField(default=False)),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("done_note", models.TextField(blank=True)),
                ("is_waived", models.BooleanField(default=False)),
                ("warned_at", models.DateTimeField(null=True)),
                ("alarmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "reporting duty",
                "verbose_name_plural": "reporting duties",
                "ordering": ["due_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TimelineEntry",
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
                            ("measure", "Measure taken"),
                            ("note", "Note"),
                            ("recorded", "Incident recorded"),
                            ("drafted", "Drafted by the portal"),
                            ("changed", "Details completed"),
                            ("detection_corrected", "Time of detection corrected"),
                            ("moved", "State changed"),
                            ("evidence_added", "Evidence added"),
                            ("evidence_released", "Evidence scanned, may be opened"),
                            ("evidence_held", "Evidence held by the scan"),
                            ("escalated", "Reported beyond capacity"),
                            ("sent", "Delivered through the portal"),
                            (
                                "not_delivered",
                                "Could not be delivered: nobody to read it",
                            ),
                            ("reported_outside", "Reported by telephone or on paper"),
                            ("nobody_on_record", "Nobody on record to receive a copy"),
                            ("received", "Receipt confirmed"),
                            ("directed", "Guidance given"),
                            ("no_directive_needed", "No further guidance needed"),
                            ("directive_received", "Guidance received"),
                            (
                                "silence",
                                "No answer in time: passed over to the coordinator",
                            ),
                            ("late", "Duty overdue"),
                            ("fulfilled", "Duty done"),
                            ("handed_on", "Handed on by a reorganisation"),
                            ("minutes_issued", "Minutes issued"),
                        ],
                        max_length=30,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "draft incident"),
                            ("recorded", "recorded"),
                            ("handling", "being handled"),
                            ("mastered", "mastered"),
                            ("awaiting", "awaiting confirmation"),
                            ("returned", "returned for completion"),
                            ("closed", "closed"),
                            ("not_an_incident", "not an incident"),
                            ("reopened", "reopened"),
                        ],
                        max_length=20,
                    ),
                ),
                ("happened_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "entered_at",
                    models.DateTimeField(default=portal.core.clock.now, editable=False),
                ),
                ("by_name", models.CharField(blank=True, max_length=200)),
                ("for_agency", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "timeline entry",
                "verbose_name_plural": "timeline entries",
                "ordering": ["-happened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="YearlySequence",
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
                ("kind", models.CharField(max_length=20)),
                ("year", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "yearly sequence",
                "verbose_name_plural": "yearly sequences",
            },
        ),
        migrations.CreateModel(
            name="CapacityReport",
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
                ("harm", models.TextField(verbose_name="harm")),
                ("needs", models.TextField(verbose_name="what is needed")),
                (
                    "telephone",
                    models.CharField(
                        max_length=40, verbose_name="telephone to call back"
                    ),
                ),
                ("made_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report beyond capacity",
                "verbose_name_plural": "reports beyond capacity",
            },
        ),
        migrations.CreateModel(
            name="ClockRule",
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
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="duty")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("recorded", "an incident is recorded"),
                            ("serious", "an incident is classed as serious"),
                            (
                                "security_signs",
                                "there are signs against public security",
                            ),
                            ("personal_data", "personal data are concerned"),
                            ("beyond_capacity", "it is beyond the agency's capacity"),
                            ("sent_upward", "a report beyond capacity was sent upward"),
                            ("received_upward", "the superior received the report"),
                            ("mastered", "the incident is mastered"),
                        ],
                        max_length=20,
                        verbose_name="set running when",
                    ),
                ),
                (
                    "recipient_kind",
                    models.CharField(
                        choices=[
                            ("direct_superior", "direct superior"),
                            ("competent_authority", "competent state authority"),
                            ("incident_coordinator", "incident coordinator"),
                            ("reporting_agency", "the agency that reported"),
                            ("other", "somebody else, named in the rule"),
                        ],
                        max_length=30,
                        verbose_name="owed to",
                    ),
                ),
                (
                    "recipient_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the recipient"
                    ),
                ),
                ("limit", models.PositiveIntegerField(verbose_name="limit")),
                (
                    "limit_unit",
                    models.CharField(
                        choices=[
                            ("minutes", "minutes"),
                            ("hours", "hours"),
                            ("days", "days"),
                        ],
                        default="hours",
                        max_length=10,
                        verbose_name="unit",
                    ),
                ),
                (
                    "counts_from_detection",
                    models.BooleanField(default=False, verbose_name="counted from T0"),
                ),
                (
                    "fulfilled_by",
                    models.CharField(
                        choices=[
                            ("by_hand", "noted by the officer"),
                            (
                                "capacity_report",
                                "delivery of the report beyond capacity",
                            ),
                            ("minutes", "delivery of the minutes"),
                            ("receipt", "confirmation of receipt"),
                            ("directive", "guidance, or “not needed” with its reason"),
                        ],
                        default="by_hand",
                        max_length=20,
                        verbose_name="ends with",
                    ),
                ),
                (
                    "grace_minutes",
                    models.PositiveIntegerField(
                        default=0, verbose_name="alarm after (minutes)"
                    ),
                ),
                (
                    "clause",
                    models.CharField(blank=True, max_length=60, verbose_name="clause"),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="verified"),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "legal_basis",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "clock rule",
                "verbose_name_plural": "clock rules",
                "ordering": ["code", "starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CustodyEntry",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("intake", "taken in"),
                            ("viewed", "viewed"),
                            ("downloaded", "downloaded"),
                        ],
                        max_length=12,
                        verbose_name="act",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=200)),
                ("for_agency", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "custody entry",
                "verbose_name_plural": "chain of custody",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DetectionCorrection",
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
                ("was", models.DateTimeField(verbose_name="before")),
                ("became", models.DateTimeField(verbose_name="after")),
                ("reason", models.TextField(verbose_name="reason")),
                ("at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of the detection time",
                "verbose_name_plural": "corrections of the detection time",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Directive",
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
                            ("guidance", "guidance"),
                            ("not_needed", "no guidance needed"),
                        ],
                        default="guidance",
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(verbose_name="guidance")),
                ("given_at", models.DateTimeField(default=portal.core.clock.now)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "directive",
                "verbose_name_plural": "directives",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EscalationStep",
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
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("as_authority", "competent state authority"),
                            ("as_superior", "direct superior"),
                            ("as_coordinator", "incident coordinator"),
                        ],
                        max_length=20,
                        verbose_name="as",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("beyond_capacity", "report beyond capacity"),
                            ("minutes", "minutes of the incident"),
                            ("silence", "a report that nobody answered"),
                        ],
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField(default=portal.core.clock.now)),
                ("readers", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="sent"
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="received"
                    ),
                ),
                (
                    "directed_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="directed"
                    ),
                ),
                (
                    "completed_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="completed"
                    ),
                ),
                (
                    "keeper",
                    access.models.keeping.KeeperField(
                        at_first="recipient",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_steps",
                        to="access.agency",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incident_steps",
                        to="access.agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "report upward",
                "verbose_name_plural": "reports upward",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceItem",
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
                    "caption",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what it shows"
                    ),
                ),
                ("added_at", models.DateTimeField(default=portal.core.clock.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of evidence",
                "verbose_name_plural": "pieces of evidence",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="evidenceitem",
            name="attachment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence_item",
                to="scanning.attachment",
            ),
        ),
        migrations.AddField(
            model_name="custodyentry",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="custody",
                to="incidents.evidenceitem",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to="access.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="keeper",
            field=access.models.keeping.KeeperField(
                at_first="agency",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_incidents",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="evidenceitem",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="directive",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="directives",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="detectioncorrection",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="detection_corrections",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="capacityreport",
            name="incident",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="capacity_report",
                to="incidents.incident",
            ),
        ),
        migrations.CreateModel(
            name="IssuedFile",
            fields=[
                (
                    "minutes",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="incidents.incidentminutes",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "issued file",
                "verbose_name_plural": "issued files",
            },
        ),
        migrations.AddField(
            model_name="incidentminutes",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="incidentminutes",
            name="corrects",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="incidents.incidentminutes",
            ),
        ),
        migrations.AddField(
            model_name="incidentminutes",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="minutes",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentminutes",
            name="issued_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalationstep",
            name="minutes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="incidents.incidentminutes",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="debtor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="done_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="keeper",
            field=access.models.keeping.KeeperField(
                at_first="debtor",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_obligations",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="incidents.obligation",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="incidents.clockrule",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="step",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="incidents.escalationstep",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="timeline",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="step",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="facts",
                to="incidents.escalationstep",
            ),
        ),
        migrations.AddField(
            model_name="yearlysequence",
            name="agency",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="incidents_clockrule_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrule",
            constraint=models.UniqueConstraint(
                models.F("code"),
                models.F("starts_on"),
                name="incidents_clock_rule_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recipient_kind", "other"), _negated=True),
                    models.Q(("recipient_name", ""), _negated=True),
                    _connector="OR",
                ),
                name="incidents_clock_rule_names_another_recipient",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-detected_at", "-id"], name="incidents_newest"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["keeper", "-detected_at", "-id"],
                name="incidents_newest_of_an_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["keeper", "state", "-detected_at"],
                name="incidents_by_agency_and_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "recorded",
                            "handling",
                            "mastered",
                            "awaiting",
                            "returned",
                            "closed",
                            "not_an_incident",
                            "reopened",
                        ],
                    )
                ),
                name="incidents_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "not_an_incident"]),
                    ("recorded_at__isnull", False),
                    _connector="OR",
                ),
                name="incidents_recorded_once_it_is_no_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    ("closed_at__isnull", False),
                    _connector="OR",
                ),
                name="incidents_closed_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="incidents_directive_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        ("acknowledged_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="incidents_directive_is_acknowledged_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentminutes",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                models.F("year"),
                models.F("ordinal"),
                name="incidents_minutes_number_once",
            ),
        ),
        migrations.AddIndex(
            model_name="escalationstep",
            index=models.Index(
                fields=["keeper", "incident"], name="incidents_sent_here"
            ),
        ),
        migrations.AddIndex(
            model_name="escalationstep",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["due_at"],
                name="incidents_steps_to_deliver",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("minutes", None)),
                fields=("incident", "recipient", "role", "subject"),
                name="incidents_each_is_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("minutes__isnull", False)),
                fields=("minutes", "recipient", "role"),
                name="incidents_each_gets_the_minutes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("minutes__isnull", False), ("subject", "minutes")),
                    models.Q(
                        models.Q(("subject", "minutes"), _negated=True),
                        ("minutes", None),
                    ),
                    _connector="OR",
                ),
                name="incidents_minutes_are_sent_with_the_minutes",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(
                    ("alarmed_at", None), ("done_at", None), ("is_replaced", False)
                ),
                fields=["alarm_at"],
                name="incidents_duties_to_alarm",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(
                    ("done_at", None), ("is_replaced", False), ("warned_at", None)
                ),
                fields=["warn_at"],
                name="incidents_duties_to_warn",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("done_at", None), ("is_replaced", False)),
                fields=["keeper", "due_at"],
                name="incidents_duties_of_an_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_replaced", False), ("step", None)),
                fields=("incident", "rule"),
                name="incidents_each_duty_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_replaced", False), ("step__isnull", False)),
                fields=("step", "rule"),
                name="incidents_each_duty_of_a_step_once",
            ),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                fields=["incident", "-happened_at", "-id"], name="incidents_timeline"
            ),
        ),
        migrations.AddConstraint(
            model_name="yearlysequence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency", None)),
                fields=("kind", "year"),
                name="incidents_one_sequence_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearlysequence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False)),
                fields=("kind", "agency", "year"),
                name="incidents_one_sequence_of_an_agency_a_year",
            ),
        ),
    ]

    operations = [Tables(new_tables)]
