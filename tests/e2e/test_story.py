"""The main job as one story, through the real processes, as the people see it.

Quyết định 06/2012/QĐ-UBND: Điều 2.4, 12.1, 12.5, 13.4.d, 13.5.b, 14.1, 14.2.a.
"""

import hashlib
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import psycopg
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from scanning.engine.canaries import eicar
from tests.e2e.conftest import DESK, TELEPHONE, SignIn, digits
from tests.e2e.installation import Installation

CLERK = "vanthu.moi.noivu"
PASSWORD = "ruộng lúa chín vàng đầu ngõ"
SCANNED_WITHIN = 60_000  # milliseconds until a verdict stands on the page


def test_the_main_job_from_the_invitation_to_the_audit(
    portal: Installation, browser: Browser, sign_in: SignIn, tmp_path: Path
) -> None:
    an_administrator_invites_a_clerk(portal, browser, sign_in)
    a_password_alone_opens_nothing(portal, browser)
    number = an_officer_records_an_incident_with_evidence(sign_in, tmp_path)
    officer = it_is_beyond_the_town(sign_in, number)
    the_superior_answers(portal, sign_in, number)
    a_stranger_finds_nothing(portal, sign_in, number)
    the_minutes_are_frozen(portal, browser, officer, number, tmp_path)
    a_form_is_drafted_approved_and_found(portal, browser, sign_in, tmp_path)
    the_inspector_sees_every_act(sign_in, number)
    the_trail_is_checked_and_a_forgery_found(portal, tmp_path)


# ── 1. Accounts ─────────────────────────────────────────────────────────────────────
def an_administrator_invites_a_clerk(
    portal: Installation, browser: Browser, sign_in: SignIn
) -> None:
    page = sign_in("quantri.noivu")
    page.goto(f"{portal.url}/tai-khoan-don-vi/")
    expect(page.locator("main")).to_contain_text("vanthu.noivu")
    expect(page.locator("main")).not_to_contain_text("donxoai")

    page.get_by_role("link", name="Mời người dùng").click()
    page.locator("[name=full_name]").fill("Trần Thị Văn Thư (mẫu)")
    page.locator("[name=username]").fill(CLERK)
    page.locator("[name=role]").select_option(label="Văn thư")
    page.locator("main button[type=submit]").first.click()
    link = page.locator("textarea#link").input_value()
    assert link.startswith(f"{portal.url}/loi-moi/")

    clerk = browser.new_context(viewport=TELEPHONE, locale="vi-VN").new_page()
    clerk.goto(link)
    clerk.locator("[name=new_password]").fill(PASSWORD)
    clerk.locator("[name=again]").fill(PASSWORD)
    clerk.get_by_role("button", name="Tiếp tục").click()
    clerk.locator("summary", has_text="nhập khoá").click()
    seed = re.sub(r"\s", "", clerk.locator(".seed code").inner_text())
    clerk.locator("[name=code]").fill(digits(seed))
    clerk.get_by_role("button", name="Xác nhận").click()
    codes = re.findall(r"\b(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}\b", clerk.content())
    assert len(set(codes)) == 10
    clerk.locator("main form button[type=submit]").last.click()
    clerk.wait_for_url(f"{portal.url}/bang-dieu-khien/")
    expect(clerk.locator("body")).to_contain_text("Sở Nội vụ")

    again = clerk.goto(f"{portal.url}/tai-khoan/ma-khoi-phuc/")
    assert again is not None
    assert codes[0] not in clerk.content()
    finder = browser.new_context(viewport=TELEPHONE, locale="vi-VN").new_page()
    finder.goto(link)
    expect(finder.locator("main")).to_contain_text("không còn hiệu lực")


