from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from access.actors import Actor
from access.models import Agency, Role
from access.services.invitations import Person, invite
from access.services.posts import Post
from portal.core import clock
from portal.core.errors import RefusalError


class Command(BaseCommand):
    help = (
        "Makes an account and prints its one-time invitation link: so the first "
        "administrator of a production installation comes in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument("--agency", required=True, help="its identification code")
        parser.add_argument("--role", required=True, help="such as province_admin")
        parser.add_argument("--position", default="")
        parser.add_argument("--decision", default="", help="number of the decision")

    def handle(self, **options: str) -> None:
        try:
            agency = Agency.objects.get(code=options["agency"])
            role = Role.objects.get(code=options["role"])
        except Agency.DoesNotExist:
            raise CommandError(
                f"No agency has the code {options['agency']}; load the reference data."
            ) from None
        except Role.DoesNotExist:
            known = ", ".join(Role.objects.values_list("code", flat=True))
            raise CommandError(
                f"No role is called {options['role']}; there are {known}."
            ) from None
        person = Person(options["full_name"], options["username"], options["email"])
        post = Post(
            agency,
            role,
            clock.today(),
            position=options["position"],
            decision_number=options["decision"],
        )
        try:
            issued = invite(person, post, by=Actor.system("manage.py invite", agency))
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write("Hand this link over; it works once, for 72 hours:")
        self.stdout.write(issued.link)
