"""Staff lists: read and tried out, then applied as they were shown, all or nothing.

The preview is a rehearsal: the same services do the whole list in a transaction that is
rolled back. So the preview knows every rule that will hold, and no rule stands twice.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 8.1 and 15.7.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from access import audit
from access.actors import Actor
from access.identity import Identity
from access.models import Account, Agency, Assignment, Role, StaffList
from access.refusals import AlreadyHeldError, LineRefusedError, StaffListGoneError
from access.services import identities, invitations, posts
from access.staff_lists import entries as understanding
from access.staff_lists.columns import BY_KEY
from access.staff_lists.entries import Entry, Problem
from access.staff_lists.reading import read
from access.staff_lists.usernames import Proposals
from portal.core import clock, secrets
from portal.core.errors import RefusalError

# In which column a refusal of a service is shown.
_COLUMN_OF = {
    "identity_taken": "identity",
    "other_person": "identity",
    "email_taken": "email",
    "identity_known": "identity",
    "username_taken": "username",
    "more_than_held": "role",
    "second_head": "role",
    "scope_beyond": "scope",
    "last_day": "ends_on",
    "agency_ended": "starts_on",
}


@dataclass(frozen=True)
class Step:
    """What the list makes of one person.

    kind: "new"; "further", a post besides those on his account; "known", an account
    that gets its identity number, and the post; "there", nothing to do.
    """

    kind: str
    entry: Entry
    role: str


@dataclass(frozen=True)
class Rehearsal:
    """What a list would do, and what is wrong with it."""

    steps: list[Step]
    problems: list[Problem]
    unknown: list[str]


@dataclass(frozen=True)
class Arrival:
    """Somebody whom the list invited; link: empty if it was mailed."""

    account: int
    name: str
    username: str
    link: str


def rehearse(content: bytes, agency: Agency, *, by: Actor) -> Rehearsal:
    """Read a file and try out what it would do; nothing is changed.

    Raises NotAllowedError, or a refusal of `access.staff_lists.refusals` where no line
    can be read at all.
    """
    by.require("accounts.manage", agency)
    table = read(content)
    roles = {role.code: role for role in posts.grantable_roles(by.person, agency)}
    people: list[Entry] = []
    problems: list[Problem] = []
    for line in table.lines:
        entry, faults = understanding.parse(line, roles)
        problems += faults
        if entry is not None:
            people.append(entry)
    problems += _repeated(people)
    steps = _steps(people, agency, roles, by)
    with transaction.atomic():
        problems += _tried(steps, agency, by)
        transaction.set_rollback(True)
    problems.sort(key=lambda problem: problem.line)
    return Rehearsal(steps, problems, table.unknown)


def _repeated(people: Iterable[Entry]) -> list[Problem]:
    """Find people, user names and addresses that stand in the list twice."""
    problems = []
    first: dict[tuple[str, str], int] = {}
    for entry in people:
        given = {
            "identity": entry.identity.digest,
            "username": entry.username,
            "email": entry.email.lower(),
        }
        for key, value in given.items():
            before = first.setdefault((key, value), entry.line) if value else entry.line
            if before != entry.line:
                sentence = _("The same stands in line %(line)d already.")
                heading = BY_KEY[key].heading
                words = sentence % {"line": before}
                problems.append(Problem(entry.line, heading, words))
    return problems


def _steps(
    people: list[Entry], agency: Agency, roles: dict[str, Role], by: Actor
) -> list[Step]:
    """Say what each line does, with as many queries for one line as for all."""
    digests = [digest for entry in people for digest in entry.identity.digests]
    known = Account.objects.filter(identity_digest__in=digests)
    holders = dict(known.values_list("identity_digest", "pk"))
    held = Assignment.objects.unended().filter(agency=agency)
    present = set(held.values_list("account", "role__code"))
    unidentified = set(
        Account.objects.handled_by(by.person)
        .filter(identity_digest="", username__in=[e.username for e in people])
        .values_list("username", flat=True)
    )
    proposals = Proposals(entry.username for entry in people)
    steps = []
    for entry in people:
        mine = (holders.get(digest) for digest in entry.identity.digests)
        holder = next(filter(None, mine), None)
        if holder is not None:
            kind = "there" if (holder, entry.role) in present else "further"
        else:
            kind = "known" if entry.username in unidentified else "new"
        named = entry.username or proposals.for_name(entry.full_name)
        found = replace(entry, username=named) if kind == "new" else entry
        steps.append(Step(kind, found, roles[entry.role].name))
    return steps


def _tried(steps: list[Step], agency: Agency, by: Actor) -> list[Problem]:
    roles = {role.code: role for role in Role.objects.all()}
    problems = []
    for step in steps:
        try:
            with transaction.atomic():
                _take(step, agency, roles, by)
        except RefusalError as refusal:
            key = _COLUMN_OF.get(refusal.code, "full_name")
            where = (step.entry.line, BY_KEY[key].heading)
            problems.append(Problem(*where, str(refusal)))
    return problems


def _take(
    step: Step, agency: Agency, roles: dict[str, Role], by: Actor
) -> invitations.Issued | None:
    """Do what one line says; return the invitation if it made an account."""
    entry = step.entry
    person = invitations.Person(
        entry.full_name, entry.username, entry.email, entry.telephone, entry.identity
    )
    post = posts.Post(
        agency=agency,
        role=roles[entry.role],
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        position=entry.position,
        decision_number=entry.decision_number,
        scope=entry.scope,
    )
    if step.kind == "new":
        return invitations.invite(person, post, by=by, is_mailed=False)
    if step.kind == "further":
        invitations.give_further_post(person, post, by=by)
    if step.kind == "known":
        account = identities.record(
            entry.username, entry.full_name, entry.identity, by=by
        )
        with suppress(AlreadyHeldError):
            posts.grant(account, post, by=by)
    return None


@transaction.atomic
def keep(
    rehearsal: Rehearsal, agency: Agency, name: str, content: bytes, *, by: Actor
) -> StaffList:
    """Keep a list without faults, sealed, until it is applied or a day has gone by."""
    return StaffList.objects.create(
        agency=agency,
        read_by=by.person,
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        sealed=secrets.seal(json.dumps([_as_data(step) for step in rehearsal.steps])),
    )


def steps_of(kept: StaffList) -> list[Step]:
    """Return what was previewed."""
    if kept.applied_at is not None or not kept.sealed:
        return []
    return [_from_data(row) for row in json.loads(secrets.open_sealed(kept.sealed))]


def _as_data(step: Step) -> dict[str, object]:
    entry = asdict(step.entry)
    entry["starts_on"] = step.entry.starts_on.isoformat()
    entry["ends_on"] = step.entry.ends_on and step.entry.ends_on.isoformat()
    entry["identity"] = list(step.entry.identity.digests)
    return {"kind": step.kind, "role": step.role, "entry": entry}


def _from_data(row: dict) -> Step:
    entry = row["entry"]
    ends = entry["ends_on"]
    entry |= {
        "starts_on": date.fromisoformat(entry["starts_on"]),
        "ends_on": date.fromisoformat(ends) if ends else None,
        "identity": Identity(tuple(entry["identity"])),
    }
    return Step(row["kind"], Entry(**entry), row["role"])


@transaction.atomic
def apply(kept: StaffList, *, by: Actor) -> None:
    """Do what was previewed, or nothing; a second call does nothing.

    Raises NotAllowedError, StaffListGoneError, or LineRefusedError if one of the lines
    can no longer be done.
    """
    by.require("accounts.manage", kept.agency)
    found = StaffList.objects.select_for_update().get(pk=kept.pk)
    if found.applied_at is not None:
        return
    steps = steps_of(found)
    if not steps:
        raise StaffListGoneError
    issued = _take_all(steps, found.agency, by)
    arrivals = [
        Arrival(
            each.invitation.account_id,
            each.invitation.account.full_name,
            each.invitation.account.username,
            "" if each.invitation.account.email else each.link,
        )
        for each in issued
    ]
    found.applied_at = clock.now()
    found.sealed = secrets.seal(json.dumps([asdict(each) for each in arrivals]))
    found.save(update_fields=["applied_at", "sealed"])
    audit.record(
        found.agency,
        "access.staff_imported",
        by=by,
        agency=found.agency,
        file=found.file_name,
        sha256=found.sha256,
        invited=len(issued),
        further_posts=sum(step.kind == "further" for step in steps),
    )
    transaction.on_commit(partial(invitations.mail, issued), robust=True)


def _take_all(steps: list[Step], agency: Agency, by: Actor) -> list[invitations.Issued]:
    roles = {role.code: role for role in Role.objects.all()}
    issued = []
    for step in steps:
        try:
            made = _take(step, agency, roles, by)
        except RefusalError as refusal:
            line = step.entry.line
            raise LineRefusedError(line=line, reason=str(refusal)) from refusal
        if made is not None:
            issued.append(made)
    return issued


@transaction.atomic
def take_links(kept: StaffList) -> list[Arrival]:
    """Return whom the list invited, once; after that the links are known to nobody."""
    found = StaffList.objects.select_for_update().get(pk=kept.pk)
    if found.applied_at is None or not found.sealed:
        return []
    rows = json.loads(secrets.open_sealed(found.sealed))
    _empty(found)
    return [Arrival(**row) for row in rows]


@transaction.atomic
def discard(kept: StaffList) -> None:
    """Forget a list that was not applied."""
    found = StaffList.objects.select_for_update().get(pk=kept.pk)
    if found.applied_at is None:
        _empty(found)


def _empty(found: StaffList) -> None:
    found.sealed = ""
    found.save(update_fields=["sealed"])


def forget_expired() -> int:
    """Empty what waited longer than a day; return how many lists."""
    return StaffList.objects.expired().update(sealed="")
