"""Where a link in a document points: to another place, or to a program."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_PROGRAMS = re.compile(
    r"ms-.*|search(?:-ms)?|javascript|jscript|vbscript|mhtml|mk|its|hcp|shell|ldap|"
    r"res|jar|view-source|script|service|slot|private|vnd\.sun\.star\..*"
)
_SCRIPTS = {"javascript", "jscript", "vbscript"}
_MACRO = ("vnd.sun.star.script:", "macro:", "vnd.libreoffice.command:", ".uno:")
_LOCAL_ROOT = 3  # slashes after “file:” that lead to this machine
_NO_ROOT = 1


def scheme(target: str) -> str:
    """Return the scheme of a link, lower case, empty if it has none."""
    found = _SCHEME.match(_plain(target))
    return found.group(1).lower() if found else ""


def is_remote(target: str) -> bool:
    """Tell whether something must be fetched from another machine to follow it."""
    plain = _plain(target).replace("\\", "/")
    found = scheme(plain)
    if not found:
        return plain.startswith("//")
    if found != "file":
        return True
    rest = plain[len("file:") :]
    slashes = len(rest) - len(rest.lstrip("/"))
    here = rest.lower().startswith("//localhost/")
    return slashes > _NO_ROOT and slashes != _LOCAL_ROOT and not here


def is_share(target: str) -> bool:
    """Tell whether it names a machine of the network as Windows does, not the web.

    Following one sends the name and a hash of the password of who follows.
    """
    return is_remote(target) and scheme(target) in {"", "file", "smb"}


def starts_a_program(target: str) -> bool:
    """Tell whether a link hands its text to a program that is no reader of pages."""
    return bool(_PROGRAMS.fullmatch(scheme(target)))


def is_script(target: str) -> bool:
    """Tell whether the text of a link itself is run."""
    return scheme(target) in _SCRIPTS


def is_macro(target: str) -> bool:
    """Tell whether a link calls a macro."""
    return _plain(target).lower().startswith(_MACRO)


def _plain(target: str) -> str:
    return unquote("".join(c for c in target if c.isprintable())).strip()
