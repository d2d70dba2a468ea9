"""Telling people: on their page at once, by mail as soon as it can be sent."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.functional import Promise

from access.models import Account, Agency, Notice
from portal.core.models import SweepRun

logger = logging.getLogger(__name__)


def notify(
    account: Account,
    subject: str | Promise,
    *,
    body: str | Promise = "",
    path: str = "",
    agency: Agency | None = None,
) -> Notice:
    """Tell one person; call it inside the transaction of what happened.

    subject, body: lazy text is put into the portal's own language, whatever language
    the present page is in. path: the page it is about, starting with a slash.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return Notice.objects.create(
            recipient=account,
            agency=agency,
            subject=str(subject)[:200],
            body=str(body),
            path=path,
        )


def notify_holders(
    permission: str,
    agency: Agency,
    subject: str | Promise,
    *,
    body: str | Promise = "",
    path: str = "",
) -> int:
    """Tell everybody who holds the permission for the agency today; return how many.

    Zero means that nobody was told: the caller must not pretend otherwise.
    """
    holders = Account.objects.holding(permission, agency)
    for account in holders:
        notify(account, subject, body=body, path=path, agency=agency)
    return len(holders)


def send_due(limit: int = 100) -> int:
    """Mail what is due; return how many were sent. Safe to run twice at once."""
    sent = 0
    due = list(Notice.objects.claimable().values_list("pk", flat=True)[:limit])
    for pk in due:
        if Notice.objects.claim(pk):
            sent += _send(Notice.objects.select_related("recipient").get(pk=pk))
    SweepRun.mark("notices", sent)
    return sent


def _send(notice: Notice) -> bool:
    if not notice.recipient.email:
        notice.finish()  # the page is the only way; it shows the notice already
        return False
    with translation.override(settings.LANGUAGE_CODE):
        body = f"{notice.body}\n\n{settings.PORTAL_BASE_URL}{notice.path}".strip()
    try:
        send_mail(notice.subject, body, None, [notice.recipient.email])
    except OSError as error:
        notice.postpone(str(error))
        logger.warning("notice_not_sent", extra={"notice": notice.pk})
        return False
    notice.finish()
    return True
