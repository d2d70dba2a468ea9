"""The connections: one thread each, at most so many, none for ever."""

import logging
import socket
import socketserver
import threading

from scanning.icap.answers import Answer
from scanning.icap.service import Service, istag
from scanning.icap.wire import GoneError, Line, Patience, ProtocolError, read_request

logger = logging.getLogger(__name__)
_MOST_REQUESTS = 1000  # on one connection
_BUSY_WAIT = 2.0  # seconds for telling one too many that he is


class Server(socketserver.ThreadingTCPServer):
    """Listens until `shutdown`; hands each connection to a thread."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], service: Service, patience: Patience
    ) -> None:
        """Bind the address; port 0 takes a free one."""
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.service, self.patience = service, patience
        self.places = threading.BoundedSemaphore(service.most_connections)
        super().__init__(address, _Connection)

    def process_request(self, request: object, client_address: object) -> None:
        """Start a thread, or say at once that there are too many."""
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)  # type: ignore[arg-type]
            return
        peer: socket.socket = request  # type: ignore[assignment]
        try:
            peer.settimeout(_BUSY_WAIT)
            peer.sendall(Answer(503, {"Connection": "close"}).head(istag()))
        except OSError:
            logger.info("icap_peer_gone")
        self.shutdown_request(peer)

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve one connection and give its place back."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self.places.release()


class _Connection(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        line = Line(self.request, self.server.patience)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        for _number in range(_MOST_REQUESTS):
            try:
                if not line.begin() or not self._one(line):
                    return
            except GoneError:
                logger.info("icap_peer_gone")
                return

    def _one(self, line: Line) -> bool:
        """Answer one request; return whether the connection goes on."""
        try:
            request = read_request(line)
            answer = self.server.service.answer(request, line, self.client_address[0])
            closes = request.closes
        except ProtocolError as error:
            answer, closes = Answer(error.status, {"Connection": "close"}), True
        except (GoneError, OSError):
            raise
        except Exception:
            # One request that breaks us ends its own connection: nothing passes.
            logger.exception("icap_broke")
            answer, closes = Answer(503, {"Connection": "close"}), True
        line.send(answer.head(istag()))
        for piece in answer.pieces or ():
            line.send(piece)
        return not closes and answer.headers.get("Connection") != "close"
