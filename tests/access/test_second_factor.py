"""The second factor itself: each code is right once, however and whenever it comes."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from access.login import second_factor
from access.models import TotpDevice
from portal.core import clock
from tests.factories.access import actor
from tests.signed_in import digits, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return actor("records_clerk")


@pytest.fixture
def device(clerk):
    return enrolled(clerk)


@pytest.mark.parametrize(
    "spelling", ["{0} {1}", " {0}{1} ", "+{0}{1}", "{0}{1}.0", "0{0}{1}", "{fullwidth}"]
)
def test_another_spelling_of_a_used_code_is_no_other_code(clerk, device, spelling):
    # Found in allauth 65.20.1-65.21.0: a re-spelled code could be replayed.
    code = digits(device)
    assert second_factor.check(clerk.person, code)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    again = spelling.format(code[:3], code[3:], fullwidth=wide)
    assert second_factor.check(clerk.person, again) is None


def test_drift_does_not_walk(clerk, device, monkeypatch):
    present = int(clock.now().timestamp()) // 30
    for step, is_right in [(-2, False), (-1, True), (0, True), (1, False), (2, False)]:
        TotpDevice.objects.update(throttling_failure_count=0)
        found = second_factor.check(clerk.person, device.digits_at(present + step))
        assert bool(found) == is_right, step


def test_a_failure_counted_late_does_not_open_a_used_code_again(clerk, device):
    slow = TotpDevice.objects.get(pk=device.pk)
    code = digits(device)
    assert second_factor.check(clerk.person, code)
    slow.throttle_increment()
    TotpDevice.objects.update(throttling_failure_count=0)
    assert second_factor.check(clerk.person, code) is None


@pytest.mark.django_db(transaction=True)
def test_of_the_same_code_in_parallel_one_wins(clerk, device):
    code, start, found = digits(device), Barrier(8), []

    def use_it():
        start.wait()
        found.append(second_factor.check(clerk.person, code))
        connection.close()

    threads = [Thread(target=use_it) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in found if one]) == 1
