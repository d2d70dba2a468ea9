"""Valid forms and rules; a test names only what matters to it."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from policies.models import (
    EditionState,
    FileKind,
    FormFile,
    FormGroup,
    FormTemplate,
    FormVersion,
    InternalRule,
    RuleVersion,
)
from portal.core import clock
from tests.factories import scanning
from tests.factories.access import AccountFactory, AgencyFactory

RULE_TEXT = """QUY CHẾ
Sử dụng mạng nội bộ
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi
Quy chế này áp dụng cho mọi cán bộ, công chức.
Điều 2. Mật khẩu
1. Không cho người khác dùng tài khoản của mình.
"""


def pdf(pages: int = 2) -> bytes:
    """Return a PDF with so many empty pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return body + f"{table}{end}startxref\n{len(body)}\n%%EOF\n".encode()


CONTENTS = {FileKind.PDF: pdf, FileKind.DOCX: scanning.docx, FileKind.ODT: scanning.odt}


class FormGroupFactory(DjangoModelFactory):
    """A shelf."""

    class Meta:
        model = FormGroup

    slug = factory.Sequence("nhom-{}".format)
    name = factory.Sequence("Nhóm biểu mẫu {}".format)


class FormTemplateFactory(DjangoModelFactory):
    """A form of one agency, without any version."""

    class Meta:
        model = FormTemplate

    code = factory.Sequence("BM-{:04d}".format)
    name = "Phiếu đề nghị cấp tài khoản"
    group = factory.SubFactory(FormGroupFactory)
    agency = factory.SubFactory(AgencyFactory)


class FormVersionFactory(DjangoModelFactory):
    """A draft of the first version, in force from 2012 on."""

    class Meta:
        model = FormVersion

    class Params:
        submitted = factory.Trait(
            state=EditionState.SUBMITTED,
            submitted_by=factory.SelfAttribute("drafted_by"),
            submitted_at=factory.LazyFunction(clock.now),
        )

    template = factory.SubFactory(FormTemplateFactory)
    number = 1
    in_force_from = date(2012, 4, 1)
    drafted_by = factory.SubFactory(AccountFactory)


class FormFileFactory(DjangoModelFactory):
    """A released PDF of a draft."""

    class Meta:
        model = FormFile

    version = factory.SubFactory(FormVersionFactory)
    kind = FileKind.PDF
    attachment = factory.LazyAttribute(
        lambda o: scanning.AttachmentFactory(
            released=True,
            agency=o.version.template.agency,
            submitted_by=o.version.drafted_by,
            name=f"bieu-mau.{o.kind}",
            content=CONTENTS[FileKind(o.kind)](),
        )
    )
    sha256 = factory.SelfAttribute("attachment.sha256")
    size = factory.SelfAttribute("attachment.size")


def submitted_version(**values: object) -> FormVersion:
    """Return a version with a released PDF and DOCX that waits for approval."""
    version = FormVersionFactory(submitted=True, **values)
    for kind in (FileKind.PDF, FileKind.DOCX):
        FormFileFactory(version=version, kind=kind)
    return version


def published_version(**values: object) -> FormVersion:
    """Return an approved version with a PDF and a DOCX, approved by a second person."""
    ends_on = values.pop("in_force_to", None)
    version = submitted_version(**values)
    version.state = EditionState.APPROVED
    version.decided_by, version.decided_at = AccountFactory(), clock.now()
    version.in_force_to = ends_on
    version.save()
    return version


def two_versions(**values: object) -> tuple[FormVersion, FormVersion]:
    """Return a superseded version of a form and the one in force since yesterday."""
    template = FormTemplateFactory(**values)
    yesterday = clock.today() - timedelta(days=1)
    former = published_version(
        template=template, in_force_to=yesterday - timedelta(days=1)
    )
    present = published_version(template=template, number=2, in_force_from=yesterday)
    return former, present


class InternalRuleFactory(DjangoModelFactory):
    """A rule of one agency, without any wording."""

    class Meta:
        model = InternalRule

    slug = factory.Sequence("quy-che-{}".format)
    title = "Quy chế sử dụng mạng nội bộ"
    agency = factory.SubFactory(AgencyFactory)


class RuleVersionFactory(DjangoModelFactory):
    """A draft of a wording, in force from 2020 on."""

    class Meta:
        model = RuleVersion

    class Params:
        submitted = factory.Trait(
            state=EditionState.SUBMITTED,
            submitted_by=factory.SelfAttribute("drafted_by"),
            submitted_at=factory.LazyFunction(clock.now),
        )
        published = factory.Trait(
            state=EditionState.APPROVED,
            submitted_by=factory.SelfAttribute("drafted_by"),
            submitted_at=factory.LazyFunction(clock.now),
            decided_by=factory.SubFactory(AccountFactory),
            decided_at=factory.LazyFunction(clock.now),
        )

    rule = factory.SubFactory(InternalRuleFactory)
    number = factory.Sequence("{}/QĐ-STN".format)
    issued_on = date(2020, 1, 1)
    in_force_from = date(2020, 1, 1)
    text = RULE_TEXT
    drafted_by = factory.SubFactory(AccountFactory)
