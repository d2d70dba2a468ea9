"""The embedded broker loses no message and gives none twice, whatever runs at once."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

QUEUE = Queue("celery", Exchange("celery", type="direct"), routing_key="celery")

PRODUCER = """
import sys
from tests.ops.test_filequeue import QUEUE, connect
folder, name, count = sys.argv[1:]
with connect(folder) as line:
    producer = line.Producer(serializer="json")
    for number in range(int(count)):
        producer.publish({"id": f"{name}-{number}", "padding": "x" * 4000},
                         exchange=QUEUE.exchange, routing_key="celery", declare=[QUEUE])
"""
CONSUMER = """
import sys
from tests.ops.test_filequeue import connect, received
with connect(sys.argv[1]) as line:
    print("\\n".join(received(line, quiet_seconds=0.3, until=sys.argv[2])))
"""


def connect(folder: str | Path) -> Connection:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder),
        "polling_interval": 0.01,
    }
    return Connection(
        "filesystem://",
        transport="portal.filequeue:Transport",
        transport_options=options,
    )


def send(line: Connection, names: Iterable[object]) -> None:
    producer = line.Producer(serializer="json")
    for name in names:
        producer.publish(
            {"id": str(name)},
            exchange=QUEUE.exchange,
            routing_key="celery",
            declare=[QUEUE],
        )


def received(
    line: Connection, *, quiet_seconds: float, until: str | Path = "/"
) -> Iterator[str]:
    """Yield the ids of all messages until none comes for so many seconds.

    until: a file that is there when nothing more is sent: before, nobody gives up.
    """
    found: list[str] = []

    def take(body: dict[str, str], message: object) -> None:
        found.append(body["id"])
        message.ack()

    with line.Consumer(QUEUE, callbacks=[take]):
        while True:
            is_all_sent = Path(until).exists()
            try:
                line.drain_events(timeout=quiet_seconds)
            except TimeoutError:
                if is_all_sent:
                    break
    yield from found


def start(source: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> list[str]:
    """Wait for the end of a process and return the words that it printed."""
    printed, _ = process.communicate()
    assert process.returncode == 0
    return printed.split()


def test_several_producers_and_consumers_at_once_lose_nothing_and_repeat_nothing(
    tmp_path,
):
    folder, all_sent = tmp_path / "queue", tmp_path / "all-sent"
    consumers = [start(CONSUMER, folder, all_sent) for _ in range(2)]
    producers = [start(PRODUCER, folder, name, 400) for name in "abc"]

    for producer in producers:
        finished(producer)
    all_sent.touch()
    taken = [finished(consumer) for consumer in consumers]
    wanted = {f"{name}-{number}" for name in "abc" for number in range(400)}
    assert sorted(taken[0] + taken[1]) == sorted(wanted)


def test_messages_come_in_the_order_in_which_they_were_sent(tmp_path):
    with connect(tmp_path) as line:
        send(line, range(20))
        taken = list(received(line, quiet_seconds=0.2))
    assert taken == [str(number) for number in range(20)]


def test_a_second_folder_in_the_same_process_gets_its_messages_too(tmp_path):
    for name in ("first", "second"):
        with connect(tmp_path / name) as line:
            send(line, [name])
            assert list(received(line, quiet_seconds=0.2)) == [name]


def test_what_a_killed_consumer_had_not_taken_is_still_there(tmp_path):
    finished(start(PRODUCER, tmp_path, "a", 300))
    victim = start(CONSUMER, tmp_path, "/")
    while len(list(tmp_path.glob("*.msg"))) > 250:
        pass
    victim.kill()
    victim.communicate()

    left = len(list(tmp_path.glob("*.msg")))
    with connect(tmp_path) as line:
        assert len(list(received(line, quiet_seconds=0.2))) == left


@pytest.mark.parametrize("name", ["../outside", "a/b"])
def test_an_exchange_cannot_name_a_file_elsewhere(tmp_path, name):
    with connect(tmp_path) as line, pytest.raises(line.channel_errors):
        line.channel().get_table(name)
