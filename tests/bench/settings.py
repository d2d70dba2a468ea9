"""The settings of the tests, with the peers that only benchmarks know."""

from tests.settings import *  # noqa: F403 - all of them
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "guardian"]
# No account of nobody, and nothing added to ours.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
