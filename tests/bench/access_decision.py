"""May X do A for agency B today? Our assignments against django-guardian."""

import random
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.core import ObjectPermissionChecker

from access import rights
from access.models import Account, Agency, Assignment
from tests.bench import province
from tests.bench.measure import Ratio, in_turn, passing

# The promise: at least three times faster, so at most a third of the time.
SHARE_AT_MOST = 1 / 3
QUERIES_AT_MOST = 1
QUESTIONS, ROUNDS = 100, 21
PERMISSIONS = ["incidents.read", "accounts.confirm", "exchange.send", "forms.approve"]

Question = tuple[Account, str, Agency]


def ratios() -> Iterator[Ratio]:
    """Ask both the same questions in turn; half are about one's own agency."""
    questions = asked(province.built())
    answers = [ours(question) for question in questions]
    assert answers == [theirs(question) for question in questions]
    assert {True, False} == set(answers)
    share = in_turn(
        lambda: [ours(question) for question in questions],
        lambda: [theirs(question) for question in questions],
        rounds=ROUNDS,
        clock=passing,
    )
    engine = connection.vendor
    size = f"{province.ACCOUNTS:,} accounts, {province.ASSIGNMENTS:,} assignments"
    yield Ratio(
        f"a decision on {engine} with {size}, time",
        share,
        "the same check through django-guardian",
        SHARE_AT_MOST,
    )
    with CaptureQueriesContext(connection) as queries:
        ours(questions[0])
    yield Ratio(
        f"a decision on {engine}, queries",
        len(queries) / QUERIES_AT_MOST,
        "the one query it may ask",
        1,
    )


def ours(question: Question) -> bool:
    return rights.may(*question)


def theirs(question: Question) -> bool:
    """Ask as a new request would: guardian has remembered nothing yet."""
    account, permission, agency = question
    checker = ObjectPermissionChecker(account)
    return bool(checker.has_perm(province.codename(permission), agency))


def asked(agencies: list[Agency]) -> list[Question]:
    """Return questions that are the same in each run."""
    chance = random.Random(20120101)  # noqa: S311 - no secret
    held = Assignment.objects.filter(agency__in=agencies[1:]).order_by("pk")
    rights_held = held.select_related("account", "agency")
    count = held.count()
    questions = []
    for number in range(QUESTIONS):
        right = rights_held[chance.randrange(count)]
        agency = right.agency if number % 2 else chance.choice(agencies)
        questions.append((right.account, chance.choice(PERMISSIONS), agency))
    return questions
