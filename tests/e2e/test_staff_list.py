"""A staff list in the browser: preview, faults, application, links (Điều 3.3, 15.7)."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TELEPHONE, SignIn
from tests.e2e.installation import Installation

EXAMPLE = Path(settings.BASE_DIR) / "examples" / "danh-sach-can-bo.csv"


def send(page: Page, portal: Installation, file: Path) -> None:
    """Upload a list and ask for its preview."""
    page.goto(f"{portal.url}/tai-khoan-don-vi/nhap-danh-sach/")
    page.get_by_label("Danh sách cán bộ").set_input_files(file)
    page.get_by_role("button", name="Xem trước").click()


def test_d15_7_a_staff_list_is_previewed_corrected_and_taken_in(
    portal: Installation, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("quantri.tuphap", TELEPHONE)
    faulty = tmp_path / "sai.csv"
    text = EXAMPLE.read_text(encoding="utf-8-sig")
    faulty.write_text(text.replace("000000000002", "12345"), encoding="utf-8")
    send(page, portal, faulty)
    main = page.locator("main")
    expect(main).to_contain_text("1 dòng cần sửa")
    expect(main.locator("tbody th")).to_have_text("Dòng 3")

    old = tmp_path / "cu.csv"
    old.write_bytes(text.encode("utf-16"))
    send(page, portal, old)
    expect(main).to_contain_text("UTF-8")

    send(page, portal, EXAMPLE)
    expect(main).to_contain_text("maunv")
    expect(main).to_contain_text("Chưa có gì thay đổi")
    page.get_by_role("button", name="Nhập danh sách này").click()
    expect(main.locator("code")).to_have_count(2)
    expect(main).to_contain_text("Đã mời qua thư điện tử")
    page.reload()
    expect(main.locator("code")).to_have_count(0)

    page.goto(f"{portal.url}/tai-khoan-don-vi/?state=invited")
    expect(main).to_contain_text("Điểu Thử")
    page.goto(f"{portal.url}/tai-khoan-don-vi/xuat-danh-sach/")
    with page.expect_download() as given:
        page.get_by_role("button", name="Tải về").click()
    assert given.value.suggested_filename.endswith(".xlsx")
