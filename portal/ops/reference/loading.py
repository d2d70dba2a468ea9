"""From the files into the database: what is new is added, what changed is changed."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models, transaction

from access import audit
from access.actors import Actor
from access.models import (
    Agency,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AgencyName,
    ReportingLine,
    Succession,
)
from access.permissions import load_roles
from incidents.models import ClockRule, Fulfilment, LimitUnit
from policies.services import reference as policies
from portal.core.models import LegalBasis
from portal.ops.models import ReferenceRow
from portal.ops.reference import house
from scanning import reference as scanning


@dataclass
class Tally:
    """What loading came to; `known` holds the digests of what was loaded before."""

    added: int = 0
    changed: int = 0
    known: dict[str, str] = field(default_factory=dict)

    def put(self, model: type[models.Model], key: dict[str, Any], **rest: Any) -> None:  # noqa: ANN401 (values of any column)
        """Store one delivered row unless the file says the same as last time.

        key: columns by which the row is found. rest: its other columns.
        """
        label = model._meta.label_lower
        name = f"{label} {_written(key)}"[:300]
        digest = hashlib.sha256(_written(rest).encode()).hexdigest()
        if self.known.get(name) == digest:
            return
        _row, is_new = model._default_manager.update_or_create(**key, defaults=rest)
        ReferenceRow.objects.update_or_create(name=name, defaults={"digest": digest})
        self.added += is_new
        self.changed += not is_new


def _written(values: dict[str, Any]) -> str:
    """Return columns as text, the same for the same values; rows by their key."""
    plain = {
        name: value.pk if isinstance(value, models.Model) else value
        for name, value in values.items()
    }
    return json.dumps(plain, sort_keys=True, default=str, ensure_ascii=False)


@transaction.atomic
def load(*, for_demo: bool | None = None) -> Tally:
    """Bring every delivered row into the database; a second call changes nothing.

    for_demo: keep the house of 2012 as it was, so that the demo's agencies work; the
    setting PORTAL_DEMO decides if it is not given.
    """
    if for_demo is None:
        for_demo = settings.PORTAL_DEMO
    known = dict(ReferenceRow.objects.values_list("name", "digest"))
    tally = Tally(known=known)
    load_roles()
    bases = _load_legal_bases(tally)
    _load_house(house.build(house.chapters(for_demo=for_demo)), bases, tally)
    _load_clocks(bases, tally)
    scanning.load()
    policies.ensure_all()
    if tally.added or tally.changed:
        audit.record(
            bases["06/2012/QĐ-UBND"],
            "ops.reference_loaded",
            by=Actor.system("reference"),
            added=tally.added,
            changed=tally.changed,
        )
    return tally


def _load_legal_bases(tally: Tally) -> dict[str, LegalBasis]:
    delivered = house.read("legal-bases")["basis"]
    for row in delivered:
        tally.put(
            LegalBasis,
            {"number": row["number"]},
            title=row["title"],
            issuer=row["issuer"],
            issued_on=row.get("issued_on"),
            starts_on=row["starts_on"],
            ends_on=row.get("ends_on"),
            is_verified=row.get("verified", False),
            note=row.get("note", ""),
        )
    bases = {basis.number: basis for basis in LegalBasis.objects.all()}
    for row in delivered:
        if "replaced_by" in row:
            successor = bases[row["replaced_by"]]
            basis = bases[row["number"]]
            if basis.replaced_by_id != successor.pk:
                basis.replaced_by = successor
                basis.save(update_fields=["replaced_by"])
    return bases


def _load_house(built: house.House, bases: dict[str, LegalBasis], tally: Tally) -> None:
    for row in built.agencies.values():
        tally.put(
            Agency,
            {"code": row.code},
            name=row.name,
            short_name=row.short_name,
            level=row.level,
            agency_type=row.agency_type,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    for row in built.agencies.values():
        _load_name_and_code(row, agencies[row.code], tally)
    for line in built.lines:
        tally.put(
            ReportingLine,
            {"agency": agencies[line.agency], "starts_on": line.starts_on},
            superior=agencies[line.superior],
            ends_on=line.ends_on,
            legal_basis=bases[line.basis],
            is_verified=line.verified,
        )
    for held in built.functions:
        tally.put(
            AgencyFunction,
            {
                "agency": agencies[held.agency],
                "function": held.function,
                "starts_on": held.starts_on,
            },
            ends_on=held.ends_on,
            legal_basis=bases[held.basis],
            is_verified=held.verified,
        )
    for event in built.events:
        _load_event(event, agencies, bases, tally)


def _load_name_and_code(row: house.AgencyRow, agency: Agency, tally: Tally) -> None:
    tally.put(
        AgencyName,
        {"agency": agency, "starts_on": row.starts_on},
        name=row.name,
        short_name=row.short_name,
        ends_on=row.ends_on,
    )
    tally.put(
        AgencyCode,
        {"code": row.code},
        agency=agency,
        scheme=AgencyCode.Scheme.QCVN102,
        opened_on=row.code_opened_on,
        closed_on=row.ends_on,
        is_verified=False,
    )


def _load_event(
    event: house.EventRow,
    agencies: dict[str, Agency],
    bases: dict[str, LegalBasis],
    tally: Tally,
) -> None:
    key = {"kind": event.kind, "effective_on": event.effective_on, "note": event.note}
    tally.put(AgencyEvent, key, legal_basis=bases[event.basis])
    stored = AgencyEvent.objects.get(**key)
    for predecessor in event.predecessors:
        for successor in event.successors:
            tally.put(
                Succession,
                {
                    "event": stored,
                    "predecessor": agencies[predecessor],
                    "successor": agencies[successor],
                },
            )


def _load_clocks(bases: dict[str, LegalBasis], tally: Tally) -> None:
    for row in house.read("clocks")["clock"]:
        tally.put(
            ClockRule,
            {"code": row["code"], "starts_on": row["starts_on"]},
            title=row["title"],
            trigger=row["trigger"],
            recipient_kind=row["recipient"],
            recipient_name=row.get("recipient_name", ""),
            limit=row["limit"],
            limit_unit=row.get("unit", LimitUnit.HOURS),
            counts_from_detection=row.get("from_detection", False),
            fulfilled_by=row.get("ends_with", Fulfilment.BY_HAND),
            grace_minutes=row.get("grace_minutes", 0),
            ends_on=row.get("ends_on"),
            legal_basis=bases[row["basis"]],
            clause=row["clause"],
            is_verified=row.get("verified", False),
            note=row.get("note", ""),
        )
