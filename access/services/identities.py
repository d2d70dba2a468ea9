"""The identity of people who had an account before anybody asked for it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 8.1.
"""

from django.db import transaction

from access import audit
from access.actors import Actor
from access.identity import Identity
from access.models import Account
from access.refusals import (
    IdentityKnownError,
    IdentityTakenError,
    OtherPersonError,
    UsernameTakenError,
)
from portal.core import text


@transaction.atomic
def record(username: str, full_name: str, identity: Identity, *, by: Actor) -> Account:
    """Note who the holder of an account is, if nobody has; return the account.

    Raises UsernameTakenError if the actor does not administer that account, so that he
    learns no more than that there is one; OtherPersonError, IdentityKnownError or
    IdentityTakenError.
    """
    handled = Account.objects.handled_by(by.person).select_for_update()
    found = handled.filter(username=username).first()
    if found is None:
        raise UsernameTakenError(username=username)
    if text.fold(found.full_name) != text.fold(full_name):
        raise OtherPersonError
    if found.identity_digest:
        raise IdentityKnownError(name=found.full_name)
    if identity.holder() is not None:
        raise IdentityTakenError
    found.identity_digest = identity.digest
    found.save(update_fields=["identity_digest"])
    audit.record(found, "access.identity_recorded", by=by)
    return found
