"""Two requests that come at once are done by two processes, not in turn by one."""

import socket
from collections import deque
from typing import Any

import pytest
from gunicorn.config import Config

from portal.ops import web_server, web_worker
from portal.ops.web_worker import TurnTakingWorker


class Worker(TurnTakingWorker):
    """One process, that has so many busy connections and only counts new ones."""

    def __init__(self, busy: int) -> None:
        self.nr_conns, self.cfg = busy, Config()
        self.keepalived_conns: deque[object] = deque()
        self.taken: list[Any] = []

    def enqueue_req(self, conn: object) -> None:
        self.taken.append(conn)


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def naps(monkeypatch):
    """What others do, and for how long they may, before a process takes its turn."""
    others = []

    def nap(seconds):
        assert 0 < seconds <= 0.01
        for other in others:
            other()

    monkeypatch.setattr(web_worker.time, "sleep", nap)
    return others


def arrives(listener):
    return socket.create_connection(listener.getsockname())


def test_a_busy_process_leaves_a_connection_to_an_idle_one(listener, naps):
    busy, idle = Worker(1), Worker(0)
    naps.append(lambda: idle.accept(listener))
    with arrives(listener):
        busy.accept(listener)
        assert (busy.taken, len(idle.taken)) == ([], 1)
        assert busy.nr_conns == 1
        idle.taken[0].close()


def test_a_busy_process_takes_what_nobody_else_took(listener, naps):
    busy = Worker(50)
    with arrives(listener):
        busy.accept(listener)
    assert busy.nr_conns == 51
    busy.taken[0].close()


def test_one_that_only_keeps_idle_connections_open_takes_it_at_once(listener, naps):
    naps.append(lambda: pytest.fail("it waited"))
    worker = Worker(1)
    worker.keepalived_conns.append(object())
    with arrives(listener):
        worker.accept(listener)
    assert len(worker.taken) == 1
    worker.taken[0].close()


def test_the_server_runs_with_such_processes():
    configuration = Config()
    configuration.set("worker_class", web_server.worker_class)
    assert configuration.worker_class is TurnTakingWorker
