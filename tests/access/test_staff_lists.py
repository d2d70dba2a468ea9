"""Staff lists: previewed, then all of it or nothing (Điều 3.3, 8.1, 15.7)."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from threading import Barrier, Thread

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from access.identity import Identity, digest
from access.models import Account, Assignment, AuditEntry, Invitation, StaffList
from access.refusals import LineRefusedError, StaffListGoneError
from access.services import staff_lists
from access.staff_lists import refusals, writing
from access.staff_lists.columns import COLUMNS
from access.staff_lists.reading import MOST_PEOPLE, read
from access.staff_lists.usernames import Proposals
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.access.test_pages import queries_for, text_of
from tests.factories.access import AccountFactory, AssignmentFactory, actor
from tests.signed_in import sign_in

PAGE = "/tai-khoan-don-vi/nhap-danh-sach/"
HEADINGS = [column.heading for column in COLUMNS]
AN = {
    "Họ và tên": "Nguyễn Văn An",
    "Số căn cước": "070090001234",
    "Thư điện tử": "an@example.test",
    "Điện thoại": "+84 271 000 0000",
    "Chức vụ": "Chuyên viên",
    "Vai trò": "Văn thư",
    "Phạm vi": "Liên cơ quan",
    "Số quyết định": "12/QĐ-SNV",
    "Từ ngày": "01/12/2026",
    "Đến ngày": "",
}
BINH = AN | {
    "Họ và tên": "Điểu Thị Bình",
    "Số căn cước": "070190005678",
    "Thư điện tử": "",
    "Vai trò": "security_officer",
}


def as_csv(*people, separator=";", coding="utf-8-sig", headings=HEADINGS):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(headings)
    writer.writerows([person.get(h, "") for h in headings] for person in people)
    return out.getvalue().encode(coding)


def as_xlsx(*people, headings=HEADINGS, above=()):
    book = openpyxl.Workbook()
    for row in (*above, headings):
        book.active.append(row)
    for person in people:
        book.active.append([person.get(h) for h in headings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rehearsed(content, by):
    return staff_lists.rehearse(content, by.agency, by=by)


def sentences(content, by):
    return [(p.line, p.column, p.sentence) for p in rehearsed(content, by).problems]


def applied(content, by):
    found = rehearsed(content, by)
    assert not found.problems
    kept = staff_lists.keep(found, by.agency, "ds.csv", content, by=by)
    staff_lists.apply(kept, by=by)
    return kept


# ── Reading files ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig"])
def test_tables_are_read_with_any_separator_and_with_or_without_mark(separator, coding):
    table = read(as_csv(AN, BINH, separator=separator, coding=coding))
    assert [line.number for line in table.lines] == [2, 3]
    assert table.lines[1].cells["full_name"] == "Điểu Thị Bình"


def test_a_heading_may_stand_below_titles_and_columns_in_any_order():
    mixed = ["Ghi chú", *reversed(HEADINGS)]
    table = read(as_xlsx(AN, headings=mixed, above=[["DANH SÁCH CÁN BỘ"], []]))
    assert table.lines[0].number == 4
    assert table.lines[0].cells["identity"] == "070090001234"
    assert table.unknown == ["Ghi chú"]


def test_the_line_is_the_one_that_programs_show():
    text = as_csv(AN | {"Chức vụ": "Chuyên viên\nchính"}, {}, BINH)
    assert [line.number for line in read(text).lines] == [2, 5]


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "cp1258", "latin-1"])
def test_bad_input_another_encoding_is_refused_and_never_guessed(coding):
    text = as_csv(AN, coding="utf-8").decode()
    if coding in {"cp1258", "latin-1"}:
        content = text.encode("utf-8").replace("ễ".encode(), b"\xea\xde")
    else:
        content = text.encode(coding)
    with pytest.raises(refusals.WrongEncodingError, match="UTF-8"):
        read(content)


TCVN3 = ["NguyÔn V¨n An", "TrÇn ThÞ B×nh", "§ç Quèc ¢n", "Lª Hång H¹nh"]
VNI = ["Nguyeãn Vaên An", "Traàn Thò Bình", "Leâ Hoàng", "ÑAËNG THÒ LAN"]
TWICE_CODED = ["Nguyá»…n VÄƒn An", "Äá»— Thá»‹ Lan"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*TCVN3, *VNI, *TWICE_CODED])
def test_bad_input_text_of_old_fonts_is_refused_with_its_line(admin, name):
    with pytest.raises(refusals.OldFontError, match="3"):
        rehearsed(as_csv(AN, BINH | {"Họ và tên": name}), admin)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["ĐỖ ANH ĐÌNH", "Lê Hoà Bình", "Y Blŭk Êban", "K'Brôih", "Nguyễn Thuý-Quỳnh"],
)
def test_names_of_all_peoples_of_the_province_are_names(admin, name):
    assert not sentences(as_csv(BINH | {"Họ và tên": name}), admin)


@pytest.mark.django_db
def test_names_decomposed_by_other_systems_are_stored_in_nfc(admin):
    import unicodedata  # noqa: PLC0415 (this one test takes it apart)

    apart = unicodedata.normalize("NFD", "Nguyễn Văn An")
    applied(as_csv(AN | {"Họ và tên": apart}), admin)
    assert Account.objects.filter(full_name="Nguyễn Văn An").exists()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.NoHeadingError),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, refusals.OldWorkbookError),
        (b"%PDF-1.7 ...", refusals.UnreadableFileError),
        (b"PK\x03\x04 no archive", refusals.UnreadableFileError),
        (b'"a;b', refusals.UnreadableFileError),
        (b"x" * (1024 * 1024 + 1), refusals.FileTooBigError),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content, refusal):
    with pytest.raises(refusal):
        read(content)


def test_a_list_without_people_a_column_twice_or_missing_is_refused():
    with pytest.raises(refusals.NobodyError):
        read(as_csv())
    with pytest.raises(refusals.TwiceError, match="Vai trò"):
        read(as_csv(AN, headings=[*HEADINGS, "Vai trò"]))
    with pytest.raises(refusals.NoHeadingError, match="Số căn cước"):
        read(as_csv(AN, headings=["Họ và tên", "Vai trò"]))
    many = (AN | {"Số căn cước": f"{n:012}"} for n in range(MOST_PEOPLE + 1))
    with pytest.raises(refusals.TooManyPeopleError, match=str(MOST_PEOPLE)):
        read(as_csv(*many))


def repacked(content, name, data, *, replace=False):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if not (replace and part == name):
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("xl/vbaProject.bin", b"macro", refusals.ActiveWorkbookError),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", refusals.ActiveWorkbookError),
        ("xl/embeddings/oleObject1.bin", b"x", refusals.ActiveWorkbookError),
        ("xl/media/big.png", b"\0" * 30_000_000, refusals.FileTooBigError),
        (
            "xl/more.xml",
            b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
            refusals.UnreadableFileError,
        ),
        ("xl/more.xml", "<x/>".encode("utf-16"), refusals.UnreadableFileError),
    ],
)
def test_workbooks_with_more_than_a_list_are_refused(name, data, refusal):
    with pytest.raises(refusal):
        read(repacked(as_xlsx(AN), name, data))


def test_a_sheet_that_lies_about_its_size_is_read_whole():
    content = as_xlsx(AN, BINH)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    lying = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', sheet)
    read_back = read(repacked(content, "xl/worksheets/sheet1.xml", lying, replace=True))
    assert len(read_back.lines) == 2


# ── Understanding lines ───────────────────────────────────────────────────────────
FAULTS = {
    "Họ và tên": ["", "Nguyễn Văn 4n", "=HYPERLINK(1)", "A" * 121],
    "Số căn cước": [
        "",
        "12345",
        "79.090.001.234",
        "７９００９０００１２３４",
        "7,0E+10",
    ],
    "Tên đăng nhập": ["văn.thư", "a b"],
    "Thư điện tử": ["không phải", "a@b@c"],
    "Điện thoại": ["gọi tôi"],
    "Vai trò": ["", "Quản trị cấp tỉnh", "vua"],
    "Phạm vi": ["toàn quốc"],
    "Từ ngày": ["31/02/2026", "12/31/2026", "2026", "mai", "01/12/26", "01/12/2526"],
    "Đến ngày": ["30/11/2026", "=TODAY()"],
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"), [(c, v) for c, values in FAULTS.items() for v in values]
)
def test_bad_input_each_fault_names_line_and_column_and_nothing_is_done(
    admin, column, value
):
    before = Account.objects.count()
    found = sentences(as_csv(BINH, AN | {column: value}), admin)
    assert [(line, where) for line, where, _words in found] == [(3, column)]
    assert Account.objects.count() == before
    assert not StaffList.objects.exists()


@pytest.mark.django_db
def test_real_dates_and_typed_days_are_the_same_day(admin):
    typed = rehearsed(as_xlsx(AN | {"Từ ngày": "1/12/2026"}), admin)
    real = rehearsed(as_xlsx(AN | {"Từ ngày": date(2026, 12, 1)}), admin)
    assert not typed.problems + real.problems
    assert typed.steps[0].entry.starts_on == date(2026, 12, 1)
    assert real.steps[0].entry.starts_on == date(2026, 12, 1)


@pytest.mark.django_db
def test_a_number_whose_zeros_the_spreadsheet_dropped_is_not_guessed_at(admin):
    found = sentences(as_xlsx(AN | {"Số căn cước": 70090001234}), admin)
    assert [(line, column) for line, column, _words in found] == [(2, "Số căn cước")]
    whole = as_xlsx(AN | {"Số căn cước": 170090001234})
    assert not sentences(whole, admin)


@pytest.mark.django_db
def test_formulas_of_a_workbook_are_refused(admin):
    found = sentences(as_xlsx(AN | {"Chức vụ": '=CMD|"/c calc"!A1'}), admin)
    assert [(line, column) for line, column, _words in found] == [(2, "Chức vụ")]


@pytest.mark.django_db
def test_bad_input_the_same_person_name_or_address_twice_in_a_list(admin):
    one = AN | {"Tên đăng nhập": "an.nv"}
    for column, value in [
        ("Số căn cước", "070 090 001 234"),
        ("Tên đăng nhập", "An.NV"),
        ("Thư điện tử", "AN@example.test"),
    ]:
        found = sentences(as_csv(one, BINH | {column: value}), admin)
        assert (3, column) in [(line, where) for line, where, _words in found], column
        assert any("2" in words for _line, _where, words in found)


# ── What a list does ──────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_rehearsal_changes_nothing(admin, django_capture_on_commit_callbacks):
    before = (Account.objects.count(), AuditEntry.objects.count())
    with django_capture_on_commit_callbacks(execute=True) as later:
        found = rehearsed(as_csv(AN, BINH), admin)
    assert [step.kind for step in found.steps] == ["new", "new"]
    assert before == (Account.objects.count(), AuditEntry.objects.count())
    assert not later
    assert not mail.outbox


@pytest.mark.django_db
def test_a_list_invites_everybody_and_mails_whom_it_can(
    admin, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        kept = applied(as_csv(AN, BINH), admin)
    an, binh = (Account.objects.get(username=name) for name in ("annv", "binhdt"))
    assert an.identity_digest == digest(AN["Số căn cước"])
    right = Assignment.objects.get(account=an)
    assert (right.role.code, right.agency) == ("records_clerk", admin.agency)
    assert (right.decision_number, right.position) == ("12/QĐ-SNV", "Chuyên viên")
    assert right.granted_by == admin.person
    assert right.confirmed_at is None, "the head still confirms (Điều 13.5.b)"
    assert [letter.to for letter in mail.outbox] == [["an@example.test"]]
    arrivals = {a.username: a for a in staff_lists.take_links(kept)}
    assert not arrivals["annv"].link
    assert "/loi-moi/" in arrivals["binhdt"].link
    assert binh.invitations.open().exists()
    told = AuditEntry.objects.get(event="access.staff_imported")
    assert told.agency == admin.agency
    assert told.additional_data["invited"] == 2
    assert not staff_lists.take_links(kept), "links are shown once"


@pytest.mark.django_db
def test_neither_file_nor_number_nor_link_stays(admin):
    kept = applied(as_csv(AN, BINH), admin)
    staff_lists.take_links(kept)
    kept.refresh_from_db()
    assert kept.sealed == ""
    waiting = staff_lists.keep(
        rehearsed(
            as_csv(AN | {"Số căn cước": "070000000001", "Thư điện tử": ""}), admin
        ),
        admin.agency,
        "x.csv",
        b"",
        by=admin,
    )
    assert "070000000001" not in str(staff_lists.steps_of(waiting))
    assert "Nguyễn" not in waiting.sealed


@pytest.mark.django_db
def test_a_second_click_does_nothing(admin):
    kept = applied(as_csv(AN, BINH), admin)
    counted = (Account.objects.count(), Invitation.objects.count())
    staff_lists.apply(kept, by=admin)
    assert counted == (Account.objects.count(), Invitation.objects.count())


@pytest.mark.django_db
def test_d3_3_who_serves_elsewhere_gets_a_further_post_and_no_second_account(
    admin, stranger
):
    applied(as_csv(AN), stranger)
    found = rehearsed(as_csv(AN | {"Thư điện tử": ""}, BINH), admin)
    assert [step.kind for step in found.steps] == ["further", "new"]
    assert stranger.agency.name not in str(found)
    applied(as_csv(AN, BINH), admin)
    an = Account.objects.get(username="annv")
    agencies = set(an.assignments.values_list("agency", flat=True))
    assert agencies == {admin.agency.pk, stranger.agency.pk}


@pytest.mark.django_db
def test_d3_3_a_number_of_somebody_of_another_name_gives_nobody_a_right(
    admin, stranger
):
    applied(as_csv(AN), stranger)
    found = sentences(as_csv(AN | {"Họ và tên": "Lê Văn Khác"}), admin)
    assert [(line, column) for line, column, _words in found] == [(2, "Số căn cước")]
    assert "Nguyễn Văn An" not in str(found)


@pytest.mark.django_db
def test_the_same_list_again_does_only_what_is_new(admin):
    applied(as_csv(AN), admin)
    found = rehearsed(as_csv(AN, BINH), admin)
    assert [step.kind for step in found.steps] == ["there", "new"]
    applied(as_csv(AN, BINH), admin)
    assert Assignment.objects.filter(account__username="annv").count() == 1


@pytest.mark.django_db
def test_an_account_of_ones_own_agency_gets_its_number_by_its_user_name(
    admin, stranger
):
    known = AccountFactory(username="annv", full_name="Nguyễn Văn An", email="")
    AssignmentFactory(account=known, agency=admin.agency, role_code="records_clerk")
    listed = AN | {"Tên đăng nhập": "annv"}
    assert [s.kind for s in rehearsed(as_csv(listed), admin).steps] == ["known"]
    # The administrator of another agency learns only that the name is taken.
    found = sentences(as_csv(listed), stranger)
    assert [(line, column) for line, column, _words in found] == [(2, "Tên đăng nhập")]
    applied(as_csv(listed), admin)
    known.refresh_from_db()
    assert known.identity_digest == Identity.of(AN["Số căn cước"]).digest
    assert known.assignments.count() == 1


@pytest.mark.django_db
def test_what_changed_since_the_preview_undoes_the_whole_list(admin):
    content = as_csv(BINH, AN | {"Tên đăng nhập": "an.moi"})
    kept = staff_lists.keep(
        rehearsed(content, admin), admin.agency, "a.csv", content, by=admin
    )
    AccountFactory(username="an.moi")
    with pytest.raises(LineRefusedError, match="3"):
        staff_lists.apply(kept, by=admin)
    assert not Account.objects.filter(full_name="Điểu Thị Bình").exists()
    kept.refresh_from_db()
    assert kept.applied_at is None


@pytest.mark.django_db
def test_only_an_administrator_of_the_agency_takes_a_list_in(admin, stranger):
    content = as_csv(AN)
    with pytest.raises(NotAllowedError):
        staff_lists.rehearse(content, admin.agency, by=stranger)
    kept = staff_lists.keep(
        rehearsed(content, admin), admin.agency, "a.csv", content, by=admin
    )
    with pytest.raises(NotAllowedError):
        staff_lists.apply(kept, by=stranger)
    head = actor("agency_head", admin.agency)
    with pytest.raises(NotAllowedError):
        staff_lists.apply(kept, by=head)


@pytest.mark.django_db
def test_a_list_that_waited_a_day_is_forgotten(admin):
    content = as_csv(AN)
    kept = staff_lists.keep(
        rehearsed(content, admin), admin.agency, "a.csv", content, by=admin
    )
    long_ago = clock.now() - timedelta(hours=25)
    StaffList.objects.update(read_at=long_ago)
    assert not StaffList.objects.visible_to(admin.person).exists()
    assert staff_lists.forget_expired() == 1
    assert staff_lists.forget_expired() == 0
    with pytest.raises(StaffListGoneError):
        staff_lists.apply(kept, by=admin)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_takes_the_list_in(admin):
    content = as_csv(AN, BINH)
    kept = staff_lists.keep(
        rehearsed(content, admin), admin.agency, "a.csv", content, by=admin
    )
    ready = Barrier(2)
    errors = []

    def click():
        ready.wait()
        try:
            staff_lists.apply(StaffList.objects.get(pk=kept.pk), by=admin)
        except Exception as error:  # noqa: BLE001 (told below)
            errors.append(error)
        finally:
            connections.close_all()

    clicks = [Thread(target=click) for _number in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert not errors
    assert Account.objects.filter(username__in=["annv", "binhdt"]).count() == 2
    assert Invitation.objects.count() == 2
    assert AuditEntry.objects.filter(event="access.staff_imported").count() == 1


@pytest.mark.django_db
def test_user_names_are_proposed_as_offices_make_them():
    AccountFactory(username="annv")
    proposals = Proposals(["annv3"])
    names = [proposals.for_name("Nguyễn Văn An") for _number in range(3)]
    assert names == ["annv2", "annv4", "annv5"]
    assert proposals.for_name("Đỗ Thị Ánh Đào") == "daodta"


# ── Pages ─────────────────────────────────────────────────────────────────────────
def upload(client, content, name="danh-sach.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(PAGE, {"file": file, **fields})


@pytest.mark.django_db
def test_a_list_is_previewed_applied_and_its_links_shown_once(client, admin):
    sign_in(client, admin)
    assert "Số căn cước" in text_of(client, PAGE)
    answer = upload(client, as_xlsx(AN, BINH), "ds.xlsx", agency=admin.agency.pk)
    preview = answer["Location"]
    shown = text_of(client, preview)
    for word in ("Nguyễn Văn An", "annv", "Cán bộ phụ trách an toàn", "01/12/2026"):
        assert word in shown
    assert not Account.objects.filter(username="annv").exists()
    result = client.post(preview)["Location"]
    assert client.post(preview)["Location"] == result, "a second click changes nothing"
    first = text_of(client, result)
    assert first.count("/loi-moi/") == 1
    assert "/loi-moi/" not in text_of(client, result)
    assert Account.objects.filter(username__in=["annv", "binhdt"]).count() == 2


@pytest.mark.django_db
def test_a_faulty_list_shows_every_fault_and_keeps_nothing(client, admin):
    sign_in(client, admin)
    content = as_csv(AN | {"Vai trò": "vua"}, BINH | {"Số căn cước": ""})
    answer = upload(client, content, agency=admin.agency.pk)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "vua" in text
    assert "Số căn cước" in text
    assert AN["Số căn cước"] not in text
    assert not StaffList.objects.exists()


@pytest.mark.django_db
def test_a_wrong_encoding_is_a_sentence_beside_the_field(client, admin):
    sign_in(client, admin)
    answer = upload(client, "Họ và tên".encode("utf-16"), agency=admin.agency.pk)
    assert "UTF-8" in answer.content.decode()
    assert answer.status_code == 200


@pytest.mark.django_db
def test_a_preview_thrown_away_is_gone(client, admin):
    sign_in(client, admin)
    preview = upload(client, as_csv(AN), agency=admin.agency.pk)["Location"]
    client.post(preview, {"discard": "1"})
    assert client.get(preview).status_code == 302
    assert StaffList.objects.get().sealed == ""
    assert not Account.objects.filter(username="annv").exists()


@pytest.mark.django_db
def test_d12_5_previews_and_agencies_of_others_are_not_there(client, admin, stranger):
    sign_in(client, admin)
    preview = upload(client, as_csv(AN), agency=admin.agency.pk)["Location"]
    other = type(client)()
    sign_in(other, stranger)
    assert other.get(preview).status_code == 404
    assert other.post(preview).status_code == 404
    assert other.get(f"{preview}ket-qua/").status_code == 404
    answer = upload(other, as_csv(AN), agency=admin.agency.pk)
    assert answer.status_code == 200
    assert StaffList.objects.count() == 1
    answer = other.post(
        "/tai-khoan-don-vi/xuat-danh-sach/", {"agency": admin.agency.pk, "kind": "csv"}
    )
    assert "Content-Disposition" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agency_head", "records_clerk"])
def test_only_administrators_reach_the_import(client, admin, role):
    sign_in(client, actor(role, admin.agency))
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}mau/xlsx/").status_code == 403
    expected = 200 if role == "agency_head" else 403
    export = client.get("/tai-khoan-don-vi/xuat-danh-sach/")
    assert export.status_code == expected


@pytest.mark.django_db
def test_the_samples_are_lists_that_can_be_filled_in(client, admin):
    sign_in(client, admin)
    answer = client.get(f"{PAGE}mau/xlsx/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    assert sheet.column_dimensions["B"].number_format == "@"
    roles = [cell.value for cell in book.worksheets[1]["D"]][1:]
    assert "Văn thư" in roles
    assert "Quản trị cấp tỉnh" not in roles
    for number, heading in enumerate(HEADINGS, start=1):
        sheet.cell(2, number, BINH.get(heading))
    filled = io.BytesIO()
    book.save(filled)
    assert not sentences(filled.getvalue(), admin)
    with pytest.raises(refusals.NobodyError):
        read(client.get(f"{PAGE}mau/csv/").content)
    assert client.get(f"{PAGE}mau/exe/").status_code == 404


@pytest.mark.django_db
def test_the_upload_page_costs_the_same_for_many_accounts(client, admin):
    sign_in(client, admin)
    client.get(PAGE)
    few = queries_for(client, PAGE)
    for _number in range(10):
        AssignmentFactory(agency=admin.agency)
    assert queries_for(client, PAGE) == few


# ── Export ────────────────────────────────────────────────────────────────────────
@pytest.fixture
def dangerous(admin):
    person = AccountFactory(full_name="=2+5", telephone="+84 271", username="nguy.hiem")
    return AssignmentFactory(
        account=person, agency=admin.agency, position="@SUM(1)", decision_number="-1"
    ).account


def exported(client, admin, kind):
    answer = client.post(
        "/tai-khoan-don-vi/xuat-danh-sach/", {"agency": admin.agency.pk, "kind": kind}
    )
    assert answer["Content-Disposition"].endswith(f'.{kind}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    return answer.content


@pytest.mark.django_db
def test_an_export_holds_nothing_that_a_spreadsheet_computes(client, admin, dangerous):
    sign_in(client, admin)
    rows = list(
        csv.reader(
            exported(client, admin, "csv").decode("utf-8-sig").splitlines(),
            delimiter=";",
        )
    )
    found = next(row for row in rows if "nguy.hiem" in row)
    assert {"'=2+5", "'+84 271", "'@SUM(1)", "'-1"} <= set(found)
    sheet = openpyxl.load_workbook(io.BytesIO(exported(client, admin, "xlsx"))).active
    kinds = {cell.data_type for row in sheet for cell in row}
    assert "f" not in kinds
    assert "d" in kinds, "days are days"


@pytest.mark.django_db
def test_d15_8_an_export_is_an_act_and_holds_ones_own_agency_only(
    client, admin, stranger
):
    elsewhere = AssignmentFactory(account=admin.person, agency=stranger.agency)
    sign_in(client, admin)
    content = exported(client, admin, "csv").decode("utf-8-sig")
    assert admin.person.full_name in content
    assert stranger.person.full_name not in content
    assert elsewhere.role.name not in content
    told = AuditEntry.objects.get(event="access.staff_exported")
    assert (told.agency, told.additional_data["people"]) == (admin.agency, 1)


@pytest.mark.django_db
def test_an_export_costs_the_same_for_many(client, admin):
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    sign_in(client, admin)
    exported(client, admin, "csv")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            exported(client, admin, "xlsx")
        counts.append(len(seen))
        for _number in range(10):
            AssignmentFactory(agency=admin.agency)
    assert counts[0] == counts[1]


def test_every_type_of_file_has_its_name():
    assert set(writing.TYPES) == {"csv", "xlsx"}
