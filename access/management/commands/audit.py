import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from access import checking, keys, sealing
from access.actors import Actor
from access.export import bundle, verify_bundle
from access.models import Agency
from access.services import trail
from portal.core.errors import RefusalError


class Command(BaseCommand):
    help = "The audit trail: check its chain, take a part of it out, print the key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        verify = tasks.add_parser(
            "verify", help="exit 1 and name the first broken entry, if there is one"
        )
        verify.add_argument("--bundle", type=Path, help="a file that was exported")
        export = tasks.add_parser(
            "export", help="a bundle that an inspector verifies without the database"
        )
        whose = export.add_mutually_exclusive_group(required=True)
        whose.add_argument("--agency", metavar="CODE", help="its identification code")
        whose.add_argument("--all", action="store_true", help="of all agencies")
        for name, word in (("--from", "since"), ("--to", "until")):
            export.add_argument(
                name, dest=word, type=date.fromisoformat, required=True, metavar="D"
            )
        export.add_argument("file", type=Path)
        tasks.add_parser("key", help="the public key, to be noted on paper")

    def handle(self, **options: object) -> None:
        tasks = {"verify": self._verify, "export": self._export, "key": self._key}
        tasks[str(options["task"])](options)

    def _verify(self, options: dict[str, Any]) -> None:
        if options["bundle"]:
            self._verify_bundle(options["bundle"])
            return
        sealing.seal_all()  # what waits for its seal belongs to the chain as well
        flaw = checking.verify()
        if flaw is not None:
            raise CommandError(
                _("The audit trail is broken. %(flaw)s") % {"flaw": flaw}
            )
        length = sealing.state().position
        said = _("The audit trail is whole: %(length)s entries.")
        self.stdout.write(said % {"length": length})

    def _verify_bundle(self, file: Path) -> None:
        """Check against our own key, and the signed ends that lie on this machine."""
        heads = [json.loads(line) for line in checking.head_lines()]
        try:
            manifest = verify_bundle.verify(str(file), keys.public_keys(), heads)
        except verify_bundle.Flaw as flaw:
            is_vietnamese = translation.get_language() == "vi"
            what = flaw.vi if is_vietnamese else flaw.en
            raise CommandError(
                _("The bundle is not whole: %(what)s.") % {"what": what}
            ) from flaw
        said = _("The bundle is whole: %(shown)s entries.")
        self.stdout.write(said % manifest)

    def _export(self, options: dict[str, Any]) -> None:
        sealing.seal_all()
        agency = None if options["all"] else _agency(str(options["agency"]))
        since, until, file = options["since"], options["until"], options["file"]
        try:
            wanted = trail.export(
                agency, since, until, by=Actor.system("manage.py audit export")
            )
        except RefusalError as refusal:
            raise CommandError(str(refusal)) from refusal
        draft = file.with_name(f".{file.name}.part")
        with draft.open("wb") as target:
            for piece in bundle.pieces(wanted):
                target.write(piece)
        draft.rename(file)
        said = _("Written: %(file)s. It verifies with the key %(key)s.")
        self.stdout.write(said % {"file": file, "key": keys.public_keys()[0]})

    def _key(self, _options: dict[str, Any]) -> None:
        for key in keys.public_keys():
            self.stdout.write(f"{key}  SHA-256: {keys.fingerprint(key)}")


def _agency(code: str) -> Agency:
    agency = Agency.objects.filter(Q(code=code) | Q(codes__code=code)).first()
    if agency is None:
        raise CommandError(_("No agency has the code %(code)s.") % {"code": code})
    return agency
