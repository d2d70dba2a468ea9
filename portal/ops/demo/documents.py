"""Files that clerks sent in over the last weeks, most of them harmless."""

from random import Random

from django.core.files.base import ContentFile

from portal.ops.demo import engine, files, past
from portal.ops.demo.content import read
from portal.ops.demo.people import Cast
from scanning import services
from scanning.engine import canaries
from scanning.models import Urgency

HOW_MANY = 110
EVERY_PDF = 12  # one PDF is laid out in the time of a hundred other files
_DAYS = 60
_URGENCY = [Urgency.THUONG] * 7 + [Urgency.KHAN] * 2 + [Urgency.THUONG_KHAN]


def send_in(cast: Cast) -> None:
    """Let the clerks send files, day by day, and the scanner judge each at its hour."""
    chance = Random(42)  # noqa: S311 (the same story in each installation)
    subjects = read("documents")["subject"]
    codes = [code for code in cast.parts if _clerk_works(cast, code)]
    hours = sorted(
        ((chance.uniform(0.2, _DAYS), chance.randint(0, 59)) for _ in range(HOW_MANY)),
        reverse=True,
    )
    for number, (days, minute) in enumerate(hours, start=1):
        code = chance.choice(codes)
        subject = chance.choice(subjects)
        name, content = _file(number, subject, cast.agencies[code].name)
        moment = past.days_ago(days, hour=7 + number % 10, minute=minute)
        with past.at(moment):
            services.receive(
                ContentFile(content),
                name,
                by=cast.of("vanthu", code),
                agency=cast.agencies[code],
                urgency=chance.choice(_URGENCY),
            )
            engine.scan_waiting()


def _clerk_works(cast: Cast, code: str) -> bool:
    """Tell whether the clerk may still send today: one left, one is suspended."""
    clerk = cast.of("vanthu", code)
    clerk.person.refresh_from_db(fields=["is_active"])
    return clerk.may("attachments.submit")


def _file(number: int, subject: str, agency: str) -> tuple[str, bytes]:
    """Return the next file: by turns documents, sheets, pictures and bad ones."""
    words = [
        f"Kính gửi: {agency}.",
        f"{subject}. Văn bản số {number} của bản trình diễn, nội dung không có thật.",
        "Đề nghị các cơ quan, đơn vị triển khai và báo cáo kết quả đúng hạn.",
    ]
    rows: list[list[str | int]] = [
        ["TT", "Nội dung", "Số lượng"],
        [1, subject, number],
        [2, "Khác", 3],
    ]
    stem = f"{number:03d}-{subject}"
    if number in _BAD:
        return _BAD[number]
    if number % EVERY_PDF == 0:
        return f"{stem}.pdf", files.document_pdf(subject, words)
    match number % 5:
        case 0:
            return f"{stem}.xlsx", files.sheet("Tổng hợp", rows)
        case 1:
            return f"{stem}.png", files.screenshot(subject, words, hue=number % 256)
        case 2:
            return f"{stem}.csv", files.csv(rows)
        case _other:
            return f"{stem}.docx", files.docx(subject, words)


_EICAR = canaries.eicar()
# What the scanner must hold, and by which rule, is its own matter.
_BAD = {
    17: ("hoa-don-tien-dien.txt", _EICAR),
    29: ("anh-hoi-nghi.zip", files.archive({"anh/xem-ngay.txt": _EICAR})),
    46: ("cap-nhat-phan-mem.doc", b"MZ" + bytes(510)),
    63: ("lich-tuan.docx", b"Day khong phai la tep Word."),
    79: ("bien-ban-cu.docm", files.docx("Biên bản", ["Bản cũ"])),
    92: ("thong-bao.pdf", b"Day khong phai la tep PDF."),
    104: ("giay-moi.txt", _EICAR + b"\n"),
}
