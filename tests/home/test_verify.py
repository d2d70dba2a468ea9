"""/kiem-tra/: everybody may ask whether a document is ours, and the current one."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core import verification
from portal.core.verification import Record

pytestmark = pytest.mark.django_db

MINUTES = b"%PDF-1.7 minutes of an incident"
SHA256 = hashlib.sha256(MINUTES).hexdigest()


@pytest.fixture(autouse=True)
def one_issued_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know one document, which is current, and the one that it replaced."""
    present = Record(
        kind="Biên bản",
        number="05/BB-UBND",
        title="Biên bản sự cố",
        agency="UBND thị xã Đồng Xoài",
        issued_on=date(2026, 11, 22),
        sha256=SHA256,
        is_current=True,
    )
    former = Record(
        kind="Biên bản",
        number="04/BB-UBND",
        title="Biên bản sự cố",
        agency="UBND thị xã Đồng Xoài",
        issued_on=date(2026, 11, 21),
        sha256="0" * 64,
        is_current=False,
        current_url="/su-co/ban-moi/",
    )

    def look(sha256: str, number: str) -> list[Record]:
        known = [present, former]
        return [r for r in known if r.sha256 == sha256 or r.number == number]

    monkeypatch.setattr(verification, "_lookups", [look])


def upload(content: bytes, name: str = "bien-ban.pdf") -> dict[str, object]:
    return {"q": "", "file": SimpleUploadedFile(name, content)}


def test_a_file_that_we_issued_is_known_by_its_bytes(client: Client):
    page = client.post("/kiem-tra/", upload(MINUTES)).content.decode()

    assert "Do Cổng phát hành, đang có hiệu lực" in page
    assert "05/BB-UBND" in page
    assert "22/11/2026" in page


def test_one_changed_byte_and_the_file_is_not_known(client: Client):
    page = client.post("/kiem-tra/", upload(MINUTES + b" ")).content.decode()

    assert "Không khớp" in page
    assert "05/BB-UBND</dd>" not in page


@pytest.mark.parametrize(
    "question", ["05/BB-UBND", f" {SHA256.upper()} ", SHA256[:32] + "\n" + SHA256[32:]]
)
def test_number_and_sha256_are_told_apart(client: Client, question):
    page = client.get("/kiem-tra/", {"q": question}).content.decode()

    assert "Do Cổng phát hành, đang có hiệu lực" in page


def test_a_replaced_document_leads_to_the_current_one(client: Client):
    page = client.get("/kiem-tra/", {"number": "04/BB-UBND"}).content.decode()

    assert "Do Cổng phát hành, không còn hiệu lực" in page
    assert 'href="/su-co/ban-moi/"' in page


def test_a_large_file_is_hashed_as_it_arrives_and_never_stored(client: Client):
    large = b"\0" * 6_000_000  # more than Django keeps in memory
    folders = [Path(settings.FILE_UPLOAD_TEMP_DIR), Path(settings.MEDIA_ROOT)]
    before = [sorted(folder.rglob("*")) for folder in folders]

    page = client.post("/kiem-tra/", upload(large)).content.decode()

    assert hashlib.sha256(large).hexdigest() in page
    assert [sorted(folder.rglob("*")) for folder in folders] == before


def test_no_question_is_no_answer(client: Client):
    page = client.post("/kiem-tra/", {"q": " "}).content.decode()

    assert "Hãy chọn tệp, hoặc nhập số" in page
    assert 'role="alert"' in page


def test_the_page_asks_for_its_own_token():
    strict = Client(enforce_csrf_checks=True)

    refused = strict.post("/kiem-tra/", upload(MINUTES))

    assert refused.status_code == 403
    assert "Trang đã mở quá lâu" in refused.content.decode()
