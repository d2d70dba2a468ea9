"""Held bytes lie encrypted, and come back as they were."""

import io

import pytest

from scanning import sealing, services, store, tasks
from scanning.models import Attachment
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory, eicar


@pytest.mark.django_db
def test_d12_5_held_bytes_are_sealed_and_the_rest_is_not(clamd, formats):
    by = actor()
    for name, content in [("a.txt", eicar()), ("b.txt", b"clean")]:
        services.receive(io.BytesIO(content), name, by=by, agency=by.agency)
    tasks.sweep()
    tasks.sweep()

    held, released = Attachment.objects.order_by("pk")
    path = store.root() / held.stored_as
    assert held.sealed_at
    assert not path.exists()
    sealed = sealing.sealed_path(path)
    assert eicar() not in sealed.read_bytes()
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert b"".join(sealing.opened(sealed)) == eicar()
    assert released.sealed_at is None
    assert (store.root() / released.stored_as).read_bytes() == b"clean"


@pytest.fixture
def lines(tmp_path):
    """Return a file of three pieces, sealed, with its lines."""
    path = tmp_path / "bytes"
    path.write_bytes(b"a" * sealing.PIECE + b"b" * sealing.PIECE + b"c")
    sealing.seal(path)
    sealed = sealing.sealed_path(path)
    return sealed, sealed.read_text(encoding="ascii").splitlines(keepends=True)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: lines[:1] + lines[2:],
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[0]],
        lambda lines: [*lines[:2], "x" + lines[2][1:], lines[3]],
        lambda lines: [],
    ],
    ids=["swapped", "dropped", "cut", "added", "altered", "emptied"],
)
def test_no_piece_of_a_sealed_file_changes_unseen(lines, tamper):
    sealed, written = lines
    assert sum(map(len, sealing.opened(sealed))) == 2 * sealing.PIECE + 1
    sealed.write_text("".join(tamper(written)), encoding="ascii")
    with pytest.raises(sealing.SealBrokenError):
        list(sealing.opened(sealed))


@pytest.mark.django_db
def test_a_worker_that_died_between_sealing_and_noting_it_loses_nothing():
    attachment = AttachmentFactory(state="held", verdict="infected")
    path = store.root() / attachment.stored_as
    sealing.seal(path)
    assert sealing.seal_held(10) == 1
    assert sealing.sealed_path(path).exists()
