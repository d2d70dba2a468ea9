"""The wrapper round clamd, on a real clamd and on a socket that misbehaves."""

import hashlib
import io
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.core.duties import CLAIM_LASTS, RENEW_EVERY
from scanning import engine
from scanning.engine import (
    address,
    batch,
    canaries,
    configuration,
    faults,
    process,
    replies,
    signatures,
)
from scanning.engine.address import Host, own
from scanning.engine.layout import Layout
from scanning.engine.replies import Kind
from scanning.engine.signatures import SignatureKind
from scanning.engine.stream import Exchange
from tests.clamd import Clamd


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("stream: OK", Kind.CLEAN),
        ("stream: OK ", Kind.ERROR),
        ("stream:OK", Kind.ERROR),
        ("OK", Kind.ERROR),
        ("", Kind.ERROR),
        ("stream: a\nstream: OK", Kind.ERROR),
        ("stream: FOUND", Kind.ERROR),
        ("stream:  FOUND", Kind.ERROR),
        ("stream: Eicar-Test-Signature FOUND", Kind.INFECTED),
        ("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND", Kind.LIMITED),
        ("stream: Heuristics.Encrypted.Zip FOUND", Kind.ENCRYPTED),
        ("stream: Heuristics.OLE2.ContainsMacros.VBA FOUND", Kind.ACTIVE),
        ("stream: Heuristics.Zip.OverlappingFiles FOUND", Kind.INFECTED),
        ("INSTREAM size limit exceeded. ERROR", Kind.ERROR),
        ("stream: Can't open file or directory ERROR", Kind.ERROR),
    ],
)
def test_only_exactly_stream_ok_is_clean(line, kind):
    assert replies.read(line).kind == kind


def test_a_batch_answers_in_order_and_hashes_what_it_sent(clamd):
    contents = [b"clean", canaries.eicar(), b"", b"x" * 3_000_000]
    result = engine.scan([io.BytesIO(each) for each in contents])
    kinds = [answer.reply.kind for answer in result.answers]
    assert kinds == [Kind.CLEAN, Kind.INFECTED, Kind.CLEAN, Kind.CLEAN]
    assert [answer.size for answer in result.answers] == [len(c) for c in contents]
    assert result.proof.signatures.kind == SignatureKind.FALLBACK


