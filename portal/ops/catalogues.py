"""Message catalogues: which files feed which, and whether each is complete.

The message ids are English, so only Vietnamese needs a catalogue. Each app keeps its
own, over its Python files and its folder of `templates/`; the frame of the portal keeps
one for what belongs to no app.
"""

import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

LANGUAGE = "vi"

HEADER = r"""msgid ""
msgstr ""
"Language: vi\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"""

# What Django's functions are called, and which of their arguments are text.
KEYWORDS = [
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
]

NEVER_SHOWN = {"migrations", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Catalogue:
    """The messages of one part of the portal.

    sources: the folders and files whose text people read, from the root.
    """

    name: str
    folder: Path
    sources: tuple[Path, ...]

    @property
    def path(self) -> Path:
        """Return where the Vietnamese text is kept."""
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    def files(self) -> list[Path]:
        """Return the Python files and templates, in the same order every time."""
        return sorted(
            file
            for source in self.sources
            for file in ([source] if source.is_file() else source.rglob("*"))
            if file.is_file() and not NEVER_SHOWN & set(file.parts)
        )


def catalogues(root: Path | None = None) -> dict[str, Catalogue]:
    """Return every catalogue by name: one for each app, one for the frame."""
    root = root or settings.BASE_DIR
    templates, frame = root / "templates", root / "portal"
    parts = {
        path.parent.name: path.parent
        for path in [*root.glob("*/apps.py"), frame / "core" / "apps.py"]
    }
    found = {
        name: Catalogue(name, folder, (folder, templates / name))
        for name, folder in sorted(parts.items())
    }
    taken = {folder for part in found.values() for folder in part.sources}
    beside = tuple(
        path
        for path in [*sorted(frame.glob("*")), *sorted(templates.glob("*"))]
        if path not in taken and path.name != "locale"
    )
    found["portal"] = Catalogue("portal", frame, beside)
    return found


def extract(catalogue: Catalogue) -> str:
    """Return every message of the source, as a template without translations."""
    with tempfile.TemporaryDirectory() as scratch:
        sources = list(_as_python(catalogue.files(), Path(scratch)))
        if not sources:
            return HEADER
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
        read = ["xgettext", "--language=Python", "--from-code=UTF-8"]
        read += ["--add-comments=Translators", "--no-location", "--no-wrap", *keywords]
        listed = "\n".join(map(str, sources))
        found = _run([*read, "--files-from=-", "--output=-"], listed)
    # Without a header of its own xgettext drops every letter that is not ASCII.
    found = found.partition("\n\n")[2]
    unique = ["msguniq", "--to-code=utf-8", "--no-location", "--no-wrap", "-"]
    return _run(unique, f"{HEADER}\n{found}")


def merged(catalogue: Catalogue) -> str:
    """Return the catalogue as it should be: all messages, known translations kept."""
    with tempfile.TemporaryDirectory() as scratch:
        known, wanted = Path(scratch, "known.po"), Path(scratch, "wanted.pot")
        known.write_text(_stored(catalogue), encoding="utf-8")
        wanted.write_text(extract(catalogue), encoding="utf-8")
        merge = ["msgmerge", "--quiet", "--no-fuzzy-matching", "--no-location"]
        text = _run([*merge, "--no-wrap", str(known), str(wanted)])
    return _run(["msgattrib", "--no-obsolete", "--no-location", "--no-wrap", "-"], text)


def update(catalogue: Catalogue) -> None:
    """Write new messages into the catalogue and drop those that are gone."""
    catalogue.path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.path.write_text(merged(catalogue), encoding="utf-8")


def faults(catalogue: Catalogue) -> list[str]:
    """Return what keeps the catalogue from being complete, a sentence each."""
    wanted, stored = merged(catalogue), _stored(catalogue)
    shown = [f"not in Vietnamese yet: {text}" for text in _untranslated(wanted)]
    if not shown and wanted != stored:
        shown.append("the catalogue and the source differ; run `manage.py messages`")
    if "#, fuzzy" in stored or ", fuzzy" in stored:
        shown.append("a translation is marked fuzzy; read it and take the mark off")
    try:
        _run(["msgfmt", "--check", "--output-file=/dev/null", "-"], stored)
    except subprocess.CalledProcessError as refused:
        shown.append(f"msgfmt refuses it: {refused.stderr.strip()}")
    return shown


def compile_(catalogue: Catalogue) -> None:
    """Write the binary that Django reads, unless it is newer than its source.

    What this process has read of the language by now is forgotten: else all that a
    first start stores would be in English.
    """
    binary = catalogue.path.with_suffix(".mo")
    if not catalogue.path.exists():
        return
    if binary.exists() and binary.stat().st_mtime > catalogue.path.stat().st_mtime:
        return
    _run(["msgfmt", f"--output-file={binary}", str(catalogue.path)])
    translation_file_changed(None, binary)


def contradictions(parts: list[Catalogue]) -> list[str]:
    """Return the messages that two catalogues translate differently.

    Django joins all catalogues into one, so the first app would speak for the others.
    """
    spoken: dict[str, dict[str, str]] = defaultdict(dict)
    for part in parts:
        for source, target in _entries(_stored(part)):
            if target:
                spoken[source].setdefault(target, part.name)
    return [
        f"{source} is " + " but ".join(f"{t} in {name}" for t, name in said.items())
        for source, said in sorted(spoken.items())
        if len(said) > 1
    ]


def _stored(catalogue: Catalogue) -> str:
    path = catalogue.path
    return path.read_text(encoding="utf-8") if path.exists() else HEADER


def _as_python(files: list[Path], scratch: Path) -> Iterator[Path]:
    """Yield files that xgettext can read: a template is rewritten as Python."""
    for number, file in enumerate(files):
        if file.suffix == ".py":
            yield file
        elif file.suffix in {".html", ".txt", ".xml", ".svg"}:
            copy = scratch / f"{number}{file.suffix}.py"
            text = templatize(file.read_text(encoding="utf-8"), origin=str(file))
            copy.write_text(text, encoding="utf-8")
            yield copy


def _untranslated(text: str) -> list[str]:
    return [source for source, target in _entries(text) if not target]


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield message id (with its context) and translation, both as written."""
    for block in text.split("\n\n"):
        said: dict[str, list[str]] = defaultdict(list)
        word = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            first, _, rest = line.partition('"')
            word = first.strip() or word
            said[word].append(rest.rstrip()[:-1])
        source = "".join(said["msgid"])
        if source:
            context = "".join(said["msgctxt"])
            target = "".join(said["msgstr"] or said["msgstr[0]"])
            yield f"{context}|{source}" if context else source, target


def _run(command: list[str], text: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - the commands are ours, without a shell
        command, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout
