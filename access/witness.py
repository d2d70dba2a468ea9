"""What the database saw of its own rows, told in the audit trail.

A trigger notes each change of a row on which rights rest (migration 0003), whoever made
it: a service, a bulk update, a script with the password of the database. Here each note
becomes part of an entry, which is sealed like any other.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d and 13.5.b.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from access.models import Agency, AuditEntry, RowChange, UntoldChange, WitnessedChange
from access.querysets.trail import ROW_CHANGED
from portal.core import clock

BATCH = 1000
# So many changes of the same kind, one after the other, make one entry.
TOGETHER = 100

_ACTIONS: dict[str, int] = {
    RowChange.Operation.INSERT: AuditEntry.Action.CREATE,
    RowChange.Operation.UPDATE: AuditEntry.Action.UPDATE,
    RowChange.Operation.DELETE: AuditEntry.Action.DELETE,
}


def tell_all() -> None:
    """Tell of all that waits; where nothing does, no writer is kept waiting."""
    while UntoldChange.objects.exists() and tell() == BATCH:
        pass


def tell() -> int:
    """Tell of what waits, at most one batch; return how many changes were told.

    Two at once do no harm: on PostgreSQL the second waits, and SQLite has one writer.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(7242)")
        waiting = UntoldChange.objects.order_by("pk").values_list("pk", flat=True)
        # By their keys: joined to what waits, SQLite reads all changes ever noted.
        noted = RowChange.objects.filter(pk__in=list(waiting[:BATCH]))
        changes = list(noted.order_by("pk"))
        for together in _runs(changes):
            entry = _entry(together)
            WitnessedChange.objects.bulk_create(
                WitnessedChange(change=change, entry=entry) for change in together
            )
        UntoldChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _runs(changes: list[RowChange]) -> Iterator[list[RowChange]]:
    """Yield changes of one kind of one table that follow each other."""
    for _kind, alike in groupby(changes, key=lambda c: (c.table, c.operation)):
        run = list(alike)
        for start in range(0, len(run), TOGETHER):
            yield run[start : start + TOGETHER]


def _entry(changes: list[RowChange]) -> AuditEntry:
    first, model = changes[0], _model_of(changes[0].table)
    told = [_difference(change) for change in changes]
    changed = {name for before, after in told for name in (*before, *after)}
    # Of a new or a deleted row all columns count: to name them says nothing.
    is_update = first.operation == RowChange.Operation.UPDATE
    columns = sorted({_words(model, name) for name in changed if is_update})
    meta = model._meta
    return AuditEntry.objects.create(
        content_type=ContentType.objects.get_for_model(model),
        object_pk=first.row if len(changes) == 1 else "",
        object_id=_number(first.row) if len(changes) == 1 else None,
        object_repr=_title(meta, changes)[:300],
        action=_ACTIONS.get(first.operation, AuditEntry.Action.UPDATE),
        event=ROW_CHANGED,
        agency_id=_agency(changes),
        timestamp=_moment(first.happened_at),
        additional_data={
            "operation": first.operation,
            "columns": columns,
            "table": first.table,
            "changes": [
                {"row": change.row, "before": before, "after": after}
                for change, (before, after) in zip(changes, told, strict=True)
            ],
        },
    )


def _title(meta: Any, changes: list[RowChange]) -> str:  # noqa: ANN401 - Django's
    rows = ", ".join(change.row for change in changes)
    return f"{meta.verbose_name} {rows}"


def _difference(change: RowChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns that differ; of a new or a lost row, those that say something.

    What stands in a column is told as the database wrote it.
    """
    before, after = _row(change.before), _row(change.after)
    names = [n for n in {**before, **after} if before.get(n) != after.get(n)]
    return (
        {n: before[n] for n in names if before.get(n) not in (None, "")},
        {n: after[n] for n in names if after.get(n) not in (None, "")},
    )


def _agency(changes: list[RowChange]) -> int | None:
    """Return the agency to which all of the rows belong, if it is one."""
    rows = [_row(change.after or change.before) for change in changes]
    found = {str(row.get("agency_id")) for row in rows}
    if len(found) > 1 or not min(found).isdecimal():
        return None
    # Somebody may have deleted it behind the portal's back: that must be told as well.
    agency = Agency.objects.filter(pk=int(min(found))).first()
    return agency.pk if agency else None


# What follows must not fail over what somebody wrote into the notes by hand: the entry
# is sealed with what can be read.
def _row(told: str) -> dict[str, Any]:
    try:
        row = json.loads(told or "{}")
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _moment(told: str) -> datetime:
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        return clock.now()


@cache
def _model_of(table: str) -> type[models.Model]:
    every = apps.get_models(include_auto_created=True)
    return next((m for m in every if m._meta.db_table == table), RowChange)


def _words(model: type[models.Model], column: str) -> str:
    """Return a column in the words of people; what has none is named as such."""
    known = {field.column: field for field in model._meta.concrete_fields}
    field = known.get(column)
    if field is not None and field.verbose_name != field.name.replace("_", " "):
        return str(field.verbose_name)
    if field is not None and field.related_model is not None:
        return str(field.related_model._meta.verbose_name)
    return _("an internal column")  # Django made its name from that of the column


def _number(row: str) -> int | None:
    return int(row) if row.isdigit() else None
