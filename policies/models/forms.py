"""Standard forms for citizens and organisations, and their versions for ever.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.4, 15.5 and 16.1; Nghị định 64/2007/NĐ-CP,
Điều 19.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.models.editions import Edition, EditionState
from policies.querysets import FormTemplateQuerySet, FormVersionQuerySet
from policies.search import Folded
from portal.core.text import nfc


class FormGroup(models.Model):
    """A shelf of the catalogue (Nghị định 64/2007/NĐ-CP, Điều 19.2)."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("order on the shelf"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("group of forms")
        verbose_name_plural = _("groups of forms")

    def __str__(self) -> str:
        return self.name


class FormTemplate(models.Model):
    """A form under one code, whatever its version; its address never changes."""

    code = models.CharField(
        _("form code"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[A-Z0-9]+(-[A-Z0-9]+)*\Z",
                _("Use capital letters without marks, digits and hyphens, like BM-01."),
            )
        ],
    )
    name = models.CharField(_("form name"), max_length=200)
    group = models.ForeignKey(
        FormGroup, models.PROTECT, related_name="forms", verbose_name=_("group")
    )
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        related_name="forms",
        verbose_name=_("agency in charge"),
    )
    # A common form binds all agencies: only the owner of common forms publishes it.
    is_common = models.BooleanField(
        _("common form of the province"), default=False, db_index=True
    )
    procedure_code = models.CharField(_("procedure code"), max_length=30, blank=True)
    legal_basis = models.ForeignKey(
        "core.LegalBasis",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forms",
        verbose_name=_("legal basis"),
    )
    guidance = models.TextField(_("how to fill it in"), blank=True)
    # Written by save(): see policies.search.
    words = models.TextField(editable=False)
    folded = models.TextField(editable=False)

    objects = FormTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["group", "code"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the text in NFC, with the two columns in which it is searched."""
        self.name, self.guidance = nfc(self.name), nfc(self.guidance)
        searched = Folded.of(
            self.code,
            self.name,
            self.procedure_code,
            self.legal_basis.number if self.legal_basis else "",
            self.group.name,
            self.guidance,
        )
        self.words, self.folded = searched.words, searched.folded
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("policies:form", args=[self.code])


class FormVersion(Edition):
    """One version of a form, with the files that people download."""

    template = models.ForeignKey(
        FormTemplate, models.PROTECT, related_name="versions", verbose_name=_("form")
    )
    number = models.PositiveIntegerField(_("version"))
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )

    objects = FormVersionQuerySet.as_manager()

    class Meta(Edition.Meta):
        ordering = ["template", "-number"]
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        constraints = [
            *Edition.Meta.constraints,
            models.UniqueConstraint(
                "template", "number", name="policies_a_version_has_one_number"
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state=EditionState.APPROVED, in_force_to=None),
                name="policies_one_approved_version_is_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template.code}, {self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Write down with the approval under whose name it was given."""
        if self.state == EditionState.APPROVED and self.issuer_id is None:
            self.issuer = self.template.agency
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("policies:version", args=[self.template.code, self.number])


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    ODT = "odt", "ODT"

    @property
    def media_type(self) -> str:
        """What the download says that it is."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
}


class FormFile(models.Model):
    """One file of one version. Triggers keep it once the version is approved."""

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="files")
    kind = models.CharField(_("format"), max_length=4, choices=FileKind)
    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="form_files"
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    pages = models.PositiveIntegerField(_("number of pages"), null=True, blank=True)

    class Meta:
        # PDF first: it opens on every telephone.
        ordering = ["version", "-kind"]
        verbose_name = _("file of a form")
        verbose_name_plural = _("files of forms")
        constraints = [
            models.UniqueConstraint(
                "version", "kind", name="policies_one_file_of_each_format"
            ),
            models.CheckConstraint(
                name="policies_file_format_is_known",
                condition=Q(kind__in=FileKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.get_kind_display()}"


class FormDownload(models.Model):
    """How often a file was downloaded on a day; of whom nothing is kept."""

    file = models.ForeignKey(FormFile, models.PROTECT, related_name="downloads")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("downloads"), default=0)

    class Meta:
        ordering = ["day"]
        verbose_name = _("downloads of a day")
        verbose_name_plural = _("downloads by day")
        constraints = [
            models.UniqueConstraint("file", "day", name="policies_downloads_of_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.file}, {self.day}: {self.count}"
