"""What may be said of a file, and which of several things said of it weighs most.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1, 12.1, 12.6 and 12.7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """The result for one file; only `clean` is ever released by itself."""

    CLEAN = "clean", _("clean")
    INFECTED = "infected", _("contains malware")
    REFUSED_TYPE = "refused_type", _("type not allowed")
    ACTIVE_CONTENT = "active_content", _("contains active content")
    UNSCANNABLE = "unscannable", _("cannot be scanned")
    SECRECY_SUSPECTED = "secrecy_suspected", _("may hold state secrets")
    ERROR = "error", _("not scanned yet")


# Heaviest first: what is said of a file when several things are found in it.
WEIGHT = (
    Verdict.SECRECY_SUSPECTED,
    Verdict.INFECTED,
    Verdict.REFUSED_TYPE,
    Verdict.ACTIVE_CONTENT,
    Verdict.UNSCANNABLE,
    Verdict.ERROR,
    Verdict.CLEAN,
)


@dataclass(frozen=True)
class Found:
    """One thing found in a file: a key of `FINDINGS`, and what its sentence names."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def verdict(self) -> Verdict:
        """Return what this alone makes of the file."""
        return FINDINGS[self.code][0]

    @property
    def sentence(self) -> str:
        """Return the sentence for people, in the language now active."""
        details = dict(self.details)
        if place := PLACES.get(details.get("place", "")):
            details["where"] = str(place) % details
        return str(FINDINGS[self.code][1]) % details


def heaviest(found: Iterable[Found]) -> Verdict:
    """Return the verdict that weighs most, clean if nothing was found."""
    verdicts = {one.verdict for one in found}
    return next((v for v in WEIGHT if v in verdicts), Verdict.CLEAN)


def weight(one: Found) -> int:
    """Return 0 for what weighs most; to sort by."""
    return WEIGHT.index(one.verdict)


# Where a stamp was found; the numbers and cells are filled in.
PLACES = {
    "page": _("page %(number)s"),
    "slide": _("slide %(number)s"),
    "sheet": _("sheet %(number)s, cell %(spot)s"),
    "line": _("line %(spot)s"),
    "cells": _("a cell of a sheet"),
    "header": _("header or footer of the page"),
    "box": _("text box"),
    "body": _("text of the document"),
}

