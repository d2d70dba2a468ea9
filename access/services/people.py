"""Looking up a person of another agency, for a post in one's own (kiêm nhiệm)."""

from django.db import transaction

from access import audit, rights
from access.actors import Actor
from access.models import Account
from access.refusals import UnknownPersonError

LOOKS_AFTER = ("accounts.manage", "accounts.confirm", "accounts.appoint")


@transaction.atomic
def look_up(username: str, *, by: Actor) -> Account:
    """Return the open account of exactly that user name; the look is on record.

    Raises NotAllowedError unless the actor looks after accounts somewhere, or
    UnknownPersonError, which says the same of closed accounts as of unknown ones.
    """
    rights.require_anywhere(by.person, *LOOKS_AFTER)
    found = Account.objects.filter(username__iexact=username.strip(), is_active=True)
    account: Account | None = found.first()
    if account is None:
        raise UnknownPersonError(username=username.strip())
    audit.record(account, "access.searched_person", by=by)
    return account