def a_password_alone_opens_nothing(portal: Installation, browser: Browser) -> None:
    page = browser.new_context(viewport=DESK, locale="vi-VN").new_page()
    page.goto(f"{portal.url}/dang-nhap/")
    page.locator("[name=username]").fill(CLERK)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("[name=code]")).to_be_visible()
    for path in ("/bang-dieu-khien/", "/su-co/", "/tep/", "/nhat-ky/", "/cms/"):
        page.goto(f"{portal.url}{path}")
        expect(page).to_have_url(re.compile("/dang-nhap/"))
    for path in ("/cms/login/", "/_util/login/", "/admin/", "/django-admin/"):
        answer = page.goto(f"{portal.url}{path}")
        assert answer is not None
        landed_at_the_door = "/dang-nhap/" in page.url
        assert answer.status == 404 or landed_at_the_door


# ── 2. and 3. The incident ──────────────────────────────────────────────────────────
def evidence_files(folder: Path) -> list[Path]:
    """Write a log, a screenshot and the EICAR test file."""
    log, shot, bad = (folder / n for n in ("may-chu.log", "man-hinh.png", "la.txt"))
    log.write_text("2026-11-22 02:14:07 ssh đăng nhập thất bại từ 203.0.113.9\n" * 40)
    Image.new("RGB", (320, 200), "#0c2c54").save(shot)
    bad.write_bytes(eicar())
    return [log, shot, bad]


def an_officer_records_an_incident_with_evidence(
    sign_in: SignIn, tmp_path: Path
) -> str:
    page = sign_in("antt.donxoai", TELEPHONE)
    page.goto(page.url.replace("/bang-dieu-khien/", "/su-co/moi/"))
    page.locator("[name=title]").fill("Máy chủ một cửa bị khóa dữ liệu")
    page.locator("[name=category]").select_option("malware")
    page.locator("[name=description]").fill("Màn hình đòi tiền chuộc lúc 02 giờ 14.")
    page.locator("[name=files]").set_input_files(evidence_files(tmp_path))
    page.locator("main form:has([data-drop]) button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/su-co/SC-\d{4}-\d{6}/"))
    number = re.findall(r"SC-\d{4}-\d{6}", page.url)[0]

    lines = page.locator("li", has=page.locator(".fate-line"))
    held = lines.filter(has_text="la.txt")
    expect(held).to_contain_text("Bị cách ly", timeout=SCANNED_WITHIN)
    expect(held.get_by_role("link", name="Tải về")).to_have_count(0)
    for name in ("may-chu.log", "man-hinh.png"):
        good = lines.filter(has_text=name)
        expect(good.get_by_role("link", name="Tải về")).to_be_visible(
            timeout=SCANNED_WITHIN
        )
    return number


def it_is_beyond_the_town(sign_in: SignIn, number: str) -> Page:
    page = sign_in("antt.donxoai", TELEPHONE)
    page.goto(page.url.replace("/bang-dieu-khien/", f"/su-co/{number}/"))
    page.get_by_role("link", name="Báo cáo vượt khả năng").click()
    expect(page.locator("main")).to_contain_text("Bộ Công an")
    expect(page.locator("main")).to_contain_text("Ủy ban nhân dân tỉnh Bình Phước")
    page.locator("[name=harm]").fill("Dữ liệu một cửa không mở được.")
    page.locator("[name=needs]").fill("Cán bộ kỹ thuật và máy chủ dự phòng.")
    page.locator("[name=telephone]").fill("0900 000 001")
    page.get_by_role("button", name="Báo cáo ngay").click()
    page.wait_for_url(re.compile(f"/su-co/{number}/"))
    for heading in ("Nghĩa vụ và thời hạn", "Đã báo cho ai"):
        expect(page.locator("main")).to_contain_text(heading)
    expect(page.locator("main")).to_contain_text("Dữ liệu một cửa không mở được.")
    return page