def test_threads_do_not_mix_their_answers_up(clamd):
    """One python-clamd object for all threads called viruses clean in a trial."""
    wrong = []

    def ask(content: bytes, expected: Kind) -> None:
        for _ in range(40):
            kind = engine.scan([io.BytesIO(content)]).answers[0].reply.kind
            if kind != expected:
                wrong.append(kind)

    threads = [
        threading.Thread(target=ask, args=pair)
        for pair in [(canaries.eicar(), Kind.INFECTED), (b"clean", Kind.CLEAN)] * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_is_larger_than_the_engine_looks_into_is_never_clean(clamd):
    """It is not sent; and if it were, the engine says why it hangs up."""
    content = bytes(102 * 1024 * 1024)
    asked_not = engine.scan([io.BytesIO(content)]).answers[0]
    hung_up = Exchange(own(), seconds=30).scan(io.BytesIO(content))
    for answer in (asked_not, hung_up):
        assert answer.reply == replies.TOO_LARGE
        assert answer.reply.kind == Kind.LIMITED
        assert answer.size == len(content)
        assert answer.sha256 == hashlib.sha256(content).hexdigest()


@contextmanager
def misbehaving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen on a socket that answers every connection as told."""
    path = Path(settings.PORTAL_VAR) / "wrong.sock"
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                answer(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield str(path)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        path.unlink()


@pytest.mark.parametrize(
    "reply", [b"", b"stream: OK", b"stream: OK\0", b"x" * 10_000, b"\xff\xfe\n"]
)
def test_a_reply_that_is_empty_cut_short_or_strange_is_no_answer(reply):
    with misbehaving(lambda line: line.sendall(reply)) as path:
        try:
            answer = Exchange(Host(path), seconds=2).scan(io.BytesIO(b"x"))
        except faults.EngineError:
            return
    assert answer.reply.kind == Kind.ERROR


def test_a_reply_that_drips_does_not_outlast_the_deadline():
    outlasted = threading.Event()

    def drip(line: socket.socket) -> None:
        for _ in range(300):
            try:
                line.sendall(b"s")
            except OSError:
                return
            time.sleep(0.1)
        outlasted.set()

    with misbehaving(drip) as path:
        with pytest.raises(faults.DeadlineError):
            Exchange(Host(path), seconds=1).scan(io.BytesIO(b"x"))
        assert not outlasted.is_set()


def test_an_engine_that_calls_everything_clean_is_not_believed():
    def please(line: socket.socket) -> None:
        line.sendall(b"stream: OK\n")

    with misbehaving(please) as path, pytest.raises(faults.EngineError):
        engine.scan([io.BytesIO(b"x")], host=Host(path))


def test_a_missed_canary_voids_the_batch(clamd, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(canaries, "eicar", lambda: b"a test string nobody knows")
        with pytest.raises(faults.CanaryMissedError, match="bare"):
            engine.scan([io.BytesIO(b"clean")])
        assert engine.status().fault == "canary_missed"
    assert engine.status().is_working


def test_without_its_temporary_folder_the_engine_is_not_believed(clamd: Clamd):
    """clamd then calls a bare EICAR clean, or hangs up."""
    folder = clamd.layout.temporary
    away = folder.with_name("away")
    folder.rename(away)
    try:
        assert not engine.status().is_working
        with pytest.raises(faults.EngineError):
            engine.scan([io.BytesIO(b"clean")])
    finally:
        away.rename(folder)
    assert engine.status().is_working


def test_until_new_signatures_are_loaded_no_answer_counts(clamd: Clamd):
    extra = clamd.layout.signatures / "extra.ndb"
    extra.write_text("Another-Test:0:*:" + b"another".hex() + "\n", encoding="ascii")
    try:
        assert engine.status().fault == "signatures_changed"
        with pytest.raises(faults.SignaturesChangedError):
            engine.scan([io.BytesIO(b"clean")])
    finally:
        extra.unlink()
    assert engine.status().is_working


def test_new_signatures_are_loaded_without_a_restart(clamd: Clamd, tmp_path):
    before = signatures.state().digest
    changed = clamd.layout.signatures / "test-strings.ndb"
    changed.write_text(
        changed.read_text(encoding="ascii") + "More:0:*:" + b"more".hex() + "\n",
        encoding="ascii",
    )
    assert configuration.lay_down_signatures(clamd.layout) is False
    assert signatures.state().digest == before, "our own set is laid down anew"
    process.reload(clamd.layout)
    clamd.wait()


def test_files_of_the_engine_are_open_to_nobody_else(clamd: Clamd):
    mode = stat.S_IMODE(Path(clamd.layout.socket).stat().st_mode)
    assert mode == 0o660
    text = clamd.layout.clamd_conf.read_text(encoding="utf-8")
    for line in ("DisableCache yes", "AlertExceedsMax yes", "ExitOnOOM yes"):
        assert line in text
    assert "VirusEvent" not in text
    assert "TCPSocket" not in text


def head(built_at: datetime) -> bytes:
    seconds = int(built_at.timestamp())
    text = f"ClamAV-VDB:22 Nov 2026 08-00 +0000:27500:2000000:90:a:b:c:{seconds}"
    return text.encode().ljust(512)


def test_the_state_of_signatures_is_told_by_what_lies_there(tmp_path):
    assert signatures.state(tmp_path).kind == SignatureKind.MISSING
    (tmp_path / "test-strings.ndb").write_text("x", encoding="ascii")
    assert signatures.state(tmp_path).kind == SignatureKind.FALLBACK
    (tmp_path / "main.cvd").write_bytes(head(datetime(2021, 9, 16, tzinfo=UTC)))
    assert signatures.state(tmp_path).kind == SignatureKind.FALLBACK
    (tmp_path / "daily.cvd").write_bytes(head(datetime.now(UTC)))
    fresh = signatures.state(tmp_path)
    assert fresh.kind == SignatureKind.OFFICIAL
    assert fresh.kind.is_accepted
    assert fresh.count == 4_000_000
    (tmp_path / "daily.cvd").write_bytes(head(datetime(2026, 1, 1, tzinfo=UTC)))
    stale = signatures.state(tmp_path)
    assert stale.kind == SignatureKind.STALE
    assert stale.digest != fresh.digest


def test_the_newest_official_signatures_are_linked(tmp_path):
    layout = Layout(tmp_path / "a", str(tmp_path / "s"), system=tmp_path / "system")
    layout.system.mkdir()
    configuration.write(layout, upload_megabytes=100)
    assert configuration.lay_down_signatures(layout)
    assert not configuration.lay_down_signatures(layout)
    (layout.system / "daily.cvd").write_bytes(head(datetime.now(UTC)))
    assert configuration.lay_down_signatures(layout)
    assert (layout.signatures / "daily.cvd").readlink().parent == layout.system
    (layout.system / "daily.cvd").unlink()
    assert configuration.lay_down_signatures(layout)
    assert not (layout.signatures / "daily.cvd").is_symlink()


def test_no_file_of_ours_holds_the_test_string_itself():
    root = Path(settings.BASE_DIR)
    for folder in ("scanning", "tests", "templates", "static/portal"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                assert canaries.eicar() not in path.read_bytes(), path


def test_a_claim_is_renewed_before_it_ends_and_a_scan_ends_before_the_worker_does():
    assert RENEW_EVERY * 3 < CLAIM_LASTS
    largest = batch.seconds_for(configuration.MOST_MEGABYTES * 1024**2)
    assert largest + 2 * batch.SECONDS_A_QUESTION < settings.CELERY_TASK_TIME_LIMIT


def test_the_limits_of_the_engine_follow_the_largest_upload(tmp_path):
    """Each is above the one before it: else something is called clean unread."""
    layout = Layout(tmp_path, str(tmp_path / "s"))
    for upload, stream, file, scan in [
        (100, 101, 128, 512),
        (1500, 1501, 1528, 3000),
        (9000, 1501, 1528, 3000),
    ]:
        configuration.write(layout, upload_megabytes=upload)
        configuration.lay_down_signatures(layout)
        text = layout.clamd_conf.read_text(encoding="utf-8")
        assert f"\nStreamMaxLength {stream}M\n" in text
        assert f"\nMaxFileSize {file}M\n" in text
        assert f"\nMaxScanSize {scan}M\n" in text
        mark = layout.signatures / signatures.GENERATION_FILE
        loaded = signatures.read_loaded(mark.read_text(encoding="ascii").split(":")[0])
        assert loaded.most_bytes == stream * 1024**2


def test_an_engine_itself_names_what_it_has_loaded(tmp_path):
    (tmp_path / "main.cvd").write_bytes(head(datetime(2021, 9, 16, tzinfo=UTC)))
    (tmp_path / "daily.cvd").write_bytes(head(datetime.now(UTC)))
    state = signatures.state(tmp_path)
    line = signatures.generation_line(state, megabytes=101, mark=b"mark")
    name = line.split(":")[0]
    for said in (name, f"{name}.UNOFFICIAL"):
        assert signatures.read_loaded(said) == signatures.Loaded(state, 101 * 1024**2)
    for other in ("", "Eicar-Test-Signature", f"x{name}", f"{name}.x", name[:-1] + "-"):
        assert signatures.read_loaded(other) is None


def test_signatures_built_in_the_future_show_a_wrong_clock_and_release_nothing(
    tmp_path,
):
    (tmp_path / "main.cvd").write_bytes(head(datetime(2021, 9, 16, tzinfo=UTC)))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    (tmp_path / "daily.cvd").write_bytes(head(tomorrow))
    state = signatures.state(tmp_path)
    assert state.kind == SignatureKind.STALE
    assert state.is_from_the_future


@pytest.mark.parametrize(
    ("word", "host"),
    [
        ("unix:/run/clamd.sock", Host("/run/clamd.sock")),
        ("tcp:10.0.0.7:3310", Host("10.0.0.7", 3310)),
        ("tcp:scan.example:3310", Host("scan.example", 3310)),
        ("tcp:[fd00::7]:3310", Host("fd00::7", 3310)),
    ],
)
def test_a_host_is_named_by_one_word(word, host):
    assert address.read(word) == host
    assert str(host) == word


@pytest.mark.parametrize(
    "word", ["", "/run/clamd.sock", "unix:clamd.sock", "tcp:host", "tcp::1", "tcp:a:0"]
)
def test_a_word_that_names_no_host_stops_the_start(word):
    with pytest.raises(ImproperlyConfigured):
        address.read(word)
