"""How often somebody who is not known may ask about files.

Counted in the database, since the web processes share nothing else. Anybody may learn
whether bytes are known; nobody may try a list of them.
"""

from datetime import timedelta
from hashlib import blake2b

from django.conf import settings
from django.db import transaction
from django.db.models import F

from portal.core import clock
from portal.core.secrets import derived_key
from scanning.models import QuestionCount
from scanning.refusals import TooManyQuestionsError

_KEPT = timedelta(hours=1)


def count_question(address: str) -> None:
    """Count one question from a network address.

    Raises TooManyQuestionsError above `PORTAL_QUESTIONS_A_MINUTE`.
    """
    if _counted(address) > settings.PORTAL_QUESTIONS_A_MINUTE:
        raise TooManyQuestionsError


@transaction.atomic
def _counted(address: str) -> int:
    minute = clock.now().replace(second=0, microsecond=0)
    source = _source(address)
    row, is_new = QuestionCount.objects.get_or_create(source=source, minute=minute)
    if is_new:
        QuestionCount.objects.filter(minute__lt=minute - _KEPT).delete()
    QuestionCount.objects.filter(pk=row.pk).update(number=F("number") + 1)
    row.refresh_from_db(fields=["number"])
    return row.number


def _source(address: str) -> str:
    key = derived_key("questions")
    return blake2b(address.encode(), key=key, digest_size=32).hexdigest()
