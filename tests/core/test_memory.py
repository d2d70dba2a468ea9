"""Memory of pieces is used again, not asked of the kernel each time."""

import platform
import subprocess
import sys

import pytest

# Pieces come and go in a thread, as in the web server; prints how many pages the kernel
# had to give meanwhile.
_PASSING = """
import resource, sys, threading
from portal.core import memory

def passing():
    for _turn in range(50):
        pieces = [bytes(bytearray(1024 * 1024)) for _piece in range(3)]
        del pieces

if "keep" in sys.argv:
    memory.keep_for_pieces()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
working = threading.Thread(target=passing)
working.start()
working.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_given(*words: str) -> int:
    command = [sys.executable, "-c", _PASSING, *words]
    return int(subprocess.run(command, check=True, capture_output=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told so")
def test_pieces_reuse_the_memory_of_those_before():
    assert pages_given("keep") < pages_given() / 10
