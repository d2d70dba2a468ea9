"""An engine that answers wrongly releases nothing (Điều 12.1), and loses nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured

from access.models import Notice
from scanning import engine, fate
from scanning.engine import batch, canaries, configuration, process, signatures
from scanning.models import AttachmentState, QuarantineRule, ScanDuty
from scanning.verdicts import Verdict
from tests.clamd import Clamd
from tests.scanning.faults.relay import Died, is_of_the_proof, lying

pytestmark = pytest.mark.django_db
CONTENT = b"Kinh g\xe1\xbb\xadi " * 1000


def nothing(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else b""


def cut_off(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else truth[:-3]


def without_line_end(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else truth.rstrip(b"\n")


def of_another_kind(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else b"stream: OK\n"


def two_answers(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else b"fd[9]: OK\nfd[10]: OK\n"


def one_byte_at_a_time(content: bytes, truth: bytes) -> Iterator[bytes]:
    for number, byte in enumerate(truth):
        if number and not is_of_the_proof(content):
            time.sleep(1)
        yield bytes([byte])


def ok_to_everything(_content: bytes, _truth: bytes) -> Iterator[bytes]:
    yield b"fd[10]: OK\n"


def mark_for_everything(_content: bytes, _truth: bytes) -> Iterator[bytes]:
    digest = signatures.state().digest
    yield f"fd[10]: {signatures.MARK_NAME}{digest}.101 FOUND\n".encode()


def an_error(content: bytes, truth: bytes) -> Iterator[bytes]:
    yield truth if is_of_the_proof(content) else b"fd[10]: Can't read ERROR\n"


def last_answer():
    """Give each the answer to the question before it, as shared sockets did."""
    before = [b"fd[10]: OK\n"]

    def falsify(_content: bytes, truth: bytes) -> Iterator[bytes]:
        said = before.pop()
        before.append(truth)
        yield said

    return falsify


WRONG = {
    "nothing": nothing,
    "cut off": cut_off,
    "without line end": without_line_end,
    "of another kind": of_another_kind,
    "two answers": two_answers,
    "one byte at a time": one_byte_at_a_time,
    "OK to everything": ok_to_everything,
    "the mark for everything": mark_for_everything,
    "an error": an_error,
    "the last answer": last_answer(),
}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the liar listens; nobody waits for it long."""
    monkeypatch.setattr(batch, "SECONDS_A_FILE", 2)
    return configured.PORTAL_VAR / "liar.sock"


@pytest.mark.parametrize("wrong", WRONG)
def test_d12_1_no_wrong_answer_lets_a_file_go(  # noqa: PLR0913, PLR0917 (fixtures)
    clamd: Clamd, send, sweep, settings, place, wrong
):
    clean, dirty = send(CONTENT), send(canaries.eicar() + b"\n", "b.txt")
    with lying(place, clamd.host, WRONG[wrong]) as liar:
        settings.PORTAL_CLAMD_SOCKET = liar.host.place
        sweep(clean)
        assert clean.state == AttachmentState.PENDING
        assert clean.scans.get().verdict == Verdict.ERROR
        dirty.refresh_from_db()
        assert dirty.state != AttachmentState.RELEASED

    settings.PORTAL_CLAMD_SOCKET = clamd.layout.socket
    assert sweep(clean).state == AttachmentState.RELEASED
    dirty.refresh_from_db()
    assert dirty.state == AttachmentState.HELD
    assert not clean.duties.undone().exists()


def test_a_file_that_kills_the_engine_each_time_is_held_not_scanned_for_ever(
    clamd: Clamd, send, sweep, settings, place
):
    killer = send(CONTENT)

    def die(content: bytes, truth: bytes) -> Iterator[bytes]:
        if not is_of_the_proof(content):
            raise Died
        yield truth

    settings.PORTAL_CLAMD_SOCKET = str(place)
    for attempt in (1, 2, 3):
        with lying(place, clamd.host, die):
            sweep(killer)
        assert killer.scans.count() == attempt
        assert killer.scans.latest("pk").fault == "engine_died"
        assert killer.is_held == (attempt == 3)

    assert killer.verdict == Verdict.UNSCANNABLE
    item = killer.quarantine_items.get()
    assert item.rule == QuarantineRule.UNSCANNABLE
    assert item.reason
    assert killer.findings.filter(code="breaks_engine").exists()
    assert not killer.duties.undone().exists()
    assert Notice.objects.filter(subject__contains=killer.name).exists()


