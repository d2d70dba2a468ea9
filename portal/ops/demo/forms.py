"""Standard forms with their versions: drafted by one person, approved by another."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.models import FormGroup, FormTemplate, FormVersion
from policies.services import forms
from portal.core.models import LegalBasis
from portal.ops.demo import engine, files, past
from portal.ops.demo.content import read
from portal.ops.demo.people import Cast

OWNER = "000.00.01.H10"  # Điều 16.1: Văn phòng UBND tỉnh
DOCX_FROM = date(2026, 1, 1)  # since when the format table admits it
# A version is decided on some days before it holds.
_AHEAD = timedelta(days=9)


def publish(cast: Cast) -> None:
    """Create every form with its versions, and leave some for their approver."""
    editor, approver = cast.actor("bientap"), cast.actor("kiemduyet")
    groups = {group.name: group for group in FormGroup.objects.all()}
    basis = LegalBasis.objects.get(number="06/2012/QĐ-UBND")
    for row in read("forms")["form"]:
        with past.at(past.morning(row["versions"][0] - 2 * _AHEAD)):
            template = forms.create_form(
                row["code"],
                row["name"],
                by=editor,
                agency=cast.agencies[OWNER],
                group=groups[row["group"]],
                is_common=True,
                procedure_code=row.get("procedure", ""),
                legal_basis=basis,
                guidance=_guidance(row),
            )
        for starts_on in row["versions"]:
            version = _draft(template, row, starts_on, cast)
            with past.at(past.morning(starts_on - _AHEAD, hour=14)):
                forms.submit(version, by=editor)
                forms.approve(version, by=approver)
        if "draft_from" in row:
            _leave_unfinished(template, row, cast)


def _draft(
    template: FormTemplate, row: dict[str, Any], starts_on: date, cast: Cast
) -> FormVersion:
    number = row["versions"].index(starts_on) + 1 if starts_on in row["versions"] else 0
    number = number or len(row["versions"]) + 1
    note = f"Phiên bản {number}, áp dụng từ {starts_on:%d/%m/%Y}"
    stem = f"{row['code']}-v{number}"
    asked = [
        f"{place}. {field}: ………………………………………"
        for place, field in enumerate(row["fields"], start=1)
    ]
    day = min(starts_on - _AHEAD, _yesterday())
    write, suffix = (files.docx, "docx") if day >= DOCX_FROM else (files.odt, "odt")
    content = {
        f"{stem}.pdf": files.form_pdf(row["code"], row["name"], note, row["fields"]),
        f"{stem}.{suffix}": write(row["name"], [f"{row['code']} – {note}", *asked]),
    }
    with past.at(past.morning(day)):
        version = forms.draft_version(
            template,
            by=cast.actor("bientap"),
            in_force_from=starts_on,
            change_note="Ban hành lần đầu." if number == 1 else _CHANGES[number % 2],
            files=[SimpleUploadedFile(name, data) for name, data in content.items()],
        )
        engine.scan_waiting()
    return version


_CHANGES = (
    "Bớt một mục đã có trong cơ sở dữ liệu; sửa cách ghi ngày tháng.",
    "Cập nhật tên cơ quan tiếp nhận và căn cứ pháp lý.",
)


def _leave_unfinished(template: FormTemplate, row: dict[str, Any], cast: Cast) -> None:
    """Leave the next version where its author or its approver must act."""
    version = _draft(template, row, row["draft_from"], cast)
    with past.at(past.morning(_yesterday(), hour=15)):
        if row["state"] in {"submitted", "returned"}:
            forms.submit(version, by=cast.actor("bientap"))
        if row["state"] == "returned":
            forms.return_with_reason(
                version,
                by=cast.actor("kiemduyet"),
                reason="Mục 4 hỏi lại thông tin đã có; đề nghị bỏ.",
            )


def _guidance(row: dict[str, Any]) -> str:
    return (
        f"Ghi đủ {len(row['fields'])} mục bằng chữ in rõ ràng hoặc điền trên máy tính. "
        "Nộp tại cơ quan tiếp nhận; mang theo giấy tờ tùy thân khi nộp trực tiếp."
    )


def _yesterday() -> date:
    return past.days_ago(1).date()
