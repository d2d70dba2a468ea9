"""Who acts: a person, for an agency, from a device; or the portal itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from access.reach import BETWEEN_AGENCIES
from portal.core.errors import NotAllowedError

if TYPE_CHECKING:
    from access.models import Account, Agency, LoginSession


@dataclass(frozen=True)
class Actor:
    """The author of an act, as the audit trail will name him.

    account is None only for the portal itself; `name` then says which part of it.
    """

    account: Account | None
    agency: Agency | None = None
    name: str = ""
    address: str | None = None
    device: str = ""
    session: LoginSession | None = None

    @classmethod
    def system(cls, name: str, agency: Agency | None = None) -> Actor:
        """Return the actor for what the portal does by itself, such as a sweep."""
        return cls(account=None, agency=agency, name=name)

    @property
    def person(self) -> Account:
        """The account; a bug if the portal itself acts."""
        if self.account is None:
            raise TypeError(f"{self.name} is no person")
        return self.account

    @property
    def own_session(self) -> LoginSession:
        """The sign-in in which the person acts; a bug if there is none."""
        if self.session is None:
            raise TypeError(f"{self.name or self.account} acts without a sign-in")
        return self.session

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What this person may do today for the acting agency; for menus and buttons.

        Services ask `require`, which looks again.
        """
        from access.models import Assignment  # noqa: PLC0415 (models load later)

        if self.account is None or self.agency is None:
            return frozenset()
        held = Assignment.objects.effective().filter(
            account=self.account, agency=self.agency
        )
        return frozenset(
            code
            for code, scope, source, delegated in held.values_list(
                "role__permissions__code",
                "scope",
                "delegated_from",
                "delegated_permissions__code",
            )
            if (source is None or code == delegated)
            and (scope == "between" or code not in BETWEEN_AGENCIES)
        )

    @cached_property
    def _delegators(self) -> dict[int, list[str]]:
        """By agency, in whose name the delegated rights in use there are held."""
        return {}

    def on_behalf_of(self, agency: Agency | None) -> list[str]:
        """Return the delegators by whose right this person acts for the agency.

        Known from what `require` and `may` found; where they were not asked, from the
        posts themselves.
        """
        from access import rights  # noqa: PLC0415 (models load later)

        if self.account is None or agency is None:
            return []
        if agency.pk not in self._delegators:
            self._delegators[agency.pk] = rights.delegators(self.account, agency)
        return self._delegators[agency.pk]

    def may(
        self,
        permission: str,
        agency: Agency | None = None,
        on: date | None = None,
    ) -> bool:
        """Tell whether the actor may do this for the agency, or his acting agency."""
        from access import rights  # noqa: PLC0415 (models load later)

        if self.account is None:
            return True
        found = rights.basis(self.account, permission, agency or self.agency, on)
        if found is None:
            return False
        lender = found.delegator
        self._delegators[found.agency] = [] if lender is None else [lender]
        return True

    def require(self, permission: str, agency: Agency | None = None) -> None:
        """Raise NotAllowedError unless the actor may do this."""
        if not self.may(permission, agency):
            raise NotAllowedError
