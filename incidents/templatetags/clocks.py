"""Clocks as words: how much time is left, how late it is."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Obligation
from portal.core import clock

register = template.Library()


@register.filter
def span(length: timedelta) -> str:
    """Return a length of time in words, in the one or two units that matter."""
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:  # noqa: PLR2004 (from two days on, hours matter no more)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if not hours:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    in_hours = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    rest = minutes % 60
    if not rest or days:
        return in_hours
    in_minutes = ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}
    return f"{in_hours} {in_minutes}"


@register.filter
def until(moment: datetime) -> str:
    """Return how long it is until that moment, or since it."""
    return span(abs(moment - clock.now()))


@register.filter
def clock_words(duty: Obligation) -> str:
    """Return how a duty stands: done, left, due at once, overdue."""
    if not duty.is_open:
        return _over(duty)
    now = clock.now()
    if now > duty.alarm_at:
        return _("overdue by %(time)s") % {"time": span(now - duty.due_at)}
    if duty.is_at_once or now > duty.due_at:
        return _("due at once")
    return _("%(time)s left") % {"time": span(duty.due_at - now)}


def _over(duty: Obligation) -> str:
    if duty.done_at is None:
        return _("counted anew")
    if duty.is_waived:
        return _("no longer owed")
    if duty.is_late:
        return _("done, %(time)s late") % {"time": span(duty.done_at - duty.due_at)}
    return _("done in time")


@register.filter
def clock_tone(duty: Obligation) -> str:
    """Return the colour that repeats the words."""
    if not duty.is_open:
        return "warning" if duty.done_at and duty.is_late else "success"
    if duty.is_late:
        return "danger"
    return "warning" if duty.is_due_soon else "secondary"
