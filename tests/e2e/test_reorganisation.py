"""A merge in the browser: one plans, another sees the same and approves.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b; Quyết định 20/2020/QĐ-TTg.
"""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from portal.core import clock
from tests.e2e.conftest import TELEPHONE, SignIn
from tests.e2e.installation import Installation

PLANNER, SECOND = "quantri.tinh", "quantri.tinh2"
ENDS, HEIR = "Sở Công Thương", "Sở Tài chính"
DECISION = "77/2027/NQ-HĐND (mẫu)"


def test_a_merge_is_planned_on_a_telephone_and_approved_by_another(
    portal: Installation, sign_in: SignIn
) -> None:
    planner = sign_in(PLANNER, TELEPHONE)
    address = a_merge_is_planned(planner, portal)
    expect(planner.get_by_role("main")).to_contain_text("Bạn là người lập phương án")
    assert planner.get_by_role("button", name="Phê duyệt nội dung trên").count() == 0
    shown = what_the_preview_shows(planner)

    second = sign_in(SECOND)
    second.goto(address)
    assert what_the_preview_shows(second) == shown
    second.get_by_role("button", name="Phê duyệt nội dung trên").click()
    expect(second.get_by_role("main")).to_contain_text("Đã phê duyệt")
    expect(second.get_by_role("main")).to_contain_text("chờ ngày hiệu lực")

    planner.goto(f"{portal.url}/co-quan/sap-xep/")
    row = planner.get_by_role("row", name=re.compile(ENDS))
    expect(row).to_contain_text("đã duyệt, chờ ngày hiệu lực")


def a_merge_is_planned(page: Page, portal: Installation) -> str:
    """Take the three steps; return the address of the plan."""
    page.goto(f"{portal.url}/co-quan/sap-xep/moi/")
    page.get_by_role("link", name=re.compile("Sáp nhập")).click()
    page.get_by_label("Các cơ quan kết thúc").fill(ENDS)
    page.get_by_label("Cơ quan kế thừa").fill(HEIR)
    day = clock.today() + timedelta(days=60)
    page.get_by_label("Hiệu lực từ ngày").fill(day.isoformat())
    page.get_by_label("Số quyết định").fill(DECISION)
    page.get_by_role("button", name="Lưu phương án và tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa có trong cổng")
    page.get_by_label("Trích yếu").fill("Nghị quyết mẫu về sắp xếp")
    page.get_by_label("Cơ quan ban hành").fill("Hội đồng nhân dân tỉnh (mẫu)")
    page.get_by_label("Ngày ban hành").fill(clock.today().isoformat())
    page.get_by_role("button", name="Lưu phương án và tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Từng mục đi về đâu")
    no_wider_than_the_screen(page)
    officer = page.get_by_label(re.compile("an toàn thông tin"))
    officer.first.select_option(label=f"→ {HEIR}")
    page.get_by_role("button", name="Lưu và xem trước").click()
    page.wait_for_url(re.compile(r"/co-quan/sap-xep/\d+/$"))
    no_wider_than_the_screen(page)
    return page.url


def no_wider_than_the_screen(page: Page) -> None:
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0


def what_the_preview_shows(page: Page) -> list[str]:
    """Return every right and every thing of the preview, in its words."""
    rows = page.locator("section[aria-labelledby=people] tbody tr, .passing")
    shown = [" ".join(text.split()) for text in rows.all_text_contents()]
    assert any(HEIR in text for text in shown)
    assert any("chờ người đứng đầu xác nhận" in text for text in shown)
    return shown
