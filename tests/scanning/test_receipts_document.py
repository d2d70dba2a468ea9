"""docs/receipts.md: its example verifies a real receipt, as its readers will run it."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings

from portal.core import clock
from scanning.receipts import issuing
from scanning.receipts.statement import Statement
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory

pytestmark = pytest.mark.django_db

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "receipts.md"


def run(folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    example = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert example
    (folder / "verify.py").write_text(example[1])
    (folder / "file").write_bytes(content)
    files = ["verify.py", "receipt", "keys", "file"]
    return subprocess.run(
        [sys.executable, *files, settings.PORTAL_BASE_URL],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_d6_2_the_example_verifies_the_original_and_refuses_a_changed_byte(
    client, tmp_path
):
    content = b"Quyet dinh"
    attachment = AttachmentFactory(released=True, content=content)
    attachment.scans.create(verdict="clean", began_at=clock.now())
    by = actor("records_clerk", attachment.agency)
    (tmp_path / "receipt").write_text(issuing.issue(attachment, by=by).token)
    keys = client.get("/.well-known/portal-jwks.json").content
    (tmp_path / "keys").write_bytes(keys)

    good = run(tmp_path, content)
    assert good.stdout.split() == ["released", "clean", attachment.agency.code]
    bad = run(tmp_path, content + b" ")
    assert bad.returncode
    assert "another file" in bad.stderr


def test_it_names_every_member_of_a_receipt():
    words = set(re.findall(r"`(\w+)`", DOCUMENT.read_text()))
    assert {field.name for field in fields(Statement)} <= words
