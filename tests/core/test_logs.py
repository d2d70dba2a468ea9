import logging

from portal.core.logs import LineFormatter


def line(**extra):
    record = logging.makeLogRecord(
        {"name": "incidents", "levelname": "WARNING", "msg": "duty_late", **extra}
    )
    return LineFormatter().format(record)


def test_a_line_ends_with_the_identifiers_in_the_same_order_every_time():
    assert line(step=7, duty=3).endswith("WARNING incidents duty_late duty=3 step=7")


def test_a_whole_request_is_never_written_down():
    assert line(request="typed=secret", status_code=500).endswith("duty_late")
