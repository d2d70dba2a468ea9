from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from portal.ops import catalogues


class Command(BaseCommand):
    help = (
        "Brings the Vietnamese catalogues up to date with the source; the new messages "
        "are then to be translated by hand."
    )
    requires_system_checks = ()
    # Languages are what this is about, so none is switched on while it runs.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = ", ".join(catalogues.catalogues())
        parser.add_argument("names", nargs="*", help=f"which: {names}; all if none")
        task = parser.add_mutually_exclusive_group()
        task.add_argument("--check", action="store_true", help="write nothing; exit 1")
        task.add_argument("--compile", action="store_true", help="write .mo files only")

    def handle(self, *, names: list[str], check: bool, **options: object) -> None:
        known = catalogues.catalogues()
        if strange := sorted(set(names) - set(known)):
            raise CommandError(
                f"No catalogue is called {', '.join(strange)}; "
                f"there are {', '.join(known)}."
            )
        chosen = [known[name] for name in names or known]
        if check:
            self._check(chosen, list(known.values()))
        elif options["compile"]:
            for part in chosen:
                catalogues.compile_(part)
        else:
            self._update(chosen)

    def _update(self, chosen: list[catalogues.Catalogue]) -> None:
        for part in chosen:
            catalogues.update(part)
            waiting = len(catalogues.faults(part))
            state = f"{waiting} to translate" if waiting else "complete"
            self.stdout.write(f"{part.name}: {state}")

    def _check(
        self, chosen: list[catalogues.Catalogue], known: list[catalogues.Catalogue]
    ) -> None:
        said = [
            f"{part.name}: {fault}"
            for part in chosen
            for fault in catalogues.faults(part)
        ]
        said += catalogues.contradictions(known)
        for line in said:
            self.stderr.write(line)
        if said:
            raise CommandError(f"{len(said)} faults in the Vietnamese catalogues.")
