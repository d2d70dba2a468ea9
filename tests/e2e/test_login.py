"""The door in a real browser: passkeys, and a telephone that was lost.

Quyết định 06/2012/QĐ-UBND: Điều 3.1.d, 13.4.b, 13.5.b.
"""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.conftest import DESK, TELEPHONE, SignIn, digits, fresh_digits
from tests.e2e.installation import Installation

HOLDER = "thanhtra"
LOSER, ASKER, APPROVER = "vanthu.locninh", "quantri.locninh", "lanhdao.locninh"
PASSWORD = "ruộng lúa chín vàng cuối xóm"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(portal: Installation) -> str:
    """The portal by its name: passkeys belong to a name, never to a number."""
    return portal.url.replace("127.0.0.1", "localhost")


class Telephone:
    """A device with a screen lock: the browser's own virtual authenticator."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.number = {"authenticatorId": made["authenticatorId"]}

    @property
    def keys(self) -> list[dict[str, Any]]:
        """What lies in it."""
        held: list[dict[str, Any]] = self.cdp.send(
            "WebAuthn.getCredentials", self.number
        )["credentials"]
        return held

    def recognises(self, *, its_owner: bool) -> None:
        """Let finger or PIN be right or wrong from here on."""
        facts = self.number | {"isUserVerified": its_owner}
        self.cdp.send("WebAuthn.setUserVerified", facts)


def give_password_and_code(
    page: Page, address: str, portal: Installation, username: str
) -> None:
    person = portal.accounts()[username]
    page.goto(f"{address}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(person["password"])
    page.get_by_role("button", name="Tiếp tục").click()
    code = fresh_digits(person["totp_secret"], portal.used_digits)
    page.get_by_label("Mã xác thực").fill(code)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{address}/bang-dieu-khien/")


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/dang-xuat/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{address}/")


def press_passkey(page: Page, address: str) -> None:
    page.goto(f"{address}/dang-nhap/")
    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()


def test_a_passkey_is_added_and_opens_the_door_alone(
    portal: Installation, browser: Browser, named: str
) -> None:
    context = browser.new_context(viewport=DESK, locale="vi-VN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" else None,
    )
    telephone = Telephone(page)
    give_password_and_code(page, named, portal, HOLDER)

    page.goto(f"{named}/tai-khoan/")
    page.get_by_role("link", name="Thêm khoá truy cập").click()
    page.get_by_label("Tên khoá truy cập").fill("Điện thoại của tôi")
    page.get_by_role("button", name="Tạo khoá truy cập").click()
    page.wait_for_url(f"{named}/tai-khoan/")
    expect(page.locator("main")).to_contain_text("Điện thoại của tôi")
    [key] = telephone.keys
    assert key["isResidentCredential"]
    assert key["rpId"] == "localhost"

    sign_out(page, named)
    press_passkey(page, named)
    page.wait_for_url(f"{named}/bang-dieu-khien/")
    page.goto(f"{named}/tai-khoan/")
    expect(page.locator("main")).to_contain_text("chỉ khoá truy cập")
    page.goto(f"{named}/thong-bao/")
    expect(page.locator("main")).to_contain_text("vừa được thêm một khoá truy cập")

    page.goto(f"{named}/tai-khoan/khoa-truy-cap/")
    page.get_by_label("Tên khoá truy cập").fill("Lần nữa")
    page.get_by_role("button", name="Tạo khoá truy cập").click()
    expect(page.locator("main")).to_contain_text("Thiết bị này đã có khoá")

    sign_out(page, named)
    telephone.recognises(its_owner=False)
    press_passkey(page, named)
    expect(page.locator("[data-passkey-says]")).to_contain_text("Đã huỷ hoặc không")
    page.goto(f"{named}/tai-khoan/")
    expect(page).to_have_url(f"{named}/dang-nhap/?next=/tai-khoan/")
    assert not faults
    context.close()


def test_at_a_number_the_page_names_the_proper_address(
    portal: Installation, browser: Browser, named: str
) -> None:
    page = browser.new_page(viewport=TELEPHONE, locale="vi-VN")
    page.goto(f"{portal.url}/dang-nhap/")
    link = page.get_by_role("link", name=f"{named}/dang-nhap/")
    link.click()
    expect(
        page.get_by_role("button", name="Đăng nhập bằng khoá truy cập")
    ).to_be_visible()


def test_a_lost_telephone_is_made_good_by_two_persons(
    portal: Installation, browser: Browser, sign_in: SignIn
) -> None:
    loser = sign_in(LOSER, TELEPHONE)
    reported = an_administrator_reports_it(portal, sign_in)
    link = a_second_person_approves(portal, sign_in, reported)

    loser.goto(f"{portal.url}/tai-khoan/")
    expect(loser).to_have_url(f"{portal.url}/dang-nhap/?next=/tai-khoan/")
    seed = the_person_enrols_anew(browser, link, portal)
    keep(portal, seed)


def an_administrator_reports_it(portal: Installation, sign_in: SignIn) -> str:
    page = sign_in(ASKER)
    page.goto(f"{portal.url}/tai-khoan-don-vi/?q={LOSER}")
    page.locator("main table a").first.click()
    page.get_by_role("link", name=re.compile("thiết bị", re.IGNORECASE)).click()
    page.get_by_label("Lý do").fill("Mất điện thoại trên đường đi công tác")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Mất điện thoại trên đường")
    expect(page.locator("[name=decision]")).to_have_count(0)  # not his own request
    return page.url


def a_second_person_approves(
    portal: Installation, sign_in: SignIn, reported: str
) -> str:
    page = sign_in(APPROVER)
    page.goto(reported)
    expect(page.locator("main")).to_contain_text("0271")  # whom to call
    page.locator("button[name=decision][value=approve]").click()
    link = page.locator("textarea#link").input_value()
    assert link.startswith(f"{portal.url}/loi-moi/")
    return link


def the_person_enrols_anew(browser: Browser, link: str, portal: Installation) -> str:
    page = browser.new_page(viewport=TELEPHONE, locale="vi-VN")
    page.goto(link)
    page.locator("[name=new_password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("summary", has_text="nhập khoá").click()
    seed = re.sub(r"\s", "", page.locator(".seed code").inner_text())
    code = digits(seed)
    portal.used_digits.add(code)
    page.locator("[name=code]").fill(code)
    page.get_by_role("button", name="Xác nhận").click()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"{portal.url}/bang-dieu-khien/")
    page.goto(f"{portal.url}/thong-bao/")
    expect(page.locator("main")).to_contain_text("đã được đặt lại")
    page.close()
    return seed


def keep(portal: Installation, seed: str) -> None:
    """Write down what opens the account now, for the tests that follow."""
    path = portal.var / "demo-accounts.json"
    rows = json.loads(path.read_text())
    for row in rows:
        if row["username"] == LOSER:
            row.update(password=PASSWORD, totp_secret=seed)
    path.write_text(json.dumps(rows, ensure_ascii=False))
