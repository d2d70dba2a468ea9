"""Claims are kept alive by one thread of the process, for as long as the work lasts."""

import os
import threading
import time

import pytest
from django.db import DatabaseError

from portal.core import claims
from tests.scanning.faults.processes import wait_until

OFTEN = 0.02  # seconds
LONG = 1000.0


class Row:
    """What a claim asks for: counts, and says what it was told to say."""

    def __init__(self, *, is_ours: bool = True, fails: int = 0) -> None:
        self.is_ours, self.fails = is_ours, fails
        self.asked = 0
        self.by: set[int] = set()

    def renew(self) -> bool:
        self.asked += 1
        self.by.add(threading.get_ident())
        if self.asked <= self.fails:
            raise DatabaseError
        return self.is_ours


def test_several_claims_are_renewed_again_and_again_by_one_thread():
    one, other = Row(), Row()
    with (
        claims.renewed(one.renew, every=OFTEN),
        claims.renewed(other.renew, every=OFTEN),
    ):
        wait_until(lambda: one.asked >= 3 and other.asked >= 3, seconds=5)
    assert one.by == other.by
    assert len(one.by) == 1
    assert threading.get_ident() not in one.by


def test_nothing_asks_for_a_claim_whose_work_is_over():
    asking, may_end = threading.Event(), threading.Event()
    asked = []

    def renew() -> bool:
        asking.set()
        assert may_end.wait(5)
        asked.append(True)
        return True

    def work() -> None:
        with claims.renewed(renew, every=OFTEN):
            assert asking.wait(5)

    working = threading.Thread(target=work)
    working.start()
    assert asking.wait(5)
    working.join(0.1)
    assert working.is_alive(), "the work is over only when nobody asks any more"
    may_end.set()
    working.join(5)
    assert asked == [True]
    later = Row()
    with claims.renewed(later.renew, every=OFTEN):
        wait_until(lambda: later.asked >= 3, seconds=5)
    assert asked == [True]


def test_a_claim_of_somebody_else_is_let_go_and_others_are_not():
    lost, ours = Row(is_ours=False), Row()
    with (
        claims.renewed(lost.renew, every=OFTEN),
        claims.renewed(ours.renew, every=OFTEN),
    ):
        wait_until(lambda: ours.asked >= 4, seconds=5)
    assert lost.asked == 1


def test_a_database_that_fails_is_asked_again():
    row = Row(fails=2)
    with claims.renewed(row.renew, every=OFTEN):
        wait_until(lambda: row.asked >= 4, seconds=5)


def test_a_short_claim_is_renewed_in_time_though_a_long_one_came_before():
    long, short = Row(), Row()
    with claims.renewed(long.renew, every=LONG):
        # So that the thread waits for the long one and must be woken.
        wait_until(lambda: claims._keeper.looks_at > time.monotonic() + 5 * OFTEN)
        with claims.renewed(short.renew, every=OFTEN):
            wait_until(lambda: short.asked >= 2, seconds=5)
    assert long.asked == 0


def test_work_that_fails_ends_its_claim():
    row = Row()

    def fail() -> None:
        with claims.renewed(row.renew, every=OFTEN):
            wait_until(lambda: row.asked, seconds=5)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    asked = row.asked
    other = Row()
    with claims.renewed(other.renew, every=OFTEN):
        wait_until(lambda: other.asked >= 3, seconds=5)
    assert row.asked == asked


# Python 3.12 and later warn of just what is tried here.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_process_keeps_its_own_claims():
    """Celery's pool forks; the thread of the parent does not exist in the child."""
    before = Row()
    with claims.renewed(before.renew, every=OFTEN):
        wait_until(lambda: before.asked, seconds=5)
        child = os.fork()
        if child == 0:
            row = Row()
            with claims.renewed(row.renew, every=OFTEN):
                end = time.monotonic() + 5
                while not row.asked and time.monotonic() < end:
                    time.sleep(OFTEN)
            os._exit(0 if row.asked else 1)
        _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
