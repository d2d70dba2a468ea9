"""Whom people may ask for help, in the foot of every public page.

It is the agency that keeps the standard forms (Quyết định 06/2012/QĐ-UBND, Điều 16),
as the settings name it, or else as it is on record today.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from access.models import AgencyFunction
from access.refusals import NoAuthorityError
from portal.core import clock

REMEMBERED_FOR = 60  # seconds: a public page should not ask the database each time


@dataclass(frozen=True)
class Contact:
    """An office; what nobody entered is empty."""

    name: str
    address: str = ""
    telephone: str = ""
    email: str = ""

    @property
    def telephone_digits(self) -> str:
        """The number as a telephone dials it."""
        number, _, _ = self.telephone.partition("(")
        return "".join(c for c in number if c.isdigit() or c == "+")


def present() -> Contact:
    """Return the office that helps today."""
    if settings.PORTAL_CONTACT_TELEPHONE or settings.PORTAL_CONTACT_EMAIL:
        return Contact(
            settings.PORTAL_CONTACT_NAME,
            settings.PORTAL_CONTACT_ADDRESS,
            settings.PORTAL_CONTACT_TELEPHONE,
            settings.PORTAL_CONTACT_EMAIL,
        )
    key = f"contact-{clock.today()}"
    found: Contact | None = cache.get(key)
    if found is None:
        found = _on_record()
        cache.set(key, found, REMEMBERED_FOR)
    return found


def _on_record() -> Contact:
    try:
        agency = AgencyFunction.objects.holder("form_owner")
    except NoAuthorityError:
        return Contact(settings.PORTAL_CONTACT_NAME)
    return Contact(agency.name, agency.address, agency.telephone, agency.email)
