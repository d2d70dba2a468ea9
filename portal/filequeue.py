"""The embedded broker: messages are files under var/, one folder, no server.

kombu's own file-system transport writes a message under its final name, so a consumer
can take it half-written; it moves what it takes to the machine's temporary folder,
where two consumers can get the same message; and it lists the whole folder for every
message. Here a message appears whole or not at all, one rename decides who gets it,
and a listing serves until it is used up.
"""

import fcntl
import uuid
from collections import deque
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import ClassVar

from kombu.transport import filesystem, virtual
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

SUFFIX = ".msg"


class Channel(filesystem.Channel):
    """Puts, takes, binds; all of it by rename within one folder."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._listed: dict[str, deque[str]] = {}
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """Return the one folder that holds the messages of every queue."""
        return Path(self.data_folder_in)

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """Return which queues the exchange feeds; none if it is unknown."""
        try:
            rows = loads(self._exchange_file(exchange).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def _queue_bind(
        self, exchange: str, routing_key: str, pattern: str, queue: str
    ) -> None:
        wanted = filesystem.exchange_queue_t(
            routing_key or "", pattern or "", queue or ""
        )
        with (self.control_folder / "bind.lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)  # or two that start together lose a line
            table = self.get_table(exchange)
            if wanted not in table:
                self._write(self._exchange_file(exchange), [wanted, *table])

    def _put(self, queue: str, payload: dict[str, object], **_options: object) -> None:
        # Nanoseconds of the clock keep the order over a restart of the machine.
        name = f"{time_ns():020d}-{uuid.uuid4().hex}.{queue}{SUFFIX}"
        self._write(self.folder / name, payload)

    def _get(self, queue: str) -> object:
        waiting = self._listed.get(queue) or self._list(queue)
        while waiting:
            source = self.folder / waiting.popleft()
            mine = source.with_suffix(".taken")
            try:
                source.rename(mine)
            except FileNotFoundError:
                continue  # another consumer was quicker
            payload = mine.read_bytes()
            mine.unlink()
            return loads(bytes_to_str(payload))
        raise Empty

    def _list(self, queue: str) -> deque[str]:
        names = sorted(path.name for path in self.folder.glob(f"*.{queue}{SUFFIX}"))
        self._listed[queue] = deque(names)
        return self._listed[queue]

    def _write(self, target: Path, content: object) -> None:
        draft = target.with_name(f"{target.name}.{uuid.uuid4().hex}.draft")
        draft.write_bytes(str_to_bytes(dumps(content)))
        draft.rename(target)


class Transport(filesystem.Transport):
    """kombu's file-system transport with the channel above."""

    Channel = Channel
    default_connection_params: ClassVar[dict[str, object]] = {}  # there is no host

    def __init__(self, client: object, **kwargs: object) -> None:
        super().__init__(client, **kwargs)
        # kombu remembers bindings per process. Whoever then opens another folder
        # believes that its queue is bound there too, and its messages go nowhere.
        self.state = virtual.BrokerState()
