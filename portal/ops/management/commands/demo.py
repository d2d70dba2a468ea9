from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.ops import demo


class Command(BaseCommand):
    help = (
        "Loads the demo data, once; a second run changes nothing. Only where "
        "PORTAL_DEMO=yes, and never where there are accounts already."
    )

    def handle(self, **_options: object) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("Demo data are loaded only where PORTAL_DEMO=yes.")
        try:
            built = demo.build(lambda words: self.stderr.write(f"Demo: {words} …"))
        except demo.AlreadyThereError:
            self.stdout.write("The demo data are there already.")
        except demo.NoReferenceError:
            raise CommandError("Run manage.py reference first.") from None
        except demo.NoEngineError as error:
            raise CommandError(f"{error} The files of the demo are scanned.") from None
        else:
            self.stdout.write(
                f"{built.accounts} accounts, {built.incidents} incidents, "
                f"{built.attachments} files, {built.forms} versions of forms, "
                f"{built.rules} of rules. Sign in with {built.credentials}"
            )