def test_an_engine_that_is_away_is_never_blamed_on_the_file(
    send, sweep, settings, place, clamd
):
    settings.PORTAL_CLAMD_SOCKET = str(place)
    file = send(CONTENT)
    for _ in range(5):
        sweep(file)
    assert file.is_pending
    settings.PORTAL_CLAMD_SOCKET = clamd.layout.socket
    assert sweep(file).is_released


def test_signatures_loaded_in_the_middle_of_a_file_void_its_answer(  # noqa: PLR0913, PLR0917 (fixtures)
    clamd: Clamd, send, sweep, settings, place, monkeypatch
):
    # Loading takes as long as the machine needs.
    monkeypatch.setattr(batch, "SECONDS_A_FILE", 60)
    extra = clamd.layout.signatures / "extra.ndb"
    mark = clamd.layout.signatures / signatures.GENERATION_FILE
    before = signatures.state().digest
    asked = []

    def reload_first(content: bytes, truth: bytes) -> Iterator[bytes]:
        if not is_of_the_proof(content):
            asked.append(content)
        if len(asked) == 1 and not extra.exists():
            extra.write_text(f"More:0:*:{b'more'.hex()}\n", encoding="ascii")
            new = signatures.state(clamd.layout.signatures)
            line = signatures.generation_line(
                new, megabytes=101, mark=canaries.GENERATION_MARK
            )
            mark.write_text(line, encoding="ascii")
            process.reload(clamd.layout)
            clamd.wait()
        yield truth

    file = send(CONTENT)
    try:
        with lying(place, clamd.host, reload_first) as relay:
            settings.PORTAL_CLAMD_SOCKET = relay.host.place
            assert sweep(file).is_released
        # It was asked again, and the verdict names what was loaded the second time.
        assert asked == [CONTENT, CONTENT]
        assert file.scans.get().signature_digest == signatures.state().digest != before
    finally:
        settings.PORTAL_CLAMD_SOCKET = clamd.layout.socket
        configuration.lay_down_signatures(clamd.layout)
        process.reload(clamd.layout)
        clamd.wait()
    assert engine.prove().signatures.digest == before


def test_an_engine_that_goes_blind_after_it_proved_itself_releases_nothing_more(
    clamd: Clamd, send, sweep, settings, place
):
    blind: list[bool] = []

    def until_told(content: bytes, truth: bytes) -> Iterator[bytes]:
        yield b"fd[10]: OK\n" if blind and is_canary(content) else truth

    with lying(place, clamd.host, until_told) as relay:
        settings.PORTAL_CLAMD_SOCKET = relay.host.place
        assert sweep(send(CONTENT)).is_released
        blind.append(True)
        second = send(CONTENT + b"2")
        assert sweep(second).is_pending  # the first one's proof stood in front of it
        assert second.scans.get().fault == "canary_missed"


def is_canary(content: bytes) -> bool:
    return content in dict(canaries.all_of_them()).values()


def test_who_waits_for_a_hung_engine_waits_no_longer_and_no_file_is_blamed(
    clamd: Clamd, send, sweep, settings, place
):
    enough = threading.Event()

    def hang(content: bytes, truth: bytes) -> Iterator[bytes]:
        if not is_of_the_proof(content):
            enough.wait(30)
        yield truth

    file = send(CONTENT)
    duty = ScanDuty.objects.get()
    assert ScanDuty.objects.claim(duty.pk)
    with lying(place, clamd.host, hang) as relay:
        settings.PORTAL_CLAMD_SOCKET = relay.host.place
        began = time.monotonic()
        assert fate.do(duty, 2.0).is_pending
        assert time.monotonic() - began < 10
        enough.set()
    assert file.scans.get().fault == "deadline"
    settings.PORTAL_CLAMD_SOCKET = clamd.layout.socket
    assert sweep(file).is_released
