"""Valid rows of access; a test names only what matters to it."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from access.actors import Actor
from access.models import (
    Account,
    Agency,
    AgencyFunction,
    AgencyLevel,
    AgencyType,
    Assignment,
    ReportingLine,
    Role,
)
from access.permissions import load_roles


class AgencyFactory(DjangoModelFactory):
    """A provincial department that has existed since 2000."""

    class Meta:
        model = Agency

    code = factory.Sequence(
        lambda n: f"{n // 10_000:03d}.{n // 100 % 100:02d}.{n % 100:02d}.H10"
    )
    name = factory.Sequence("Sở Thử nghiệm {}".format)
    short_name = factory.Sequence("STN{}".format)
    agency_type = AgencyType.ADMINISTRATIVE
    level = AgencyLevel.PROVINCIAL_DEPARTMENT
    starts_on = date(2000, 1, 1)


class AccountFactory(DjangoModelFactory):
    """A person without any right."""

    class Meta:
        model = Account

    username = factory.Sequence("nguoi.{}".format)
    full_name = factory.Sequence("Người Thử {}".format)
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.test")


class AssignmentFactory(DjangoModelFactory):
    """A person who is the security officer of an agency, since 2010 and without end."""

    class Meta:
        model = Assignment

    class Params:
        role_code = "security_officer"

    account = factory.SubFactory(AccountFactory)
    agency = factory.SubFactory(AgencyFactory)
    starts_on = date(2010, 1, 1)

    @factory.lazy_attribute
    def role(self) -> Role:
        if not Role.objects.exists():
            load_roles()
        return Role.objects.get(code=self.role_code)


class AuthorityFactory(DjangoModelFactory):
    """An agency that is the competent authority, since 2012 and without end."""

    class Meta:
        model = AgencyFunction

    agency = factory.SubFactory(AgencyFactory)
    function = "competent_authority"
    starts_on = date(2012, 1, 1)


class ReportingLineFactory(DjangoModelFactory):
    """One agency is directly superior to another, since 2010 and without end."""

    class Meta:
        model = ReportingLine

    agency = factory.SubFactory(AgencyFactory)
    superior = factory.SubFactory(AgencyFactory)
    starts_on = date(2010, 1, 1)


def actor(role_code: str = "security_officer", agency: Agency | None = None) -> Actor:
    """Return somebody who holds that role, acting for that agency or a new one."""
    post = AssignmentFactory(
        role_code=role_code, **({"agency": agency} if agency else {})
    )
    return Actor(
        account=post.account,
        agency=post.agency,
        address="127.0.0.1",
        device="Thiết bị thử",
    )
