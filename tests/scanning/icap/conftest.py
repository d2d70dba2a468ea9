"""A running ICAP service, and somebody who does its scans."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from access.models import Connector
from portal.core import clock
from scanning import tasks
from scanning.icap.server import Server
from scanning.icap.service import Service
from scanning.icap.wire import Patience
from tests.factories.access import AgencyFactory

MOST = 24


@pytest.fixture
def connector(transactional_db: None) -> Connector:
    """Return the system that speaks from this machine."""
    return Connector.objects.create(
        name="QLVB",
        agency=AgencyFactory(),
        starts_on=clock.today(),
        client_type=Connector.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Connector.GRANT_CLIENT_CREDENTIALS,
        icap_addresses=["127.0.0.1", "10.1.0.0/16"],
    )


@pytest.fixture
def icap(connector: Connector) -> Iterator[Server]:
    """Run the service in a thread, with little patience, so that tests end."""
    service = Service(seconds=30.0, most_connections=MOST)
    patience = Patience(idle=5.0, grace=2.0, rate=50_000)
    with Server(("127.0.0.1", 0), service, patience) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        # Each connection has ended when all places are free again.
        for _place in range(MOST):
            assert server.places.acquire(timeout=10)


@pytest.fixture
def worker(clamd: object, formats: None) -> Iterator[None]:
    """Do the scans that come in, as the worker does."""
    ends = threading.Event()

    def work() -> None:
        while not ends.is_set():
            tasks.sweep()
            ends.wait(0.02)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    ends.set()
    thread.join()
