"""One natural person, one account (Điều 3.3, 8.1)."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from access.querysets import AccountManager
from portal.core import clock, text


class SearchField(models.TextField):
    """Name and user name folded, so that people are found without diacritics.

    Filled whenever the row is written, in bulk too; only QuerySet.update passes it by.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return what is stored: always made anew from the names."""
        words = (getattr(model_instance, name) for name in ("full_name", "username"))
        folded = text.fold(" ".join(words))
        setattr(model_instance, self.attname, folded)
        return folded


class Account(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing] # django-otp ships no types
    """A person who may sign in; what he may do lies in his assignments alone.

    Django's groups serve Wagtail alone: `access.login.editors` sets them at sign-in for
    whoever holds cms.edit.
    """

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Keyed hash of the citizen's identity number: one natural person, one account. The
    # number itself is kept nowhere (`access.identity`).
    identity_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Random and stable: what other systems know the person by.
    subject = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    left_on = models.DateField(_("left on"), null=True, editable=False)
    # When the person was told that his idle account will be suspended.
    idle_told_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    search_text = SearchField(default="", editable=False)
    # Demo people are marked, so that production can refuse them.
    is_demo = models.BooleanField(default=False, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = AccountManager()

    class Meta:
        ordering = ["full_name"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [models.Index(Lower("email"), name="access_account_by_email")]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="access_username_is_unique_in_any_case",
                violation_error_message=_("This user name is taken."),
            ),
            models.UniqueConstraint(
                fields=["identity_digest"],
                condition=~models.Q(identity_digest=""),
                name="access_one_natural_person_one_account",
                violation_error_message=_("This person has an account already."),
            ),
            models.CheckConstraint(
                name="access_there_are_no_superusers",
                condition=models.Q(is_superuser=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def set_password(self, raw_password: str | None) -> None:
        """Keep a password, in NFC: keyboards send the same letters in two spellings.

        The only two places where passwords come in are this and `check_password`.
        """
        super().set_password(raw_password and text.nfc(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password, however its letters are spelt."""
        return super().check_password(raw_password and text.nfc(raw_password))

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
