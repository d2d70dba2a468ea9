"""Sending files in a real browser: dropped, shown, refused early, sent, and told of.

Điều 5.1 and 12.1; nothing here is read from the screen that a person could not read.
"""

import base64
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from scanning.engine import canaries

pytestmark = pytest.mark.slow

LATER = 20_000  # milliseconds, for a loaded machine
_DROP = """(zone, files) => {
  const dropped = new DataTransfer();
  for (const [name, content] of Object.entries(files)) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    dropped.items.add(new File([bytes], name));
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(type, {
      bubbles: true, cancelable: true, dataTransfer: dropped,
    });
    zone.dispatchEvent(event);
  }
}"""


def drop(page: Page, files: Mapping[str, bytes]) -> None:
    """Let files fall on the field, as a mouse would."""
    encoded = {
        name: base64.b64encode(content).decode() for name, content in files.items()
    }
    page.locator("[data-drop]").evaluate(_DROP, encoded)


def test_files_are_dropped_looked_at_sent_and_their_fate_is_told(portal, sign_in):
    page = sign_in("vanthu.noivu")
    page.goto(f"{portal.url}/tep/gui/")
    lines = page.locator(".drop-line")

    # What is chosen comes to what is there; what cannot be sent is said before it goes.
    drop(page, {"cong-van.txt": b"Kinh gui", "may.exe": b"MZ"})
    drop(page, {"thu-nghiem.txt": canaries.eicar()})
    expect(lines).to_have_count(3)
    refused = lines.filter(has_text="may.exe")
    expect(refused).to_contain_text("Loại tệp này không có trong danh mục")
    page.get_by_role("button", name="Gửi các tệp").click()
    expect(page.locator(".drop-said")).to_contain_text("Chưa gửi gì")
    expect(page.get_by_role("button", name="Bỏ tệp may.exe")).to_be_focused()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(2)

    page.get_by_role("button", name="Gửi các tệp").click()
    page.wait_for_url("**/tep/gui/?tep=*")
    told = page.locator("[data-fates]")
    assert told.get_attribute("aria-live") == "polite"
    clean = told.locator("li", has_text="cong-van.txt")
    harmful = told.locator("li", has_text="thu-nghiem.txt")
    expect(clean).to_contain_text("Được phép mở", timeout=LATER)
    expect(harmful).to_contain_text("Bị cách ly", timeout=LATER)
    expect(harmful).to_contain_text("Tệp có mã độc")
    expect(harmful.get_by_role("link", name="Tải về")).to_have_count(0)


def test_the_progress_is_shown_and_sending_can_be_cancelled(portal, sign_in):
    page = sign_in("vanthu.donxoai")
    page.goto(f"{portal.url}/tep/gui/")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
    network.send(
        "Network.emulateNetworkConditions", {**slow, "uploadThroughput": 400_000}
    )
    drop(page, {"bao-cao.txt": b"a" * 4_000_000})
    page.get_by_role("button", name="Gửi các tệp").click()

    progress = page.get_by_role("progressbar", name="Đã gửi được")
    expect(progress).to_be_visible()
    expect(progress).not_to_have_js_property("value", 0)
    assert page.locator(".drop-percent").inner_text().endswith("%")
    page.get_by_role("button", name="Hủy gửi").click()

    expect(page.locator(".drop-said")).to_contain_text("Đã hủy gửi")
    expect(progress).to_be_hidden()
    expect(page.locator(".drop-line")).to_have_count(1)
    expect(page.get_by_role("button", name="Gửi các tệp")).to_be_enabled()


def test_without_script_the_plain_field_does_the_same(portal, sign_in, browser):
    signed = sign_in("antt.noivu").context.storage_state()
    context = browser.new_context(
        java_script_enabled=False, storage_state=signed, locale="vi-VN"
    )
    page = context.new_page()
    page.goto(f"{portal.url}/tep/gui/")
    page.locator("input[type=file]").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"xin chao"}]
    )
    page.get_by_role("button", name="Gửi các tệp").click()
    expect(page.locator("[data-fates]")).to_contain_text("a.txt")
    context.close()
