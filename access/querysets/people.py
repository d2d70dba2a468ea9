"""People: whom one may read or administer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from portal.core import text

if TYPE_CHECKING:
    from access.models import Account, Agency


class AccountQuerySet(models.QuerySet):
    """Selects people by who may read or administer them."""

    def _belonging_to(self, agencies: models.QuerySet[Agency]) -> Self:
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        # Past posts count: the administrator still sees who has left his agency.
        posts = Assignment.objects.filter(account=OuterRef("pk"), agency__in=agencies)
        return self.filter(Exists(posts))

    def visible_to(self, account: Account) -> Self:
        """Keep the people of the agencies whose accounts one may read (Đ12.5)."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self._belonging_to(readable)

    def handled_by(self, account: Account) -> Self:
        """Keep the people whose accounts one may change, oneself not among them."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        return self._belonging_to(managed).exclude(pk=account.pk)

    def with_state(self, reader: Account) -> Self:
        """Add `state` and `awaits_confirmation` as the reader may know them.

        state: suspended; invited (no second factor yet); left (no post in the reader's
        agencies today or later); active.
        """
        from access.models import (  # noqa: PLC0415 (as above)
            Assignment,
            Passkey,
            TotpDevice,
        )

        posts = Assignment.objects.visible_to(reader).filter(account=OuterRef("pk"))
        enrolled = [
            Exists(kind.objects.filter(user=OuterRef("pk"), confirmed=True))
            for kind in (TotpDevice, Passkey)
        ]
        return self.annotate(
            state=Case(
                When(is_active=False, then=Value("suspended")),
                When(~(enrolled[0] | enrolled[1]), then=Value("invited")),
                When(~Exists(posts.unended()), then=Value("left")),
                default=Value("active"),
            ),
            awaits_confirmation=Exists(
                posts.unended().filter(confirmed_at=None, delegated_from=None)
            ),
        )

    def unused_since(self, moment: datetime) -> Self:
        """Keep the open accounts without a sign-in since then, or ever."""
        never = Q(last_login=None, created_at__lt=moment)
        return self.filter(never | Q(last_login__lt=moment), is_active=True)

    def named_like(self, words: str) -> Self:
        """Keep the people whose name or user name has all these words, marks or not."""
        found = self
        for word in text.fold(words).split():
            found = found.filter(search_text__contains=word)
        return found

    def with_username(self, username: str) -> Self:
        """Keep whoever bears the user name, in any case; an index finds him."""
        return self.filter(Exact(Lower("username"), Lower(Value(username))))

    def with_email(self, email: str) -> Self:
        """Keep those who are reached at that address, in any case, by an index."""
        return self.filter(Exact(Lower("email"), Lower(Value(email))))

    def holding(
        self, permission: str, agency: Agency | None = None, on: date | None = None
    ) -> Self:
        """Keep the people who hold the permission on that day.

        agency: for which they hold it; None keeps those who hold it for any.
        """
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        posts = Assignment.objects.effective(on).filter(account=OuterRef("pk"))
        posts = posts.with_permission(permission)
        if agency is not None:
            posts = posts.filter(agency=agency)
        return self.filter(Exists(posts), is_active=True)


class AccountManager(BaseUserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    """Creates accounts; there are no superusers, only dated assignments."""

    def create_user(
        self, username: str, full_name: str, email: str = "", **fields: object
    ) -> Account:
        """Create an account that cannot sign in until its invitation is accepted."""
        account: Account = self.model(
            username=username,
            full_name=full_name,
            email=self.normalize_email(email),
            **fields,
        )
        account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account of that user name, whatever its case."""
        account: Account = self.with_username(username or "").get()
        return account
