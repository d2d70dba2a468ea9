"""How a parallel run shares the tests out: by file, the longest first.

pytest-xdist has groups of its own, but writes their names where pytest 9.2 does not
read them, so that every test went where there was room: each process then built a
portal of its own for the browser tests.
"""

from collections import Counter

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import services


def group(nodeid: str) -> str:
    """Return what stays in one process: a file, or all browser tests together.

    Those share one installation, with its demo.
    """
    file = nodeid.split("::", 1)[0]
    return "tests/e2e" if file.startswith("tests/e2e/") else file


class Sharing(LoadScopeScheduling):
    """Gives whole groups to processes, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Put first what would else be waited for at the end, group by group.

    The browser tests let the database be migrated: what needs none comes meanwhile.
    """
    size = Counter(group(item.nodeid) for item in items)
    slow = {group(item.nodeid) for item in items if item.get_closest_marker("slow")}
    waits = {group(item.nodeid) for item in items if services.reaches_them(item)}

    def place(item: pytest.Item) -> tuple[bool, bool, bool, int, str]:
        its = group(item.nodeid)
        return its != "tests/e2e", its in waits, its not in slow, -size[its], its

    items.sort(key=place)
