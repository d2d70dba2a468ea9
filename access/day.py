"""What whoever looks after accounts must see first in the morning.

People: of one's own agencies, those who are locked out, idle, or wait. Agencies: one's
own; for whoever appoints for the province, every one.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.2, 12.5, 13.5.b, 15.7 and 15.9.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access import standing
from access.models import Account, Agency, Assignment, Invitation
from access.services import idle
from portal.core import clock

MOST_LINES = 20
ENDS_WITHIN = timedelta(days=14)
UNCONFIRMED_FOR = timedelta(days=7)
LINK_ENDS_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Line:
    """One thing to look at, and the page on which it is put right."""

    who: str
    what: str
    url: str
    action: str


@dataclass(frozen=True)
class Kind:
    """A kind of things, most urgent kinds first; its key is an anchor on the page."""

    key: str
    title: str | Promise
    tone: str
    icon: str


@dataclass(frozen=True)
class Section:
    """Things of one kind: the first of them, and how many there are."""

    kind: Kind
    lines: list[Line]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.lines)


_SHUT_OUT = Kind("cua", gettext_lazy("Agencies before a shut door"), "danger", "lock")
_LOCKED = Kind("khoa", gettext_lazy("Locked out today"), "danger", "lock")
_ABSENT = Kind("chuc-danh", gettext_lazy("Nobody in office"), "warning", "user-off")
_UNCONFIRMED = Kind(
    "xac-nhan", gettext_lazy("Rights not confirmed for a week"), "warning", "checks"
)
_ENDING = Kind("sap-het", gettext_lazy("Rights that end soon"), "info", "calendar")
_UNUSED = Kind("loi-moi", gettext_lazy("Unused invitations"), "info", "mail")
_IDLE = Kind("khong-dung", gettext_lazy("Idle accounts"), "secondary", "clock")


def sections(reader: Account) -> list[Section]:
    """Return what this person must look at, most urgent first; nothing empty.

    The number of queries is the same, whatever there is to see.
    """
    own = Agency.objects.where(reader, "accounts.read", "accounts.manage")
    managed = set(
        Agency.objects.where(reader, "accounts.manage").values_list("pk", flat=True)
    )
    appoints = Assignment.objects.giving(reader, "accounts.appoint").exists()
    care = Agency.objects.participants() if appoints else own.in_force()
    states = standing.of(care.by_rank())
    people = Account.objects.visible_to(reader)
    found = [
        _shut_out(states),
        _locked_out(people),
        _absent(states, managed, appoints=appoints),
        _unconfirmed(own),
        _ending(own),
        _invitations(reader),
        _idle(people),
    ]
    return [section for section in found if section.total]


# ── Agencies ──────────────────────────────────────────────────────────────────────
def _shut_out(states: Iterable[standing.Standing]) -> Section:
    return _listed(
        _SHUT_OUT,
        (
            Line(
                state.agency.name,
                state.shut_out,
                reverse("access:agency", args=[state.agency.pk]),
                _("Telephone the agency"),
            )
            for state in states
            if state.shut_out
        ),
    )


def _absent(
    states: Iterable[standing.Standing], managed: set[int], *, appoints: bool
) -> Section:
    def remedy(agency: Agency) -> tuple[str, str]:
        if agency.pk in managed:
            return reverse("access:invite"), _("Invite a person")
        if appoints:
            asked = reverse("access:new-request", args=["tai-khoan"])
            return asked, _("Ask for an appointment")
        return reverse("access:agency", args=[agency.pk]), _("Open the agency")

    def lacking(offices: list[str]) -> str:
        # The heading says that nobody holds them; some names hold a comma themselves.
        return capfirst("; ".join(offices))

    worst_first = sorted(states, key=lambda state: -len(state.absent))
    return _listed(
        _ABSENT,
        (
            Line(state.agency.name, lacking(state.absent), *remedy(state.agency))
            for state in worst_first
            if state.absent
        ),
    )


# ── People of one's own agencies ──────────────────────────────────────────────────
def _locked_out(people: QuerySet[Account]) -> Section:
    midnight = datetime.combine(clock.today(), time.min, clock.VIETNAM)
    entries = standing.lockouts(midnight).filter(object_id__in=people.values("pk"))
    latest = {entry.object_id: entry for entry in entries.order_by("timestamp")}
    return _listed(
        _LOCKED,
        (
            _about(
                pk,
                entry.object_repr,
                _("last at %(time)s, from %(address)s")
                % {
                    "time": timezone.localtime(entry.timestamp).strftime("%H:%M"),
                    "address": entry.remote_addr or "–",
                },
                _("Ask whether it was he"),
            )
            for pk, entry in reversed(latest.items())
        ),
    )


def _unconfirmed(own: QuerySet[Agency]) -> Section:
    waiting = (
        Assignment.objects.unended()
        .filter(agency__in=own, delegated_from=None, confirmed_at=None)
        .filter(granted_at__lt=clock.now() - UNCONFIRMED_FOR)
        # The head confirms the others; nobody in the agency confirms the head.
        .exclude(role__permissions__code="accounts.confirm")
        .order_by("granted_at", "pk")
    )

    def since(right: Assignment) -> str:
        return _("granted on %(day)s") % {"day": _day(right.granted_at)}

    return _of_rights(_UNCONFIRMED, waiting, since, _("Ask the head to confirm"))


def _ending(own: QuerySet[Agency]) -> Section:
    ending = (
        Assignment.objects.in_force()
        .filter(agency__in=own, ends_on__lte=clock.today() + ENDS_WITHIN)
        .filter(revoked_at=None, account__is_active=True)
        .order_by("ends_on", "pk")
    )

    def until(right: Assignment) -> str:
        return _("last day %(day)s") % {"day": _day(right.ends_on or clock.today())}

    return _of_rights(_ENDING, ending, until, _("Prolong, or let it end"))


def _of_rights(
    kind: Kind,
    rights: QuerySet[Assignment],
    when: Callable[[Assignment], str],
    action: str,
) -> Section:
    shown = rights.select_related("account", "role", "agency")[:MOST_LINES]
    lines = [
        _about(
            right.account_id,
            right.account.full_name,
            f"{right.role.name}, {right.agency.short_name}: {when(right)}",
            action,
        )
        for right in shown
    ]
    return Section(kind, lines, rights.count())


def _invitations(reader: Account) -> Section:
    handled = Account.objects.handled_by(reader).filter(is_active=True)
    waiting = Invitation.objects.filter(
        account__in=handled,
        used_at=None,
        withdrawn_at=None,
        expires_at__lt=clock.now() + LINK_ENDS_WITHIN,
    )

    def until(link: Invitation) -> str:
        words = _("works until %(when)s") if link.is_open else _("expired at %(when)s")
        moment = timezone.localtime(link.expires_at).strftime("%H:%M %d/%m/%Y")
        return words % {"when": moment}

    shown = waiting.select_related("account").order_by("expires_at", "pk")
    lines = [
        _about(link.account_id, link.account.full_name, until(link), _("New link"))
        for link in shown[:MOST_LINES]
    ]
    return Section(_UNUSED, lines, waiting.count())


def _idle(people: QuerySet[Account]) -> Section:
    unused = idle.idle(clock.now()).filter(pk__in=people.values("pk"))
    if not settings.PORTAL_IDLE_DAYS:
        unused = unused.none()

    def since(account: Account) -> str:
        if account.last_login is None:
            return _("has never signed in")
        return _("last sign-in on %(day)s") % {"day": _day(account.last_login)}

    shown = unused.order_by("last_login", "pk")[:MOST_LINES]
    action = _("Open the account")
    lines = [_about(each.pk, each.full_name, since(each), action) for each in shown]
    return Section(_IDLE, lines, unused.count())


def _about(pk: int | None, who: str, what: str, action: str) -> Line:
    return Line(who, what, reverse("access:account", args=[pk]), action)


def _listed(kind: Kind, lines: Iterator[Line]) -> Section:
    found = list(lines)
    return Section(kind, found[:MOST_LINES], len(found))


def _day(value: date | datetime) -> str:
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return local.strftime("%d/%m/%Y")
