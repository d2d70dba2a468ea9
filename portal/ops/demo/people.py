"""Who is in the demo: accounts that can sign in at once, with their posts."""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import (
    PBKDF2PasswordHasher,
    get_hashers_by_algorithm,
    make_password,
)

from access.actors import Actor
from access.login import second_factor
from access.models import Account, Agency, Assignment, Role
from access.services import accounts, invitations, posts
from portal.core.clock import vietnamese_day
from portal.ops.demo import past
from portal.ops.demo.content import read

# Before the first story, so that everybody may do what he does in it.
BEGAN = date(2023, 7, 3)
BUILDER = Actor.system("demo")
TELEPHONE = "0271 000 0000 (mẫu)"
DEVICE = "Trình duyệt mẫu"
# The head of an agency confirms what its administrator granted, but not everything:
# what waits is what a head must see on his first page.
_LEFT_UNCONFIRMED = 7


@dataclass
class Person:
    """One demo account with what is needed to sign in."""

    account: Account
    password: str = field(repr=False)
    seed: bytes = field(repr=False)
    role: str = ""
    agency: str = ""


@dataclass
class Cast:
    """Everybody, by user name, and the user part of each agency, by its code."""

    people: dict[str, Person] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def actor(self, username: str, agency: str = "") -> Actor:
        """Return a person acting for his agency, or for another post of his."""
        person = self.people[username]
        return Actor(
            account=person.account,
            agency=self.agencies[agency or person.agency],
            address="192.0.2.10",  # an address that documentation may use
            device=DEVICE,
        )

    def of(self, prefix: str, agency: str) -> Actor:
        """Return the holder of one of the four posts of an agency, by its code."""
        return self.actor(f"{prefix}.{self.parts[agency]}")


def gather() -> Cast:
    """Create all accounts with password, second factor and posts."""
    content = read("people")
    _give_addresses(content)
    cast = Cast(
        agencies={agency.code: agency for agency in Agency.objects.all()},
        parts={row["code"]: row["user"] for row in content["agency"]},
    )
    wanted = [*content["account"], *_posts_of_every_agency(content)]
    names = _names(content)
    passwords = [secrets.token_urlsafe(12) for _each in wanted]
    roles = {role.code: role for role in Role.objects.all()}
    with past.at(past.morning(BEGAN)):
        for row, password in zip(wanted, passwords, strict=True):
            person = _enter(row, next(names), password)
            cast.people[row["username"]] = person
            _grant(person.account, row, cast, roles)
        for row in content["second_post"]:
            account = cast.people[row["username"]].account
            _grant(account, row, cast, roles)
    _confirm(cast)
    _vary(content, cast, roles)
    return cast


def _give_addresses(content: dict[str, Any]) -> None:
    """Give the agencies a telephone with no subscriber, and their seat.

    Straight into the rows, since no service changes an agency yet.
    """
    Agency.objects.filter(telephone="").update(telephone=TELEPHONE)
    for row in content["agency"]:
        seats = Agency.objects.filter(code=row["code"], address="")
        seats.update(address=f"Trụ sở mẫu, {row['place']}")


def _posts_of_every_agency(content: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "username": f"{post['prefix']}.{agency['user']}",
            "role": post["role"],
            "agency": agency["code"],
            "position": post["position"],
        }
        for agency in content["agency"]
        for post in content["post"]
    ]


def _names(content: dict[str, Any]) -> "Names":
    return Names(content["family"], content["middle"], content["given"])


class Names:
    """Names that nobody bears, each marked as a sample, none twice."""

    def __init__(self, *parts: list[str]) -> None:
        self.parts = parts
        self.chance = Random(2012)  # noqa: S311 (the same names in each installation)
        self.given: set[str] = set()

    def __next__(self) -> str:
        while True:
            name = " ".join(self.chance.choice(part) for part in self.parts)
            if name not in self.given:
                self.given.add(name)
                return f"{name} (mẫu)"


