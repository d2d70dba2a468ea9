"""The database notes each change of the rows on which rights rest (Điều 13.5.b)."""

from django.db import migrations

from portal.core import append_only, row_triggers
from portal.core.row_triggers import Guard, Notes

_DEVICE = frozenset(
    {"throttling_failure_timestamp", "throttling_failure_count", "created_at"}
)
GUARDS = {
    # Rights.
    "Assignment": Guard(),
    "DelegatedPermission": Guard(),
    "Role": Guard(),
    "RolePermission": Guard(),
    "RoleGrant": Guard(),
    # Agencies.
    "Agency": Guard(),
    "AgencyName": Guard(),
    "AgencyCode": Guard(),
    "ReportingLine": Guard(),
    "AgencyFunction": Guard(),
    "AgencyEvent": Guard(ignored=frozenset({"obstacle"})),
    "Succession": Guard(),
    # People, and by what they come in.
    "Account": Guard(
        ignored=frozenset(
            {"last_login", "telephone", "search_text", "created_at", "idle_told_at"}
        ),
        concealed=frozenset({"password", "identity_digest"}),
    ),
    "Account_groups": Guard(),
    "Account_user_permissions": Guard(),
    "Invitation": Guard(concealed=frozenset({"digest"})),
    "TotpDevice": Guard(
        ignored=_DEVICE | {"last_step"}, concealed=frozenset({"sealed_seed"})
    ),
    "RecoveryDevice": Guard(ignored=_DEVICE),
    "RecoveryCode": Guard(concealed=frozenset({"digest"})),
    "Passkey": Guard(
        ignored=frozenset(
            {
                "created_at",
                "sign_count",
                "last_used_at",
                "backup_state",
                "transports",
            }
        ),
        concealed=frozenset({"credential_id", "credential_id_sha256", "public_key"}),
    ),
    # What is asked for and decided.
    "AccessRequest": Guard(
        ignored=frozenset({"telephone", "reason", "decision_note"}),
        concealed=frozenset({"identity_digest"}),
    ),
    "ReviewCampaign": Guard(ignored=frozenset({"next_reminder_on"})),
    "ReviewItem": Guard(ignored=frozenset({"evidence"})),
}
NOTES = Notes("access_rowchange", "access_untoldchange")


class Migration(migrations.Migration):
    dependencies = [("access", "0002_append_only")]

    operations = [
        *append_only.rows("access_rowchange"),
        *append_only.rows("access_witnessedchange"),
        *row_triggers.guarding("access", GUARDS, NOTES),
    ]
