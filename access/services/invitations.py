"""Invitations: the one way to a password and a second factor.

The link is shown once to whoever invites and mailed straight away; its token is kept
nowhere but as a keyed hash, so no notice or duty row carries it. A mail that does not
leave is no loss: the administrator has the link, or makes a new one.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from access import audit, notices, rights
from access.actors import Actor
from access.identity import Identity
from access.login import second_factor
from access.models import Account, Agency, Assignment, Invitation, TotpDevice
from access.models.login import code_digest, known_digests
from access.refusals import (
    AccountBeyondError,
    AccountEndedError,
    AlreadyEnrolledError,
    EmailTakenError,
    IdentityTakenError,
    InvitationInvalidError,
    OtherPersonError,
    UsernameTakenError,
)
from access.services import posts
from portal.core import clock, text

logger = logging.getLogger(__name__)

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Person:
    """Who is invited."""

    full_name: str
    username: str
    email: str = ""
    telephone: str = ""
    identity: Identity | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Issued:
    """An invitation and its link, which is known at this moment only."""

    invitation: Invitation
    token: str = field(repr=False)

    @property
    def link(self) -> str:
        """The address that the person opens."""
        return settings.PORTAL_BASE_URL + reverse(
            "access:invitation", args=[self.token]
        )


@transaction.atomic
def invite(
    person: Person,
    post: posts.Post,
    *,
    by: Actor,
    is_mailed: bool = True,
    asked_by: Account | None = None,
) -> Issued:
    """Make an account with one right, and the link that opens it.

    is_mailed: whether the link leaves at once; who invites many mails them together.
    asked_by: as in `posts.grant`.

    Raises IdentityTakenError, EmailTakenError, UsernameTakenError and what
    `posts.grant` raises; nothing is made then.
    """
    account = _new_account(person)
    posts.grant(account, post, by=by, asked_by=asked_by)
    return issue(account, by=by, agency=post.agency, is_mailed=is_mailed)


@transaction.atomic
def give_further_post(person: Person, post: posts.Post, *, by: Actor) -> Assignment:
    """Give somebody who has an account a post besides (kiêm nhiệm).

    He is found by his identity number; a name that differs is taken for a mistyped
    number, so nobody gets a right by accident.

    Raises OtherPersonError and what `posts.grant` raises.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 8.1.
    """
    holder = person.identity.holder() if person.identity else None
    if holder is None or text.fold(holder.full_name) != text.fold(person.full_name):
        raise OtherPersonError
    locked = Account.objects.select_for_update().get(pk=holder.pk)
    made = posts.grant(locked, post, by=by)
    notices.notify(
        locked,
        gettext_lazy("You were given a further post"),
        body=format_lazy(
            gettext_lazy(
                "{role}, {agency}. If you know nothing of it, tell the account "
                "administrator of that agency."
            ),
            role=post.role.name,
            agency=post.agency.name,
        ),
        path=reverse("access:own-account"),
        agency=post.agency,
    )
    return made


@transaction.atomic
def renew(account: Account, *, by: Actor) -> Issued:
    """Replace the link of somebody who never enrolled; the old one stops working.

    Raises AccountBeyondError, AccountEndedError or AlreadyEnrolledError.
    """
    found = Account.objects.select_for_update().get(pk=account.pk)
    if by.account is not None and not rights.governs(by.account, found):
        raise AccountBeyondError(name=found.full_name)
    if not found.is_active:
        raise AccountEndedError(name=found.full_name)
    if second_factor.is_enrolled(found):
        raise AlreadyEnrolledError(name=found.full_name)
    return issue(found, by=by, agency=by.agency)


def _new_account(person: Person) -> Account:
    username = person.username.strip().lower()
    _refuse_second_account(person)
    try:
        with transaction.atomic():
            return Account.objects.create_user(
                username,
                text.nfc(" ".join(person.full_name.split())),
                person.email,
                telephone=person.telephone,
                identity_digest=person.identity.digest if person.identity else "",
            )
    except IntegrityError as taken:
        _refuse_second_account(person)  # somebody else was quicker
        raise UsernameTakenError(username=username) from taken


def _refuse_second_account(person: Person) -> None:
    if person.identity is not None and person.identity.holder() is not None:
        raise IdentityTakenError
    same = Account.objects.with_email(person.email).filter(is_active=True)
    if person.email and same.exists():
        raise EmailTakenError(email=person.email)


@transaction.atomic
def issue(
    account: Account, *, by: Actor, agency: Agency | None, is_mailed: bool = True
) -> Issued:
    """Make the one link that opens an account; an earlier one stops working.

    It asks for no right: the caller has done so.
    """
    open_ones = Invitation.objects.filter(
        account=account, used_at=None, withdrawn_at=None
    )
    if open_ones.update(withdrawn_at=clock.now()):
        audit.record(account, "access.invitation_withdrawn", by=by, agency=agency)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        account=account,
        digest=code_digest(token),
        invited_by=by.account,
        expires_at=clock.now() + settings.PORTAL_INVITATION_LASTS,
    )
    audit.record(account, "access.account_invited", by=by, agency=agency)
    issued = Issued(invitation, token)
    if is_mailed:
        transaction.on_commit(partial(mail, [issued]), robust=True)
    return issued


def mail(many: Sequence[Issued]) -> None:
    """Mail the links of those who have an address, over one connection.

    That an address is refused does not keep back the others.
    """
    addressed = [each for each in many if each.invitation.account.email]
    if not addressed:
        return
    try:
        with get_connection() as connection:
            for each in addressed:
                _send(each, connection)
    except OSError as error:
        logger.warning("mail_server_not_reached", extra={"error": str(error)})


def _send(issued: Issued, connection: BaseEmailBackend) -> None:
    account = issued.invitation.account
    words = {"issued": issued, "account": account}
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("access/mail/invitation_subject.txt", words)
        body = render_to_string("access/mail/invitation.txt", words)
    letter = EmailMessage(
        " ".join(subject.split()), body, to=[account.email], connection=connection
    )
    try:
        letter.send()
    except OSError:
        logger.warning("invitation_not_mailed", extra={"account": account.pk})


def find(token: str) -> Invitation:
    """Return the invitation that this link opens.

    Raises InvitationInvalidError if it is used, expired, withdrawn or unknown.
    """
    found = (
        Invitation.objects.select_related("account")
        .filter(digest__in=known_digests(token))
        .first()
    )
    if found is None or not found.is_open or not found.account.is_active:
        raise InvitationInvalidError
    return found


@dataclass(frozen=True)
class Enrolment:
    """What the person brought: a hashed password, and a seed proved by a code."""

    password_hash: str = field(repr=False)
    seed: bytes = field(repr=False)
    used_step: int


@transaction.atomic
def accept(
    invitation: Invitation, enrolment: Enrolment, *, by: Actor
) -> tuple[TotpDevice, list[str]]:
    """Open the account: password, authenticator and recovery codes, all or nothing.

    The update is the claim: of two who accept at once, one gets the account.

    Raises InvitationInvalidError if the link has been used or has ended meanwhile.
    """
    at = clock.now()
    still_open = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, withdrawn_at=None, expires_at__gt=at
    )
    if not still_open.update(used_at=at):
        raise InvitationInvalidError
    account = Account.objects.select_for_update().get(pk=invitation.account_id)
    if not account.is_active or second_factor.is_enrolled(account):
        raise InvitationInvalidError
    account.password = enrolment.password_hash
    account.save(update_fields=["password"])
    device = second_factor.enrol(account, enrolment.seed, used_step=enrolment.used_step)
    audit.record(account, "access.invitation_accepted", by=by)
    audit.record(account, "access.second_factor_enrolled", by=by, method="totp")
    return device, second_factor.new_codes(account, by=by)
