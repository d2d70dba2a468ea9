"""The lost telephone: every second factor is taken away, and the person enrols anew.

Two persons stand behind each reset: it is an access request of the kind "reset", asked
for by one and approved by another (`access.services.requests`). What carries it out is
here, and asks for no more.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b; ASVS 5.0, 6.4.4.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.login import second_factor, sessions
from access.models import Account, KnownDevice
from access.refusals import AccountEndedError, OwnRightsError
from access.services import invitations


@transaction.atomic
def reset(account: Account, *, by: Actor) -> invitations.Issued:
    """Take all second factors away, end all sign-ins, and invite the person again.

    The link is not mailed: whoever reads the person's mail must not enrol in his place.
    The administrator calls the person, on the telephone number on record, and hands it
    over. The mail only says what happened.

    Raises OwnRightsError or AccountEndedError; nothing is changed then.
    """
    found = Account.objects.select_for_update().get(pk=account.pk)
    if found == by.account:
        raise OwnRightsError
    if not found.is_active:
        raise AccountEndedError(name=found.full_name)
    second_factor.remove_all(found)
    KnownDevice.objects.filter(account=found).delete()
    found.set_unusable_password()
    found.save(update_fields=["password"])
    sessions.end_all(found, by=by)
    audit.record(found, "access.second_factor_reset", by=by)
    notices.notify(
        found,
        _("Your password and second factor were reset"),
        body=_(
            "Your administrator asked for it and a second person approved it. All "
            "your sign-ins have ended. You receive a new invitation from your "
            "administrator, in person or by telephone. If you did not report a lost "
            "device, call your administrator at once."
        ),
        agency=by.agency,
    )
    return invitations.issue(found, by=by, agency=by.agency, is_mailed=False)
