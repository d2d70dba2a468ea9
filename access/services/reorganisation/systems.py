"""The connected systems of an agency that ends: they end with it, on its day.

An heir registers its own: a secret that was given to one agency never speaks for
another. Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4 and 7.2.
"""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.heritage import Fate, Kind, Move, Thing, register
from access.models import Agency, Connector
from access.services import connectors


def _systems(agency: Agency, _day: date) -> list[Thing]:
    kept = agency.connectors.filter(ended_at=None).order_by("name", "pk")
    return [Thing(str(each.pk), each.name, Fate.ENDS) for each in kept]


def _no_heir(key: str, heir: Agency, move: Move) -> None:
    """Refuse what the register rules out: such a thing only ends."""
    raise ValueError(f"{key} cannot pass to {heir} in {move.event}")


def _end_system(key: str, move: Move) -> None:
    rows = Connector.objects.select_for_update(of=("self",)).select_related("agency")
    connector = rows.get(pk=key)
    if connector.ended_at is None:
        with translation.override(settings.LANGUAGE_CODE):
            words = {"decision": move.event.decision_number}
            reason = _("Its agency has ended (%(decision)s).") % words
        connectors.end_locked(connector, reason=reason, by=move.by)


register(
    Kind(
        "access.connector",
        gettext_lazy("connected systems"),
        _systems,
        _no_heir,
        _end_system,
        may_pass=False,
        asks=False,
        order=36,
    )
)
