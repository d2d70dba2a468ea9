"""The technical log: a constant name for each event, then its identifiers."""

import logging

# What every record has; the rest was given with `extra`.
_COMMON = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
# Of Django's and gunicorn's records: whole objects, which may hold what people typed.
_OBJECTS = {"request", "server_time", "data", "status_code"}


class LineFormatter(logging.Formatter):
    """Writes one line: time, level, place, event, name=value for each identifier."""

    def __init__(self) -> None:
        """Take no options: the form of the line is part of what tools read."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the line without any stack."""
        given = vars(record).keys() - _COMMON - _OBJECTS
        facts = "".join(f" {name}={vars(record)[name]}" for name in sorted(given))
        return super().formatMessage(record) + facts