_IN = Verdict
# Codes are stable: the API and the records carry them. Notes have the verdict clean.
FINDINGS: dict[str, tuple[Verdict, str | Promise]] = {
    "secrecy_stamp": (
        _IN.SECRECY_SUSPECTED,
        _(
            "This file bears the stamp “%(level)s” (%(where)s). State secrets are "
            "never sent electronically: do not send or copy the file again, and tell "
            "the head of your agency."
        ),
    ),
    "malware": (
        _IN.INFECTED,
        _(
            "This file contains malware. Do not open or forward your copy; tell your "
            "information security officer."
        ),
    ),
    "empty": (
        _IN.REFUSED_TYPE,
        _("This file is empty. Check it and send it again."),
    ),
    "too_large": (
        _IN.REFUSED_TYPE,
        _("This file is larger than its type may be. Split it and send it again."),
    ),
    "type_not_listed": (
        _IN.REFUSED_TYPE,
        _(
            "Files of the type “.%(extension)s” are not on the list of allowed types. "
            "Save the document in an allowed type and send it again."
        ),
    ),
    "type_lies": (
        _IN.REFUSED_TYPE,
        _(
            "The name says “.%(extension)s” but the content is something else. Save "
            "the document anew with the right program and send it again."
        ),
    ),
    "program": (
        _IN.REFUSED_TYPE,
        _("This is a program or a script, not a document. Programs are never passed."),
    ),
    "dangerous_name": (
        _IN.REFUSED_TYPE,
        _(
            "The file name hides the type of the file, or means something else to a "
            "computer. Rename the file with plain letters and send it again."
        ),
    ),
    "polyglot": (
        _IN.REFUSED_TYPE,
        _(
            "This file is two things at once: a document, and an archive, a program or "
            "a page hidden in it. Save the document anew and send it again."
        ),
    ),
    "macro": (
        _IN.ACTIVE_CONTENT,
        _("This document holds macros. Save it without macros and send it again."),
    ),
    "pdf_script": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF holds script that runs when it is opened. Print it to a new PDF "
            "and send that."
        ),
    ),
    "pdf_launch": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF tries to start other programs. Print it to a new PDF and send "
            "that."
        ),
    ),
    "pdf_attachment": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF carries other files inside it. Take them out and send each on "
            "its own."
        ),
    ),
    "embedded_object": (
        _IN.ACTIVE_CONTENT,
        _(
            "This document carries objects of other programs inside it. Replace them "
            "by pictures or text and send it again."
        ),
    ),
    "pdf_remote": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF sends data to other computers or fetches from them. Print it to "
            "a new PDF and send that."
        ),
    ),
    "pdf_form": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF holds a form that is built while it is open (XFA). Print it to "
            "a new PDF and send that."
        ),
    ),
    "pdf_media": (
        _IN.ACTIVE_CONTENT,
        _(
            "This PDF holds films or other content that plays. Print it to a new PDF "
            "and send that."
        ),
    ),
    "dde": (
        _IN.ACTIVE_CONTENT,
        _(
            "This document gives commands to other programs when it is opened (DDE). "
            "Replace these fields by their text and send it again."
        ),
    ),
    "formula": (
        _IN.ACTIVE_CONTENT,
        _(
            "This table holds formulas that start programs or fetch from other "
            "computers. Replace them by their values and send it again."
        ),
    ),
    "remote_content": (
        _IN.ACTIVE_CONTENT,
        _(
            "This document fetches a template or other parts from elsewhere when it is "
            "opened. Break the links and send it again."
        ),
    ),
    "office_launch": (
        _IN.ACTIVE_CONTENT,
        _(
            "This document holds a link or button that starts a program. Remove it "
            "and send the document again."
        ),
    ),
    "xml_entities": (
        _IN.ACTIVE_CONTENT,
        _(
            "This document holds definitions that swell up or fetch when it is read. "
            "Save it anew with the right program and send it again."
        ),
    ),
    "encrypted": (
        _IN.UNSCANNABLE,
        _(
            "This file is protected by a password, so it cannot be scanned. Remove the "
            "password and send it again."
        ),
    ),
    "damaged": (
        _IN.UNSCANNABLE,
        _(
            "The structure of this file is damaged or misleading, so its content "
            "cannot be vouched for. Make the file anew and send it again."
        ),
    ),
    "archive_method": (
        _IN.UNSCANNABLE,
        _(
            "The file is compressed in an unusual way. Compress it anew as an ordinary "
            "ZIP file and send it again."
        ),
    ),
    "archive_path": (
        _IN.REFUSED_TYPE,
        _(
            "The compressed file holds “%(member)s”, which would be unpacked outside "
            "its folder. Compress the files anew and send them again."
        ),
    ),
    "archive_too_deep": (
        _IN.UNSCANNABLE,
        _(
            "Compressed files are packed inside one another too many times. Unpack "
            "them and send each file on its own."
        ),
    ),
    "archive_too_many": (
        _IN.UNSCANNABLE,
        _("The compressed file holds too many files. Split it and send it again."),
    ),
    "archive_too_big": (
        _IN.UNSCANNABLE,
        _(
            "The compressed file unpacks to far more than it may. Unpack it and send "
            "each file on its own."
        ),
    ),
    "member": (
        _IN.REFUSED_TYPE,
        _("The compressed file holds “%(member)s”, which is not of an allowed type."),
    ),
    "picture_too_big": (
        _IN.UNSCANNABLE,
        _(
            "The picture would fill the memory of whoever opens it. Save it with fewer "
            "dots and send it again."
        ),
    ),
    "limits_reached": (
        _IN.UNSCANNABLE,
        _(
            "The file is too large or too nested to be scanned in full. Split it and "
            "send it again."
        ),
    ),
    "breaks_engine": (
        _IN.UNSCANNABLE,
        _(
            "The scanner broke down on this file each time, so nobody knows what it "
            "holds. Make the file anew and send it again."
        ),
    ),
    "not_scanned": (
        _IN.ERROR,
        _(
            "The scan could not be finished. The file stays locked and is scanned "
            "again by itself; you need not send it again."
        ),
    ),
    "signatures_not_accepted": (
        _IN.ERROR,
        _(
            "Only reserve or out-of-date malware signatures are loaded, so nothing is "
            "released. The file is scanned again when official ones arrive."
        ),
    ),
    "bytes_changed": (
        _IN.ERROR,
        _(
            "The stored file is no longer the one that was received. It is locked; "
            "tell your information security officer."
        ),
    ),
    "old_encoding": (
        _IN.CLEAN,
        _(
            "The text is not in Unicode (TCVN 6909:2001). Readers may see wrong "
            "letters; save it as Unicode next time."
        ),
    ),
}
