"""Held files in the hands of people: each page of decisions has something to show.

Everything goes through the services that the pages use. Nothing harmful is let out: a
false alarm about the test virus waits or is refused, never confirmed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import TypeVar

from django.core.files.base import ContentFile
from django.db import transaction

from portal.core import clock
from portal.ops.demo import engine, files, past
from portal.ops.demo.people import Cast
from scanning import fate, judging, services
from scanning.engine import canaries
from scanning.models import Attachment, Objection, RecallNotice
from scanning.services import disposal, false_alarms, objections, recalls
from scanning.verdicts import Found

Made = TypeVar("Made")
_TODAY = 0.5  # days
_OURS, _OTHERS = "noivu", "donxoai"
_DEMO_SIGNATURE = "Ban-trinh-dien.Khong-co-that"
_EICAR = canaries.eicar()


def tell(cast: Cast) -> None:
    """Let officers object, propose, decide and clean up over the last days."""
    _object(cast)
    _doubt(cast)
    _destroy(cast)
    _call_back(cast)


def _object(cast: Cast) -> None:
    """One objection waits for an answer, one was rejected."""
    waits = _send(cast, _OURS, "bieu-mau-thong-ke.docm", _macro(1), days=0.2)
    done = _send(cast, _OTHERS, "so-theo-doi.docm", _macro(2), days=9)
    _then(
        0.1,
        lambda: objections.make(
            waits,
            by=cast.actor(f"vanthu.{_OURS}"),
            reason="Tệp là biểu mẫu nội bộ (mẫu), đã dùng nhiều năm, không có macro.",
        ),
    )
    made = _then(
        8.9,
        lambda: objections.make(
            done,
            by=cast.actor(f"vanthu.{_OTHERS}"),
            reason="Đề nghị cho qua để kịp gửi báo cáo tháng (mẫu).",
        ),
    )
    _then(
        8.6,
        lambda: objections.answer(
            made,
            by=cast.actor(f"antt.{_OTHERS}"),
            outcome=Objection.Outcome.REJECTED,
            words="Loại tệp có macro không được gửi. Hãy lưu thành .docx và gửi lại.",
        ),
    )


def _doubt(cast: Cast) -> None:
    """One false alarm waits for a second person, one was refused."""
    waits = _send(cast, _OURS, "tai-lieu-tap-huan.txt", _EICAR + b"\n\n", days=1.3)
    done = _send(cast, _OTHERS, "bai-giang-an-toan.txt", _EICAR + b"\n ", days=12)
    _then(
        1.1,
        lambda: false_alarms.propose(
            waits,
            by=cast.actor(f"antt.{_OURS}"),
            reason="Chuỗi thử nghiệm dùng trong bài giảng (mẫu), không phải mã độc.",
        ),
    )
    alarm = _then(
        11.8,
        lambda: false_alarms.propose(
            done,
            by=cast.actor(f"antt.{_OTHERS}"),
            reason="Nghi phần mềm quét nhận nhầm (mẫu).",
        ),
    )
    _then(
        11.2,
        lambda: false_alarms.refuse(
            alarm,
            by=cast.actor("dieuphoi"),
            note="Tệp có đúng chuỗi thử nghiệm. Không gửi chuỗi này qua hệ thống.",
        ),
    )


def _destroy(cast: Cast) -> None:
    """One destruction waits for the head, one is done."""
    waits = _send(cast, _OURS, "lich-hop-cu.docx", b"Tep hong (mau) 1", days=5)
    done = _send(cast, _OTHERS, "phu-luc-hong.docx", b"Tep hong (mau) 2", days=20)
    _then(
        2.2,
        lambda: disposal.propose(
            waits,
            by=cast.actor(f"antt.{_OURS}"),
            reason="Tệp hỏng, đã nhận lại bản đúng (mẫu).",
            decision_number="12/QĐ-SNV (mẫu)",
        ),
    )
    proposed = _then(
        16.5,
        lambda: disposal.propose(
            done,
            by=cast.actor(f"antt.{_OTHERS}"),
            reason="Tệp hỏng, không còn cần giữ (mẫu).",
            decision_number="07/QĐ-UBND (mẫu)",
        ),
    )
    _then(
        16.1,
        lambda: disposal.confirm(
            proposed, by=cast.actor(f"lanhdao.{_OTHERS}"), note="Đồng ý tiêu hủy (mẫu)."
        ),
    )


def _call_back(cast: Cast) -> None:
    """One recall is still to be cleaned up after, one has been."""
    words = ["Văn bản của bản trình diễn, nội dung không có thật."]
    waits = _send(
        cast, _OURS, "phu-luc-du-toan.docx", files.docx("Dự toán (mẫu)", words), days=6
    )
    done = _send(
        cast, _OTHERS, "bang-cham-cong.docx", files.docx("Công (mẫu)", words), days=15
    )
    _then(0.6, lambda: _find(waits))
    _then(14.2, lambda: _find(done))
    notice = RecallNotice.objects.filter(attachment=done).earliest("pk")
    _then(
        13.9,
        lambda: recalls.confirm_clean(
            notice,
            by=cast.actor(f"antt.{_OTHERS}"),
            note="Đã xóa bản tải về trên hai máy và quét lại máy (mẫu).",
        ),
    )


@transaction.atomic
def _find(file: Attachment) -> None:
    """Judge a released file again, and say that newer signatures strike.

    The name of what was found says that it is invented; the file is harmless.
    """
    locked = Attachment.objects.select_for_update(of=("self",)).get(pk=file.pk)
    again = replace(
        judging.judge(locked),
        found=(Found("malware"),),
        signature=_DEMO_SIGNATURE,
        reuse_key="",
    )
    recalls.call_back([locked], again, fate.record(locked, again))


def _send(
    cast: Cast, user: str, name: str, content: bytes, *, days: float
) -> Attachment:
    clerk = f"vanthu.{user}"
    agency = cast.agencies[cast.people[clerk].agency]

    def receive() -> Attachment:
        file = services.receive(
            ContentFile(content), f"mau-{name}", by=cast.actor(clerk), agency=agency
        )
        engine.scan_waiting()
        file.refresh_from_db()
        return file

    return _then(days, receive)


def _then(days: float, act: Callable[[], Made]) -> Made:
    """Do something so many days ago; what is older than today, in office hours."""
    if days < _TODAY:
        moment = clock.now() - timedelta(days=days)
    else:
        whole = ceil(days)
        moment = past.days_ago(whole, hour=8 + round((whole - days) * 10))
    with past.at(moment):
        return act()


def _macro(number: int) -> bytes:
    return files.docx("Biểu mẫu (mẫu)", [f"Bản {number}."])
