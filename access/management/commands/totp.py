import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from access.login import second_factor
from access.models import Account, TotpDevice
from portal.core import clock


class Command(BaseCommand):
    help = "Demo only: prints the six digits that the account's authenticator shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **_options: object) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("This works on a demo installation only.")
        account = Account.objects.filter(username=username).first()
        if account is None or not account.is_demo:
            raise CommandError(f"{username} is no demo account.")
        devices = second_factor.devices_of(account)
        if not devices:
            raise CommandError(f"{username} has no authenticator yet.")
        self.stdout.write(self._digits(devices[0]))

    def _digits(self, device: TotpDevice) -> str:
        """Return digits that were not used yet: each works once."""
        now = clock.now().timestamp()
        if int(now) // device.STEP <= device.last_step:
            rest = (device.last_step + 1) * device.STEP - now
            self.stderr.write(f"The present digits were used; wait {rest:.0f} seconds.")
            time.sleep(max(rest, 0) + 0.1)
        return device.digits_at(int(clock.now().timestamp()) // device.STEP)
