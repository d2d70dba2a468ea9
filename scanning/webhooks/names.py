"""Looks up a name within a time, since the resolver of the system has no such limit.

A name server that never answers keeps a thread of the resolver, not a worker. There are
few such threads: while all of them wait, a look-up fails at once, and is tried again
with the notice it belongs to.
"""

import queue
import socket
from threading import BoundedSemaphore, Thread
from typing import Any

LASTS = 5.0  # seconds
MOST_AT_ONCE = 8
_free = BoundedSemaphore(MOST_AT_ONCE)
Found = list[tuple[Any, ...]]


def look_up(host: str, port: int) -> Found:
    """Return the addresses as `socket.getaddrinfo` gives them, for streams.

    Raises OSError, TimeoutError among them, or UnicodeError.
    """
    if not _free.acquire(blocking=False):
        raise TimeoutError("too many names wait for an answer")
    answers: queue.SimpleQueue[Found | OSError | UnicodeError] = queue.SimpleQueue()
    try:
        Thread(target=_ask, args=(host, port, answers), daemon=True).start()
    except RuntimeError as error:  # the system gives no more threads
        _free.release()
        raise TimeoutError("no thread to ask for a name") from error
    try:
        answer = answers.get(timeout=LASTS)
    except queue.Empty:
        raise TimeoutError("the name server does not answer") from None
    if isinstance(answer, list):
        return answer
    raise answer


def _ask(
    host: str, port: int, answers: "queue.SimpleQueue[Found | OSError | UnicodeError]"
) -> None:
    try:
        answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except (OSError, UnicodeError) as error:
        answers.put(error)
    finally:
        _free.release()