def the_superior_answers(portal: Installation, sign_in: SignIn, number: str) -> None:
    page = sign_in("antt.vanphong")
    expect(page.locator("main")).to_contain_text(number)
    page.goto(f"{portal.url}/su-co/{number}/")
    page.get_by_role("button", name="Xác nhận đã tiếp nhận").click()
    page.get_by_role("link", name="Cho ý kiến chỉ đạo").click()
    page.locator("[name=text]").fill("Ngắt mạng máy chủ, giữ nguyên ổ đĩa.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(rf"/su-co/{number}/(#.*)?$"))
    expect(page.locator("main")).to_contain_text("Ngắt mạng máy chủ, giữ nguyên ổ đĩa.")


def a_stranger_finds_nothing(
    portal: Installation, sign_in: SignIn, number: str
) -> None:
    page = sign_in("antt.noivu")
    for path in ("", "vuot-kha-nang/", "chung-cu/", "bien-ban/", "chi-dao/"):
        answer = page.goto(f"{portal.url}/su-co/{number}/{path}")
        assert answer is not None
        assert answer.status == 404, path
    page.goto(f"{portal.url}/su-co/?q={number}")
    expect(page.locator("main")).not_to_contain_text("Máy chủ một cửa bị khóa")


# ── 4. The minutes ──────────────────────────────────────────────────────────────────
def the_minutes_are_frozen(
    portal: Installation, browser: Browser, page: Page, number: str, tmp_path: Path
) -> None:
    page.goto(f"{portal.url}/su-co/{number}/")
    page.get_by_role("button", name="Xác nhận đã nhận chỉ đạo").click()
    page.goto(f"{portal.url}/su-co/{number}/bien-ban/")
    page.locator("[name=attendees]").fill("Nguyễn Văn Mẫu, cán bộ an toàn thông tin")
    page.locator("[name=measures]").fill("Ngắt mạng máy chủ, báo cáo cấp trên.")
    for name in ("chair", "secretary"):
        if not page.locator(f"[name={name}]").input_value():
            page.locator(f"[name={name}]").fill("Nguyễn Văn Mẫu")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(rf"/su-co/{number}/(#.*)?$"))

    copies = []
    for copy in ("1.pdf", "2.pdf"):
        with page.expect_download() as download:
            page.locator("a[href$='.pdf']").first.click()
        download.value.save_as(tmp_path / copy)
        copies.append((tmp_path / copy).read_bytes())
    assert copies[0] == copies[1]
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(copies[0])).pages)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in re.sub(r"\s+", " ", text)
    assert "BIÊN BẢN" in text
    assert "Máy chủ một cửa bị khóa dữ liệu" in re.sub(r"\s+", " ", text)

    citizen = browser.new_context(viewport=TELEPHONE, locale="vi-VN").new_page()
    digest = hashlib.sha256(copies[0]).hexdigest()
    printed = re.findall(r"/kiem-tra/\?so=BB[A-Z0-9]{12}", re.sub(r"\s", "", text))[0]
    for question in (printed, f"/kiem-tra/?sha256={digest}"):
        citizen.goto(f"{portal.url}{question}")
        expect(citizen.locator("main")).to_contain_text("Biên bản")
        expect(citizen.locator("main")).not_to_contain_text("Máy chủ một cửa")


# ── 5. The form ─────────────────────────────────────────────────────────────────────
def form_files(folder: Path) -> tuple[Path, Path]:
    """Write a small PDF and a small DOCX."""
    from weasyprint import HTML  # noqa: PLC0415 (slow to import)

    pdf, docx = folder / "mau.pdf", folder / "mau.docx"
    HTML(string="<h1>Phiếu đề nghị cấp thẻ thư viện số</h1>").write_pdf(pdf)
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/'
        '2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Override PartName="/word/document'
        '.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocess'
        'ingml.document.main+xml"/></Types>'
    )
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.open'
        'xmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    document = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Phiếu đề nghị</w:t></w:r>'
        "</w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(docx, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", types)
        parts.writestr("_rels/.rels", relations)
        parts.writestr("word/document.xml", document)
    return pdf, docx


