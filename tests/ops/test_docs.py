"""What an operator can set, he can read about; what he reads about exists."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
CODE = ["portal", "access", "scanning", "incidents", "policies"]
READ = re.compile(r'env\.(?:text|flag|number|words)\(\s*f?"([A-Z_]+)"')


def names_read_by_the_code():
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            yield from READ.findall(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def operations():
    return (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_documented(operations):
    described = set(re.findall(r"`([A-Z_]+)`", operations))
    assert set(names_read_by_the_code()) <= described


def test_every_setting_that_is_documented_exists(operations):
    table = operations.split("## Settings")[1].split("\n## ")[0]
    described = set(re.findall(r"`(PORTAL_[A-Z_]+)`", table))
    unread = described - set(names_read_by_the_code())
    assert unread == {"PORTAL_SECRET_KEY_FILE"}  # read through PORTAL_SECRET_KEY


def test_help_lists_every_target_of_the_contract():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = {"run", "test", "test-production", "lint", "format", "bench", "help"}
    assert named <= shown


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_python_locks_have_hashes_and_name_no_registry(name):
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_the_npm_lock_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
