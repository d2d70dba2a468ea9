"""Transfer and leave in the browser (Điều 12.2, 13.5.b, 15.7)."""

from playwright.sync_api import expect

from tests.e2e.conftest import TELEPHONE, SignIn
from tests.e2e.installation import Installation


def open_account(page, portal: Installation, username: str) -> None:
    """Find a person in the list of the agency's accounts."""
    page.goto(f"{portal.url}/tai-khoan-don-vi/?q={username}")
    page.locator("table a").first.click()
    expect(page.locator("main")).to_contain_text(username)


def test_d12_2_a_leavers_open_browser_is_out_at_the_next_click(
    portal: Installation, sign_in: SignIn
) -> None:
    leaver = sign_in("theodoi.donxoai", TELEPHONE)
    leaver.goto(f"{portal.url}/tai-khoan/")
    expect(leaver.locator("h1")).to_be_visible()

    admin = sign_in("quantri.donxoai")
    open_account(admin, portal, "theodoi.donxoai")
    admin.get_by_role("link", name="Thôi việc").click()
    ends = admin.locator("section", has_text="Những gì chấm dứt ngay")
    expect(ends).to_contain_text("Cán bộ theo dõi gửi, nhận")
    expect(ends).to_contain_text("1 phiên đăng nhập đang mở")
    admin.get_by_label("Số quyết định").fill("45/QĐ-UBND")
    admin.get_by_label("Lý do").fill("Nghỉ hưu từ hôm nay")
    admin.get_by_label("Tôi đã đọc").check()
    admin.get_by_role("button", name="Đóng tài khoản").click()
    expect(admin.locator("main")).to_contain_text("Thôi việc ngày")

    leaver.get_by_role("link", name="Đề nghị cấp quyền").click()
    leaver.wait_for_url(f"{portal.url}/dang-nhap/**")


def test_d15_7_a_transfer_ends_here_and_begins_there_when_the_other_side_agrees(
    portal: Installation, sign_in: SignIn
) -> None:
    person = sign_in("theodoi.noivu")
    admin = sign_in("quantri.noivu")
    open_account(admin, portal, "theodoi.noivu")
    admin.get_by_role("link", name="Điều chuyển").click()
    admin.get_by_label("Đến cơ quan").select_option(
        label="Ủy ban nhân dân thị xã Đồng Xoài"
    )
    admin.get_by_label("Vai trò tại đó").select_option(label="Văn thư")
    admin.get_by_label("Số quyết định").fill("46/QĐ-SNV")
    admin.get_by_label("Lý do").fill("Điều động theo nhu cầu công tác")
    admin.get_by_role("button", name="Điều chuyển").click()
    expect(admin.locator("main")).to_contain_text("chờ duyệt")
    expect(admin.get_by_role("button", name="Duyệt và thực hiện")).to_have_count(0)
    asked = admin.url

    person.reload()
    person.wait_for_url(f"{portal.url}/dang-nhap/**")

    receiving = sign_in("quantri.donxoai", TELEPHONE)
    receiving.goto(asked)
    receiving.get_by_label("Lý do quyết định").fill("Đồng ý tiếp nhận")
    receiving.get_by_role("button", name="Duyệt và thực hiện").click()
    expect(receiving.locator("main")).to_contain_text("đã duyệt và thực hiện")

    back = sign_in("theodoi.noivu")
    back.goto(f"{portal.url}/tai-khoan/")
    expect(back.locator("main")).to_contain_text("Ủy ban nhân dân thị xã Đồng Xoài")
    expect(back.locator("main")).not_to_contain_text("Sở Nội vụ")
