"""A file that waits too long for its scan is blocked too: somebody must hear of it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from access.models import Agency, Notice
from access.notices import notify_holders
from portal.core import clock
from scanning.models import Attachment, AttachmentState

WAITED = timedelta(minutes=30)
TELL_EVERY = timedelta(hours=6)


def alarm() -> int:
    """Tell the officers whose files wait too long; return how many agencies heard.

    Told again after some hours, as long as it lasts. Safe to run twice.
    """
    stuck = Attachment.objects.filter(
        state=AttachmentState.PENDING, received_at__lt=clock.now() - WAITED
    )
    counted = stuck.order_by().values_list("keeper").annotate(Count("pk"))
    path, told = reverse("scanning:queue"), 0
    recent = Notice.objects.filter(
        path=path, agency__isnull=False, created_at__gt=clock.now() - TELL_EVERY
    ).values("agency")
    numbers = dict(counted)
    for agency in Agency.objects.filter(pk__in=numbers).exclude(pk__in=recent):
        count = numbers[agency.pk]
        with translation.override(settings.LANGUAGE_CODE):
            subject = ngettext(
                "%(count)d file has waited for its scan for more than half an hour",
                "%(count)d files have waited for their scan for more than half an hour",
                count,
            ) % {"count": count}
            told += bool(
                notify_holders("attachments.release", agency, subject, path=path)
            )
    return told
