"""The web server's processes take their connections in turn.

All of them listen at one socket. Left alone, one of them often takes two connections
that come at once, and its requests then share one interpreter while the other process
has nothing to do.
"""

import socket
import time

from gunicorn.workers.gthread import ThreadWorker

# So long a busy process leaves a new connection to one that has less to do.
_STEP, _MOST = 0.002, 0.01  # seconds, for each busy connection and in all


class TurnTakingWorker(ThreadWorker):
    """A threaded process that leaves new connections to those with fewer."""

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, unless another process has taken it meanwhile."""
        busy = self.nr_conns - len(self.keepalived_conns)
        if busy > 0:
            time.sleep(min(busy * _STEP, _MOST))
        super().accept(listener)