def a_form_is_drafted_approved_and_found(
    portal: Installation, browser: Browser, sign_in: SignIn, tmp_path: Path
) -> None:
    pdf, docx = form_files(tmp_path)
    page = sign_in("bientap")
    page.goto(f"{portal.url}/quan-ly-bieu-mau/moi/")
    page.locator("[name=code]").fill("BM-977")
    page.locator("[name=name]").fill("Phiếu đề nghị cấp thẻ thư viện số")
    page.locator("[name=group]").select_option(index=1)
    page.locator("[name=pdf]").set_input_files(pdf)
    page.locator("[name=editable]").set_input_files(docx)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/quan-ly-bieu-mau/BM-977/1/"))
    expect(page.get_by_role("link", name="Tải về")).to_have_count(
        2, timeout=SCANNED_WITHIN
    )
    page.locator("form[action$='/gui-duyet/'] button").click()

    citizen = browser.new_context(
        viewport=TELEPHONE, locale="vi-VN", accept_downloads=True
    ).new_page()
    answer = citizen.goto(f"{portal.url}/bieu-mau/BM-977/")
    assert answer is not None
    assert answer.status == 404

    approver = sign_in("kiemduyet")
    approver.goto(f"{portal.url}/quan-ly-bieu-mau/BM-977/1/")
    approver.locator("form[action$='/duyet/'] button").click()
    expect(approver.locator("main")).to_contain_text("Đã duyệt")

    citizen.goto(portal.url)
    citizen.locator("main [name=q]").fill("the thu vien so")
    citizen.locator("main [name=q]").press("Enter")
    citizen.get_by_role("link", name="Phiếu đề nghị cấp thẻ thư viện số").first.click()
    for ending, original in (("pdf", pdf), ("docx", docx)):
        with citizen.expect_download() as download:
            citizen.locator(f"a[href$='/tai-ve/{ending}']").first.click()
        download.value.save_as(tmp_path / f"citizen.{ending}")
        copy = (tmp_path / f"citizen.{ending}").read_bytes()
        assert copy == original.read_bytes()


# ── 6. The trail ────────────────────────────────────────────────────────────────────
def the_inspector_sees_every_act(sign_in: SignIn, number: str) -> None:
    page = sign_in("thanhtra")
    page.goto(page.url.replace("/bang-dieu-khien/", "/nhat-ky/"))
    trail = page.locator("main")
    told = {
        CLERK: ("mời", "chấp nhận lời mời"),
        number: ("vượt khả năng", "tiếp nhận", "chỉ đạo", "biên bản"),
        "BM-977": ("duyệt",),
    }
    for what, acts in told.items():
        page.goto(re.sub(r"/nhat-ky/.*", f"/nhat-ky/?q={what}", page.url))
        for act in acts:
            expect(trail).to_contain_text(re.compile(act, re.IGNORECASE))


def the_trail_is_checked_and_a_forgery_found(
    portal: Installation, tmp_path: Path
) -> None:
    sound = portal.manage("audit", "verify", check=False)
    assert sound.returncode == 0, sound.stdout + sound.stderr

    copy = portal.copy(tmp_path / "copy")
    untouched = copy.manage("audit", "verify", check=False)
    assert untouched.returncode == 0, untouched.stdout + untouched.stderr
    forge_one_entry(copy)
    forged = copy.manage("audit", "verify", check=False)
    assert forged.returncode == 1, forged.stdout


def forge_one_entry(portal: Installation) -> None:
    """Change one entry as somebody with the database's own rights could."""
    change = (
        "UPDATE access_auditentry SET actor_name = 'ai khác' WHERE id = "
        "(SELECT MIN(entry_id) FROM access_auditseal)"
    )
    if url := portal.database_url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(change)
        return
    with closing(sqlite3.connect(portal.database_file)) as database, database:
        database.execute('DROP TRIGGER "access_auditentry_keeps_values"')
        database.execute(change)
