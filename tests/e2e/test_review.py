"""An access review in the browser: opened, decided right by right, signed.

Quyết định 06/2012/QĐ-UBND: Điều 3.3, 13.5.b.
"""

import hashlib
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.e2e.conftest import TELEPHONE, SignIn
from tests.e2e.installation import Installation

SIGNED_WITHIN = 60_000  # milliseconds until the worker has made the report


def test_a_review_from_its_opening_to_the_signed_report(
    portal: Installation, sign_in: SignIn, tmp_path: Path
) -> None:
    """The head decides on his people, the administrator on the head."""
    head = sign_in("lanhdao.tanphu")
    the_head_opens_it(portal, head)
    decided = everything_that_waits_is_decided(head)
    assert decided >= 2

    administrator = sign_in("quantri.tanphu", TELEPHONE)
    administrator.get_by_role("link", name="Rà soát Tân Phú").first.click()
    assert everything_that_waits_is_decided(administrator) == 1
    report = the_signed_report(administrator, tmp_path)
    the_signature_holds(report)
    anybody_can_check_it(portal, administrator, report)


def the_head_opens_it(portal: Installation, page: Page) -> None:
    page.goto(f"{portal.url}/tai-khoan-don-vi/ra-soat/")
    page.get_by_role("link", name="Mở đợt rà soát").click()
    page.get_by_label("Tên đợt rà soát").fill("Rà soát Tân Phú")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("main")).to_contain_text("Quyền nào cũng có người")
    page.get_by_role("button", name="Mở đợt rà soát").click()
    expect(page.locator("main")).to_contain_text("Đã mở đợt rà soát.")
    expect(page.locator("main")).to_contain_text("(0 %)")


def everything_that_waits_is_decided(page: Page) -> int:
    """Decide one right after the other; without words the portal refuses."""
    page.get_by_role("link", name=re.compile("^Kết luận")).first.click()
    decided = 0
    while "/quyen/" in page.url:
        form = page.locator("main form")
        form.get_by_label("Căn cứ kết luận").fill(f"Quyết định số {decided + 1}/QĐ-TP")
        was = page.url
        form.get_by_role("button", name="Xác nhận quyền này").click()
        page.wait_for_url(lambda now, was=was: now != was)
        decided += 1
    return decided


def the_signed_report(page: Page, folder: Path) -> Path:
    link = page.get_by_role("link", name="Báo cáo có chữ ký")
    expect(page.locator("main")).to_contain_text("đã đóng ngày")
    for _each in range(SIGNED_WITHIN // 1000):
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    with page.expect_download() as download:
        link.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def the_signature_holds(report: Path) -> None:
    signature = PdfFileReader(io.BytesIO(report.read_bytes())).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[signature.signer_cert])
    # In a thread of its own: the browser's event loop runs in this one.
    with ThreadPoolExecutor(1) as aside:
        status = aside.submit(validate_pdf_signature, signature, trusted).result()
    assert status.intact
    assert status.valid


def anybody_can_check_it(portal: Installation, page: Page, report: Path) -> None:
    sha256 = hashlib.sha256(report.read_bytes()).hexdigest()
    page.goto(f"{portal.url}/kiem-tra/?sha256={sha256}")
    expect(page.locator("main")).to_contain_text("Báo cáo rà soát quyền truy cập")
