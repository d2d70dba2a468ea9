"""No sequence of allowed acts gives anybody more than others may give him.

Chance plays people of four agencies (play), who grant, ask, decide, delegate, review,
end, suspend, transfer, merge and let days pass through the services (acts). Most acts
are proper ones; some have one thing wrong, each in its own way. What is refused does
not matter; what is achieved is held against rules written down a second time (held).

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.extra.django import TestCase

from portal.core.errors import RefusalError
from tests.access import held
from tests.access.acts import ACTS, TWISTS, plans
from tests.access.book import Book
from tests.access.play import PROPER, NothingToDoError, Step, World

NEVER_ALLOWED = {"grant_to_the_gone", "appoint_alone"}
MOST_TRIES = 24
TRIES_OF_WRONG = 4

done: Counter[str] = Counter()
# Proper acts, and the others, by what became of them.
proper: Counter[bool] = Counter()
refused: Counter[bool] = Counter()


def plays(world: World, step: Step) -> bool:
    """Do one act; tell whether anything came of it."""
    try:
        ACTS[step.act](world, step)
    except NothingToDoError:
        return False
    except RefusalError:
        refused[step.twist == PROPER] += 1
        return False
    done[step.act] += 1
    proper[step.twist == PROPER] += 1
    return True


def play_and_check(world: World, step: Step, before: Book) -> Book:
    """Do one act and hold what came of it against the rules; return what stands."""
    if not plays(world, step):
        return before
    after = Book()
    check(world, step, before, after)
    return after


def check(world: World, step: Step, before: Book, after: Book) -> None:
    held.check_new_rights(world, before, after)
    held.check_grown(before, after)
    held.check_acts(before, after)
    held.check_requests(before)
    held.check_answers(world, step, after)
    if step.act != "let_days_pass":
        held.check_administrators(before, after)


def not_by_chance(patch: pytest.MonkeyPatch) -> None:
    """Count what follows apart: how often chance succeeds is another matter."""
    patch.setattr(f"{__name__}.proper", Counter())
    patch.setattr(f"{__name__}.refused", Counter())


def each_wrong_act(world: World, before: Book) -> Book:
    """Do each act with each thing wrong, some times; return what stands then."""
    for act, twist in TWISTS:
        for n in range(TRIES_OF_WRONG):
            step = Step(act, twist, n, 3 * n + 1, n % 4, 5 * n, 2 * n)
            before = play_and_check(world, step, before)
    return before


class NoMoreThanHeldTest(TestCase):
    """Chance plays; the rules hold after every step."""

    @settings(
        max_examples=8,
        deadline=None,
        # A play that is found is told as it is: making it shorter takes minutes.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plans)
    def test_d13_5_b_nobody_comes_to_hold_more_than_others_may_give_him(
        self, plan: list[Step]
    ) -> None:
        world = World()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("portal.core.clock.now", world.now)
            before = Book()
            for step in plan:
                before = play_and_check(world, step, before)

    @classmethod
    def tearDownClass(cls) -> None:
        """A play in which proper acts are refused shows little."""
        super().tearDownClass()
        assert proper[True] > 2 * refused[True]


class EachActTest(TestCase):
    """What chance may miss is done in turn; how often chance succeeds is apart."""

    def test_each_act_can_be_done_where_it_is_proper(self) -> None:
        """An act that never works would show nothing, however often chance takes it."""
        world = World()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("portal.core.clock.now", world.now)
            not_by_chance(patch)
            before = Book()
            for act in [each for each in ACTS if each not in NEVER_ALLOWED]:
                so_far = done[act]
                for n in range(MOST_TRIES):
                    step = Step(act, PROPER, n, n, n % 4, n, n)
                    before = play_and_check(world, step, before)
                    if done[act] > so_far:
                        break
                assert done[act] > so_far, act

    def test_whatever_is_wrong_with_an_act_gains_nothing(self) -> None:
        """Chance may miss one wrong act among sixty; here each has its turns."""
        world = World()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("portal.core.clock.now", world.now)
            not_by_chance(patch)
            # At first everybody is in his place; afterwards there is something to
            # decide on, to confirm and to end.
            before = each_wrong_act(world, Book())
            for act in [each for each in ACTS if each not in NEVER_ALLOWED]:
                for n in range(2):
                    step = Step(act, PROPER, n, n + 1, n, n, n)
                    before = play_and_check(world, step, before)
            each_wrong_act(world, before)
