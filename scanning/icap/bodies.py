"""The body of a request: chunks (RFC 9112, 7.1), perhaps after a preview."""

import io
import re

from scanning.icap.wire import Line, ProtocolError

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[ \t]*(.*))?")
_MOST_TRAILERS = 20
_CONTINUE = b"ICAP/1.0 100 Continue\r\n\r\n"


class Body(io.RawIOBase):
    """What the peer sends, as a stream; asks for the rest when the preview is over."""

    def __init__(self, line: Line, *, has_preview: bool) -> None:
        """Begin with the first chunk."""
        super().__init__()
        self._line = line
        self._left = 0  # bytes of the present chunk
        self._is_preview = has_preview
        self.is_at_end = False
        # Whether all of it was in the preview: only then may 204 be answered unasked.
        self.was_preview_only = False

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes (64 KB if negative), none at the end.

        Raises ProtocolError or GoneError.
        """
        if not self._left and not self.is_at_end:
            self._next()
        if self.is_at_end:
            return b""
        found = self._line.read(min(self._left, size if size > 0 else 65536))
        self._left -= len(found)
        if not self._left and self._line.line():
            raise ProtocolError
        return found

    def _next(self) -> None:
        while not self._left and not self.is_at_end:
            found = _SIZE.fullmatch(self._line.line())
            if not found:
                raise ProtocolError
            self._left = int(found[1], 16)
            if not self._left:
                self._end(found[2] or b"")

    def _end(self, extension: bytes) -> None:
        for _trailer in range(_MOST_TRAILERS):
            if not self._line.line():
                break
        else:
            raise ProtocolError
        if self._is_preview and extension.strip().lower() != b"ieof":
            self._is_preview = False
            self._line.send(_CONTINUE)
            return
        self.was_preview_only = self._is_preview
        self.is_at_end = True
