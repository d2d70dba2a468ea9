"""What a file name may hide: its type, its place, or itself."""

import re
import unicodedata
from pathlib import PurePosixPath

from scanning.verdicts import Found

# Letters that take up no room, or only room, without being format characters.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Control, format, surrogate and private characters; separators of lines.
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_MANY_SPACES = re.compile(r"[\s\u3000]{6,}")
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)",
    re.IGNORECASE,
)
# “a.exe:b.pdf” is a stream beside a.exe on Windows; “họp 10:30.pdf” is a time.
_STREAM = re.compile(r"\.[^.:\s]+\s*:|::|:\$", re.IGNORECASE)
_DOCUMENTS = "pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|jpe?g|png|gif|zip"
_PROGRAMS = (
    "exe|scr|com|pif|bat|cmd|ps1|vb[se]|jse?|ws[fh]|hta|lnk|msi|jar|cpl|dll|reg|"
    "html?|svg|url|chm|iso|img|vhdx?|appx|xll|scf|application"
)
_TWO_FACES = re.compile(
    rf"\.(?:{_DOCUMENTS})[\s._-]*\.(?:{_PROGRAMS})[\s.]*$", re.IGNORECASE
)
_NO_NAMES = frozenset({"", ".", ".."})
_DRIVE = re.compile(r"^[a-z]:", re.IGNORECASE)


def extension(name: str) -> str:
    """Return the extension of a file name, lower case, without its dot."""
    return PurePosixPath(name.strip()).suffix.removeprefix(".").lower()


def inspect_name(name: str) -> tuple[Found, ...]:
    """Return what is found in the name alone, whatever the file holds."""
    return (Found("dangerous_name"),) if is_dangerous(name) else ()


def is_dangerous(name: str) -> bool:
    """Tell whether a name hides its type or means something else to a system."""
    return bool(
        any(c in _UNSEEN or unicodedata.category(c) in _HIDING for c in name)
        or name != name.rstrip(". \u00a0")
        or _MANY_SPACES.search(name)
        or _DEVICE.match(name)
        or _STREAM.search(name)
        or _TWO_FACES.search(name)
    )


def leaves_its_folder(path: str) -> bool:
    """Tell whether a member of an archive would be unpacked somewhere else."""
    parts = path.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or bool(_DRIVE.match(path))


def parts_of(path: str) -> list[str]:
    """Return the folders and the name in a path inside an archive."""
    parts = path.replace("\\", "/").split("/")
    return [part for part in parts if part not in _NO_NAMES]


def shown(path: str) -> str:
    """Return the name of a member as it may stand in a sentence."""
    bare = "".join(c for c in path if c.isprintable())
    return (parts_of(bare) or ["-"])[-1][:80]
