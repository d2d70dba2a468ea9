"""One act on one held file: a small form that says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods

from access.login.proof import recently_proved
from portal.core.errors import RefusalError
from scanning.models import Attachment
from scanning.quarantine.forms import DisposalForm, PasswordForm, ReasonForm
from scanning.querysets import AttachmentQuerySet
from scanning.services import disposal, false_alarms, objections, passwords, releasing

methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Words:
    """What the page of an act says: before, on its button, and when it is done."""

    title: str | Promise
    sentence: str | Promise
    button: str | Promise
    done: str | Promise
    icon: str
    tone: str = "primary"


def _found(scope: AttachmentQuerySet, public_id: str) -> Attachment:
    rows = scope.select_related("agency", "keeper", "submitted_by", "message")
    return get_object_or_404(rows.prefetch_related("findings"), public_id=public_id)


def _answer(
    request: HttpRequest,
    attachment: Attachment,
    form: Form,
    words: Words,
    act: Callable[..., Any],
) -> HttpResponse:
    """Do the act if the form is whole; else, or if it is refused, show the form."""
    if form.is_valid():
        try:
            act(attachment, by=request.actor, **form.cleaned_data)
        except RefusalError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(words.done))
            return redirect(attachment)
    context = {"attachment": attachment, "form": form, "words": words}
    return render(request, "scanning/quarantine/act.html", context)


@methods
@recently_proved
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a protected file go without a scan, by name and with a reason."""
    mine = Attachment.objects.handled_by(request.actor.person)
    words = Words(
        _("Release without a scan"),
        _(
            "The file goes to your agency although nobody could look into it; every "
            "other recipient decides for itself. Your name and your reason stay on "
            "record, and both ends are told. It stays marked as not scanned."
        ),
        _("Release the file"),
        _("The file was released for your agency; both ends are told."),
        "lock-open",
        "danger",
    )
    form = ReasonForm(request.POST or None)
    attachment = _found(mine, public_id)
    return _answer(request, attachment, form, words, releasing.release_protected)


@sensitive_post_parameters("password")
@sensitive_variables("form")
@methods
@recently_proved
def give_password(request: HttpRequest, public_id: str) -> HttpResponse:
    """Have a protected file scanned with its password."""
    mine = Attachment.objects.openable_by(request.actor.person)
    words = Words(
        _("Give the password for the scan"),
        _(
            "The portal opens a copy of the file, scans what is inside and throws the "
            "copy away. If nothing is found, the protected file goes on exactly as it "
            "was received."
        ),
        _("Scan with this password"),
        _("The file was scanned with its password. Its page says what was found."),
        "key",
    )
    form = PasswordForm(request.POST or None)
    attachment = _found(mine, public_id)
    return _answer(request, attachment, form, words, passwords.scan_with_password)


@methods
def make_objection(request: HttpRequest, public_id: str) -> HttpResponse:
    """Object to the holding of a file."""
    seen = Attachment.objects.held_at(request.actor.person, "attachments.read")
    words = Words(
        _("Object to the holding"),
        _(
            "Blocking a document without right is forbidden (Article 12.4). An officer "
            "other than you must answer within the time limit; if nobody does, the "
            "objection goes to the superior agency."
        ),
        _("Send the objection"),
        _("The objection was sent. You will be told the answer."),
        "send",
    )
    form = ReasonForm(request.POST or None)
    return _answer(request, _found(seen, public_id), form, words, objections.make)


@methods
@recently_proved
def propose_false_alarm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose that what was found in a file is a false alarm."""
    seen = Attachment.objects.held_at(request.actor.person, "attachments.release")
    words = Words(
        _("Propose a false alarm"),
        _(
            "A second person, of the coordinating agency, decides. If it is confirmed, "
            "this very content is released wherever it is held for the same signature. "
            "Write how you made sure that the file is harmless."
        ),
        _("Propose the false alarm"),
        _("The proposal waits for a second person."),
        "send",
    )
    form = ReasonForm(request.POST or None)
    return _answer(request, _found(seen, public_id), form, words, false_alarms.propose)


@methods
@recently_proved
def propose_disposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose to destroy the bytes of a held file."""
    kept = Attachment.objects.kept_for(request.actor.person, "attachments.release")
    words = Words(
        _("Propose to destroy the content"),
        _(
            "Once a second person confirms, the content is destroyed and can never be "
            "brought back. The record of the file, with its fingerprint and every "
            "decision, stays for ever."
        ),
        _("Propose the destruction"),
        _("The proposal waits for a second person."),
        "trash",
        "danger",
    )
    form = DisposalForm(request.POST or None)
    return _answer(request, _found(kept, public_id), form, words, disposal.propose)
