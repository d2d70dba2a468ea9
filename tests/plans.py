"""How the database would find the rows of a queryset."""

from django.db import connection
from django.db.models import QuerySet


def plan_of(rows: QuerySet) -> str:
    """Return how the database would look them up, however few rows there are.

    A hundred rows beside those that are asked for make the answer certain: PostgreSQL
    walks through a table of a few by whatever index it likes.
    """
    sql, values = rows.query.sql_with_params()
    explain = "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f'ANALYZE "{rows.model._meta.db_table}"')
            explain = "EXPLAIN"
        cursor.execute(f"{explain} {sql}", values)
        return " ".join(str(line) for line in cursor.fetchall())
