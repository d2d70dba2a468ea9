"""Forms: drafted by one person, approved by another, published for ever.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.4, 15.5 and 16.1.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from access import audit, notices
from access.actors import Actor
from access.models import Agency, AgencyFunction, Function
from policies.models import (
    EditionState,
    FileKind,
    FormFile,
    FormGroup,
    FormTemplate,
    FormVersion,
)
from policies.pdf_pages import page_count
from policies.refusals import (
    FileKindError,
    FilesMissingError,
    FilesNotReleasedError,
    NotFormOwnerError,
    OpenDraftError,
)
from policies.services.editions import (
    close_predecessor,
    mark_decided,
    mark_submitted,
    require_editable,
)
from portal.core.errors import SecondPersonError
from portal.core.models import LegalBasis
from scanning import services as scanning
from scanning.models import Purpose


@transaction.atomic
def create_form(  # noqa: PLR0913 (each is a fact of the form)
    code: str,
    name: str,
    *,
    by: Actor,
    agency: Agency,
    group: FormGroup,
    is_common: bool = False,
    procedure_code: str = "",
    legal_basis: LegalBasis | None = None,
    guidance: str = "",
) -> FormTemplate:
    """Open a form under its code; nothing is public before a version is approved.

    Raises NotAllowedError; ValidationError if the code is taken or badly written.
    """
    by.require("forms.draft", agency)
    template = FormTemplate(
        code=code,
        name=name,
        group=group,
        agency=agency,
        is_common=is_common,
        procedure_code=procedure_code,
        legal_basis=legal_basis,
        guidance=guidance,
    )
    template.full_clean()
    template.save()
    audit.record(template, "policies.form_created", by=by, agency=agency, code=code)
    return template


@transaction.atomic
def draft_version(
    template: FormTemplate,
    *,
    by: Actor,
    in_force_from: date,
    change_note: str = "",
    files: Sequence[UploadedFile] = (),
) -> FormVersion:
    """Draft the next version of a form with its files; they wait for their scan.

    Raises NotAllowedError, OpenDraftError if another version is being prepared, and
    what `put_file` raises.
    """
    by.require("forms.draft", template.agency)
    FormTemplate.objects.select_for_update().get(pk=template.pk)
    versions = template.versions.order_by("-number")
    unfinished = versions.exclude(state=EditionState.APPROVED).first()
    if unfinished:
        raise OpenDraftError(number=unfinished.number)
    newest = versions.first()
    version = FormVersion.objects.create(
        template=template,
        number=newest.number + 1 if newest else 1,
        change_note=change_note,
        in_force_from=in_force_from,
        replaces=newest,
        drafted_by=by.person,
    )
    audit.record(
        version,
        "policies.form_drafted",
        by=by,
        agency=template.agency,
        code=template.code,
        version=version.number,
    )
    for file in files:
        put_file(version, file, by=by)
    return version


@transaction.atomic
def change_draft(
    version: FormVersion, *, by: Actor, in_force_from: date, change_note: str
) -> FormVersion:
    """Change what a draft says of itself. Raises FixedError once it is submitted."""
    version = _locked(version)
    by.require("forms.draft", version.template.agency)
    require_editable(version)
    version.in_force_from, version.change_note = in_force_from, change_note
    version.save(update_fields=["in_force_from", "change_note"])
    _record(version, "policies.form_changed", by)
    return version


@transaction.atomic
def put_file(version: FormVersion, upload: UploadedFile, *, by: Actor) -> FormFile:
    """Put a file into a draft, in place of the former one of the same format.

    The file goes through scanning like any other; its row keeps its hash.
    Raises FixedError, FileKindError, and what `scanning.services.receive` raises.
    """
    version = _locked(version)
    agency = version.template.agency
    by.require("forms.draft", agency)
    require_editable(version)
    name = upload.name or ""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix not in FileKind.values:
        raise FileKindError(name=name)
    attachment = scanning.receive(
        upload, name, by=by, agency=agency, purpose=Purpose.FORM
    )
    version.files.filter(kind=suffix).delete()
    file: FormFile = version.files.create(
        kind=suffix,
        attachment=attachment,
        sha256=attachment.sha256,
        size=attachment.size,
    )
    _record(version, "policies.form_changed", by, kind=suffix, sha256=file.sha256)
    return file


@transaction.atomic
def submit(version: FormVersion, *, by: Actor) -> FormVersion:
    """Hand a draft to the approvers, once all of its files have passed the scan.

    Raises FilesMissingError or FilesNotReleasedError.
    """
    version = _locked(version)
    agency = version.template.agency
    by.require("forms.draft", agency)
    mark_submitted(version, by)
    files = list(version.files.select_related("attachment"))
    _require_published_formats({file.kind for file in files})
    for file in files:
        _require_released(file)
        if file.kind == FileKind.PDF and file.pages is None:
            with scanning.open_published(file.attachment) as content:
                file.pages = page_count(content.read())
            file.save(update_fields=["pages"])
    version.save()
    _record(version, "policies.form_submitted", by)
    notices.notify_holders(
        "forms.approve",
        agency,
        _("Form %(form)s is waiting for your approval") % {"form": version},
        path=_working_page(version),
    )
    return version


@transaction.atomic
def approve(version: FormVersion, *, by: Actor) -> FormVersion:
    """Publish a version; its predecessor ends on the day before it begins.

    Of two who approve at once, the second hears that it is approved already.
    Raises NotAllowedError, SecondPersonError, NotFormOwnerError, EffectiveDateError,
    FilesNotReleasedError (a file may have been recalled meanwhile).
    """
    version = _locked(version)
    template = version.template
    by.require("forms.approve", template.agency)
    _require_owner(template)
    mark_decided(version, EditionState.APPROVED, by)
    files = list(version.files.select_related("attachment"))
    for file in files:
        if file.attachment.submitted_by_id == by.person.pk:
            raise SecondPersonError
        _require_released(file)
    others = template.versions.approved().exclude(pk=version.pk)
    former = others.order_by("-in_force_from").first()
    close_predecessor(version, former)
    version.replaces = former
    version.save()
    _record(
        version,
        "policies.form_approved",
        by,
        in_force_from=version.in_force_from.isoformat(),
        sha256={file.kind: file.sha256 for file in files},
    )
    _tell_author(version, _("Form %(form)s has been approved and published"))
    return version


@transaction.atomic
def return_with_reason(version: FormVersion, *, by: Actor, reason: str) -> FormVersion:
    """Give a version back to its author, saying what is to be changed."""
    version = _locked(version)
    by.require("forms.approve", version.template.agency)
    mark_decided(version, EditionState.RETURNED, by, reason)
    version.save()
    _record(version, "policies.form_returned", by, reason=reason)
    _tell_author(version, _("Form %(form)s was returned to you"), body=reason)
    return version


def _locked(version: FormVersion) -> FormVersion:
    """Lock the form first, then the version, in the same order everywhere."""
    FormTemplate.objects.select_for_update().get(pk=version.template_id)
    locked: FormVersion = (
        FormVersion.objects.select_for_update(of=("self",))
        .select_related("template__agency")
        .get(pk=version.pk)
    )
    return locked


def _require_published_formats(kinds: set[str]) -> None:
    if FileKind.PDF not in kinds or not kinds & {FileKind.DOCX, FileKind.ODT}:
        raise FilesMissingError


def _require_released(file: FormFile) -> None:
    if not file.attachment.is_released:
        raise FilesNotReleasedError(name=file.attachment.name)


def _require_owner(template: FormTemplate) -> None:
    """Common forms are the owner's alone; the owner is looked up by today's date."""
    if not template.is_common:
        return
    owner = AgencyFunction.objects.holder(Function.FORM_OWNER)
    if owner != template.agency:
        raise NotFormOwnerError(agency=owner)


def _record(
    version: FormVersion,
    event: str,
    by: Actor,
    **details: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    template = version.template
    audit.record(
        version,
        event,
        by=by,
        agency=template.agency,
        code=template.code,
        version=version.number,
        **details,
    )


def _working_page(version: FormVersion) -> str:
    return reverse(
        "policies:manage-version", args=[version.template.code, version.number]
    )


def _tell_author(version: FormVersion, subject: str, body: str = "") -> None:
    author = version.submitted_by or version.drafted_by
    if author is not None:
        notices.notify(
            author,
            subject % {"form": version},
            body=body,
            path=_working_page(version),
            agency=version.template.agency,
        )
