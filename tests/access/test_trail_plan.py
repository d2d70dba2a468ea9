"""The page of the trail reads no more of a long trail than of a short one (Đ15.8)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import audit, sealing
from access.actors import Actor
from access.models import AuditEntry
from tests.bench import province
from tests.factories.access import AgencyFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

# Of each kind of entry: more than one page holds, and many times as many.
FEW, MANY = 150, 3000
INDEXES = {
    "auditor": {"access_audit_in_order"},
    "security_officer": {"access_audit_of_agency", "access_audit_of_actor"},
    "records_clerk": {"access_audit_of_actor", "access_audit_of_object"},
}


def fill(templates, wanted):
    """Write copies of each entry, a second apart, until there are so many of each."""
    was = templates[0].copies
    apart = {
        "sqlite": f"datetime(timestamp, '-' || (n + {was}) || ' seconds')",
        "postgresql": f"timestamp - (n + {was}) * interval '1 second'",
    }
    for template in templates:
        province.copies(template, wanted - was, timestamp=apart[connection.vendor])
        template.copies = wanted
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture
def trail():
    """Return a function that signs a reader in, and the entries to copy.

    What the reader did stands there, what was done to him, and what others did in his
    agency and elsewhere.
    """

    def of(role, client):
        agencies = AgencyFactory.create_batch(4)
        reader = actor(role, agencies[0])
        others = [actor("records_clerk", agency) for agency in agencies]
        done = [(who.agency, who) for who in (reader, *others)]
        templates = [
            audit.record(thing, "access.right_granted", by=who, role="số")
            for thing, who in (*done, (reader.person, others[-1]))
        ]
        for template in templates:
            template.copies = 0
        sign_in(client, reader)
        return templates

    return of


def page_of(client, question):
    """Return the page, and the statement that read its entries."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/nhat-ky/", question).context["page"]
    table = AuditEntry._meta.db_table
    asked = [q["sql"] for q in queries if q["sql"].startswith(f'SELECT "{table}"')]
    assert len(asked) == 1
    return page, asked[0]


def work(statement):
    """Return what answering takes: rows on PostgreSQL, steps of a program on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            (plan,) = cursor.fetchone()
            told = plan if isinstance(plan, list) else json.loads(plan)
            return sum(rows(told[0]["Plan"]))
        steps = 0

        def step():
            nonlocal steps
            steps += 1

        connection.connection.set_progress_handler(step, 1)
        try:
            cursor.execute(statement).fetchall()
        finally:
            connection.connection.set_progress_handler(None, 1)
        return steps


def rows(node):
    """Yield how many rows each node of a plan gave, or threw away."""
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    yield each * node["Actual Loops"]
    for part in node.get("Plans", []):
        yield from rows(part)


def indexes(statement):
    """Return which of the trail's own indexes the plan uses."""
    named = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{named} {statement}")
        told = " ".join(str(line) for line in cursor.fetchall())
    return {index.name for index in AuditEntry._meta.indexes if index.name in told}


@pytest.mark.parametrize("role", INDEXES)
def test_a_page_reads_no_more_of_a_long_trail(client, trail, role):
    templates = trail(role, client)

    def costs():
        """Return the work for the newest page, the next, the one before, a choice."""
        newest, statement = page_of(client, {})
        older, next_one = page_of(client, {"cu-hon": newest.older})
        third, _ = page_of(client, {"cu-hon": older.older})
        back, before = page_of(client, {"moi-hon": third.newer})
        assert [e.pk for e in back] == [e.pk for e in older]
        _, chosen = page_of(client, {"act": "access.right_granted"})
        asked = (statement, next_one, before, chosen)
        return [work(one) for one in asked], indexes(statement)

    fill(templates, FEW)
    few, _ = costs()
    fill(templates, MANY)
    many, used = costs()
    assert INDEXES[role] <= used
    for short, long in zip(few, many, strict=True):
        assert long <= short * 1.3, (few, many)


def test_the_sealer_reads_no_more_of_a_long_trail(client, trail):
    """Joined to what waits, SQLite would read all entries at every turn."""
    templates = trail("records_clerk", client)
    by = Actor.system("test")

    def cost(wanted):
        sealing.seal_all()
        fill(templates, wanted)
        for _number in range(3):
            audit.record(templates[0].actor, "access.right_granted", by=by)
        with CaptureQueriesContext(connection) as queries:
            _batch, seals = sealing._next_batch()
        assert len(seals) == 3
        return sum(work(query["sql"]) for query in queries)

    few, many = cost(FEW), cost(MANY)
    assert many <= few * 1.3, (few, many)


def test_the_parts_of_the_trail_are_together_what_one_may_see(client, trail):
    templates = trail("security_officer", client)
    fill(templates, 5)
    for reader in {template.actor for template in templates}:
        every = AuditEntry.objects.all()
        seen = set(every.visible_to(reader))
        parts = [set(part) for part in every.visible_parts(reader)]
        assert set().union(*parts) == seen
        assert all(parts[:1])
        assert len(seen) < every.count()
