"""The columns of a staff list. Headings are data: they stand in people's files."""

from dataclasses import dataclass

from portal.core import text


@dataclass(frozen=True)
class Column:
    """One column: how the portal calls it, and how its heading reads."""

    key: str
    heading: str
    is_required: bool = False
    hint: str = ""
    others: tuple[str, ...] = ()  # headings that people use for the same


COLUMNS = [
    Column("full_name", "Họ và tên", True, "Viết đủ dấu", ("họ tên",)),
    Column(
        "identity",
        "Số căn cước",
        True,
        "12 chữ số, định dạng ô là Văn bản (Text); không được lưu lại",
        ("số định danh cá nhân", "số CCCD", "CCCD"),
    ),
    Column("username", "Tên đăng nhập", False, "Để trống: cổng tự đề xuất"),
    Column(
        "email",
        "Thư điện tử",
        False,
        "Hộp thư riêng của người đó; lời mời được gửi vào đây",
        ("email", "e-mail"),
    ),
    Column("telephone", "Điện thoại", False, "", ("số điện thoại",)),
    Column("position", "Chức vụ", False, "", ("chức danh",)),
    Column("role", "Vai trò", True, "Chọn một vai trò trong trang Hướng dẫn"),
    Column("scope", "Phạm vi", False, "Trong cơ quan, hoặc Liên cơ quan"),
    Column("decision_number", "Số quyết định", False, "Quyết định phân công"),
    Column("starts_on", "Từ ngày", False, "ngày/tháng/năm; để trống: hôm nay"),
    Column("ends_on", "Đến ngày", False, "ngày/tháng/năm; để trống: không thời hạn"),
]
BY_KEY = {column.key: column for column in COLUMNS}
_BY_HEADING = {
    text.fold(heading): column.key
    for column in COLUMNS
    for heading in (column.heading, *column.others)
}
REQUIRED = [column for column in COLUMNS if column.is_required]


def key_of(heading: object) -> str | None:
    """Return which column a heading names, however it is spelt, or None."""
    return _BY_HEADING.get(text.fold(str(heading or "")))
