"""Searching as people type: marks, none, abbreviations, codes and numbers."""

import unicodedata
from datetime import date

import pytest

from policies.models import FormTemplate
from policies.search import Folded, Query
from portal.core.models import LegalBasis
from tests.factories.policies import FormGroupFactory, FormTemplateFactory

FORMS = {
    "BM-01": "Phiếu đề nghị cấp tài khoản",
    "BM-02": "Phiếu báo sự cố an toàn thông tin",
    "BM-03": "Biên bản xác nhận sự cố",
    "BM-04": "Bản cam kết bảo mật",
    "BM-05": "Phiếu đăng ký nhận bản giấy",
    "BM-06": "Đơn đề nghị cấp lại Giấy chứng nhận quyền sử dụng đất",
    "BM-07": "Báo cáo kỹ thuật hệ thống của Ủy ban nhân dân huyện",
    "BM-08": "Phiếu thu hồi tài khoản cán bộ, công chức, viên chức",
    "BM-0777": "Tờ khai đăng ký kết hôn",
}

VIETNAMESE = [
    ("giay bao su co", "BM-02"),
    ("to khai cap tai khoan", "BM-01"),
    ("phieu bao su co", "BM-02"),
    ("Phiếu báo sự cố", "BM-02"),
    ("PHIẾU BÁO SỰ CỐ", "BM-02"),
    ("phiếu bao sự co", "BM-02"),
    ("su co an toan", "BM-02"),
    ("bien ban xac nhan", "BM-03"),
    ("biên bản", "BM-03"),
    ("cam kết", "BM-04"),
    ("cam ket bao mat", "BM-04"),
    ("dang ky nhan ban giay", "BM-05"),
    ("đăng kí nhận bản giấy", "BM-05"),
    ("dat", "BM-06"),
    ("quyền sử dụng đất", "BM-06"),
    ("quyen su dung dat", "BM-06"),
    ("kĩ thuật", "BM-07"),
    ("uỷ ban nhân dân", "BM-07"),
    ("ubnd", "BM-07"),
    ("UBND huyện", "BM-07"),
    ("thu hoi tai khoan", "BM-08"),
    ("ket hon", "BM-0777"),
]

CODES = [
    ("BM-02", "BM-02"),
    ("bm-02", "BM-02"),
    ("bm02", "BM-02"),
    ("BM 02", "BM-02"),
    ("bm_02", "BM-02"),
    ("BM–02", "BM-02"),  # an en dash, as word processors write
    ("BM-0777", "BM-0777"),
    ("0777", "BM-0777"),
    ("1.004253", "BM-06"),
    ("1004253", "BM-06"),
    ("1.004253.000", "BM-06"),
    ("64/2007/NĐ-CP", "BM-06"),
    ("64/2007", "BM-06"),
    ("64/2007/nd-cp", "BM-06"),
    ("642007ndcp", "BM-06"),
    ("64 2007 nđ cp", "BM-06"),
]


@pytest.fixture
def forms(db: None) -> None:
    """Make nine forms; the land form has a procedure code and a legal basis."""
    basis = LegalBasis.objects.create(
        number="64/2007/NĐ-CP",
        title="Nghị định",
        issuer="Chính phủ",
        starts_on=date(2007, 5, 1),
    )
    group = FormGroupFactory(name="Mẫu")
    for code, name in FORMS.items():
        extra = {}
        if code == "BM-06":
            extra = {"procedure_code": "1.004253.000", "legal_basis": basis}
        FormTemplateFactory(code=code, name=name, group=group, **extra)


def found(typed: str) -> list[str]:
    matching = FormTemplate.objects.matching(Query.of(typed))
    return list(matching.values_list("code", flat=True))


@pytest.mark.usefixtures("forms")
@pytest.mark.parametrize(("typed", "code"), VIETNAMESE)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_found_however_they_are_typed(typed, code, form):
    assert code in found(unicodedata.normalize(form, typed))


@pytest.mark.usefixtures("forms")
@pytest.mark.parametrize(("typed", "code"), CODES)
def test_codes_and_document_numbers_are_found(typed, code):
    assert code in found(typed)


@pytest.mark.usefixtures("forms")
@pytest.mark.parametrize("typed", ["máy bay", "zzz", "99/2031", "%", "_", "' OR 1=1"])
def test_what_is_not_there_is_not_found(typed):
    assert not found(typed) or not Query.of(typed)


@pytest.mark.usefixtures("forms")
def test_a_code_typed_whole_comes_first():
    assert found("BM-02")[0] == "BM-02"


@pytest.mark.usefixtures("forms")
def test_what_is_written_as_typed_comes_before_what_only_sounds_like_it():
    FormTemplateFactory(code="A-1", name="Ban quản lý")
    FormTemplateFactory(code="A-2", name="Bán đấu giá")
    assert found("bán")[0] == "A-2"
    assert found("ban quan ly")[0] == "A-1"


@pytest.mark.usefixtures("forms")
def test_the_word_for_a_sheet_does_not_decide_the_order():
    FormTemplateFactory(name="Báo cáo ban đầu sự cố", guidance="Mang theo giấy tờ")
    assert found("giay bao su co")[0] == "BM-02"


@pytest.mark.usefixtures("forms")
def test_some_of_the_words_bring_the_nearest_forms():
    assert not found("xác nhận tạm trú")
    near = FormTemplate.objects.near(Query.of("xác nhận tạm trú"))
    assert near.first().code == "BM-03"


def test_a_word_is_found_by_its_beginning_not_in_its_middle():
    assert Query.of("an").matches("An toàn")
    assert not Query.of("an").matches("Bản cam kết")


def test_text_is_stored_in_nfc_and_folded():
    columns = Folded.of(unicodedata.normalize("NFD", "Đề nghị 15/QĐ-UBND"))
    assert "đề nghị" in columns.words
    assert " 15qdubnd " in columns.folded
    assert " de nghi " in columns.folded
    assert " uy ban nhan dan " in columns.folded


def test_a_query_is_cut_before_it_becomes_work():
    assert len(Query.of("a b " * 5000).text) <= 200