def _enter(row: dict[str, str], name: str, password: str) -> Person:
    account = Account.objects.create_user(
        row["username"],
        name,
        f"{row['username']}@binhphuoc.example",
        telephone=TELEPHONE,
        is_demo=True,
    )
    account.password = quick_hash(password)
    account.save(update_fields=["password"])
    seed = second_factor.new_seed()
    second_factor.enrol(account, seed)
    return Person(account, password, seed, row["role"], row["agency"])


def quick_hash(password: str) -> str:
    """Return a hash of a password that chance made, so that no slow one is needed.

    Hashing each for a quarter of a second would take half of the demo's time. At the
    first sign-in Django replaces it with the hash that the settings prefer.
    """
    quick = PBKDF2PasswordHasher()
    if quick.algorithm not in get_hashers_by_algorithm():
        return make_password(password)  # nobody would know the quick one again
    return str(quick.encode(password, quick.salt(), iterations=1000))


def _grant(
    account: Account, row: dict[str, str], cast: Cast, roles: dict[str, Role]
) -> None:
    post = posts.Post(
        agency=cast.agencies[row["agency"]],
        role=roles[row["role"]],
        starts_on=BEGAN,
        position=row["position"],
        decision_number=f"{100 + account.pk}/QĐ-mẫu",
    )
    posts.grant(account, post, by=BUILDER)


def _confirm(cast: Cast) -> None:
    with past.at(past.morning(BEGAN + timedelta(days=7))):
        for code in cast.parts:
            head = cast.of("lanhdao", code)
            granted = Assignment.objects.filter(agency__code=code)
            for assignment in granted.exclude(account=head.account):
                if assignment.pk % _LEFT_UNCONFIRMED:
                    posts.confirm(assignment, by=head)


def _vary(content: dict[str, Any], cast: Cast, roles: dict[str, Role]) -> None:
    """Suspend some, let some leave and invite some, as administrators do."""
    for username in content["suspended"]:
        administrator = cast.of("quantri", cast.people[username].agency)
        with past.at(past.days_ago(12, hour=16)):
            accounts.suspend(
                cast.people[username].account, by=administrator, reason="Nghỉ thai sản"
            )
    for username in content["left"]:
        _leave(cast, username, past.days_ago(40, hour=10))
    for row in content["invited"]:
        administrator = cast.of("quantri", row["agency"])
        person = invitations.Person("Người mới được mời (mẫu)", row["username"])
        post = posts.Post(
            agency=cast.agencies[row["agency"]],
            role=roles[row["role"]],
            starts_on=vietnamese_day(past.days_ago(0)),
            position="Nhân viên mới",
        )
        issued = invitations.invite(person, post, by=administrator)
        Account.objects.filter(pk=issued.invitation.account_id).update(is_demo=True)


def _leave(cast: Cast, username: str, moment: datetime) -> None:
    person = cast.people[username]
    administrator = cast.of("quantri", person.agency)
    with past.at(moment):
        held = Assignment.objects.get(account=person.account)
        last_day = vietnamese_day(moment - timedelta(days=1))
        posts.end(held, last_day, by=administrator, reason="Chuyển công tác")


def write_credentials(cast: Cast) -> Path:
    """Write what is needed to sign in, for whoever runs the demo only."""
    roles = dict(Role.objects.values_list("code", "name"))
    active = set(
        Account.objects.filter(is_active=True).values_list("username", flat=True)
    )
    entries = [
        {
            "username": username,
            "password": person.password,
            "totp_secret": base64.b32encode(person.seed).decode("ascii"),
            "role": person.role,
            "role_name": roles[person.role],
            "agency": person.agency,
            "agency_name": cast.agencies[person.agency].name,
            "full_name": person.account.full_name,
            "can_sign_in": username in active,
        }
        for username, person in cast.people.items()
    ]
    # Nobody should try first whom the story has suspended or let leave.
    entries.sort(key=lambda entry: not entry["can_sign_in"])
    target = credentials_file()
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=1)
    part.replace(target)
    return target


def credentials_file() -> Path:
    """Return where the demo's credentials lie."""
    return Path(settings.PORTAL_VAR) / "demo-accounts.json"
