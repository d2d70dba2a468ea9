"""Run the ICAP service in the foreground."""

import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.core import memory
from scanning.icap.server import Server
from scanning.icap.service import SERVICE, Service
from scanning.icap.wire import Patience


class Command(BaseCommand):
    """Serve ICAP on PORTAL_ICAP_BIND and PORTAL_ICAP_PORT until SIGTERM or SIGINT."""

    help = "Serve ICAP (RFC 3507) for systems that hand in files that way."

    def handle(self, *_args: object, **_options: object) -> None:
        """Serve until told to stop."""
        memory.keep_for_pieces()
        address = (settings.PORTAL_ICAP_BIND, settings.PORTAL_ICAP_PORT)
        with Server(address, Service(), Patience()) as server:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_signal: _stop(server))
            host, port = server.server_address[:2]
            self.stdout.write(f"icap://{host!s}:{port}/{SERVICE}")
            self.stdout.flush()
            server.serve_forever(poll_interval=0.2)


def _stop(server: Server) -> None:
    """End the loop from another thread: the loop itself would wait for itself."""
    threading.Thread(target=server.shutdown).start()
