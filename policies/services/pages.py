"""The first pages of the site, so that editors find something to edit."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from access.login.editors import EDITORS
from policies.models import FrontPage, GuidancePage

PAGE_ACTS = ("add_page", "change_page", "publish_page")
GUIDANCE = {
    "Hướng dẫn": (
        "Những việc hay hỏi nhất khi tìm và dùng biểu mẫu trên cổng này.",
        [],
    ),
    "Tìm và tải biểu mẫu": (
        "Gõ có dấu, không dấu, chữ viết tắt hoặc mã biểu mẫu đều tìm được.",
        [
            (
                "Tìm",
                "<p>Mở trang Biểu mẫu, gõ tên, mã (ví dụ BM-01) hoặc số văn bản rồi "
                "bấm Tìm kiếm.</p>",
            ),
            (
                "Chọn bản cần tải",
                "<p>Bản PDF để in và điền bằng tay. Bản DOCX hoặc ODT để điền trên "
                "máy tính.</p>",
            ),
            (
                "Kiểm tra ngày có hiệu lực",
                "<p>Trang của mỗi biểu mẫu ghi rõ phiên bản đang có hiệu lực và từ "
                "ngày nào.</p>",
            ),
        ],
    ),
    "Kiểm tra một tệp đã tải về": (
        "Cách biết một tệp có đúng là bản do cơ quan nhà nước phát hành hay không.",
        [
            (
                "Mở trang Kiểm tra",
                "<p>Chọn tệp trên máy của bạn, hoặc gõ số hiệu in trên văn bản.</p>",
            ),
            (
                "Đọc kết quả",
                "<p>Cổng trả lời tệp có phải do cổng phát hành không, và có phải là "
                "bản đang có hiệu lực không.</p>",
            ),
        ],
    ),
}


@transaction.atomic
def ensure_pages() -> FrontPage:
    """Make the site, its root and the guidance pages; a second call changes nothing."""
    locale, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    front = FrontPage.objects.first()
    if front is None:
        front = _make_front(locale)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": "localhost",
            "port": 80,
            "root_page": front,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    if not GuidancePage.objects.exists():
        _make_guidance(front, locale)
    _permit_editors(front)
    return front


def _permit_editors(front: FrontPage) -> None:
    """Let the group of editors write and publish below the front page, nothing else."""
    group, _made = Group.objects.get_or_create(name=EDITORS)
    enter = Permission.objects.get(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    group.permissions.set([enter])
    acts = Permission.objects.filter(
        content_type__app_label="wagtailcore",
        content_type__model="page",
        codename__in=PAGE_ACTS,
    )
    given = GroupPagePermission.objects.filter(group=group)
    given.exclude(page=front, permission__in=acts).delete()
    for permission in acts:
        GroupPagePermission.objects.get_or_create(
            group=group, page=front, permission=permission
        )


def _make_front(locale: Locale) -> FrontPage:
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    # Wagtail's own migration makes a page and a site in English: nobody reads it.
    Site.objects.filter(root_page__in=root.get_children()).delete()
    for welcome in root.get_children().filter(slug="home", content_type__model="page"):
        welcome.delete()
    root.refresh_from_db()
    front: FrontPage = root.add_child(
        instance=FrontPage(title="Trang chủ", slug="trang-chu", locale=locale)
    )
    return front


def _make_guidance(front: FrontPage, locale: Locale) -> None:
    parent: FrontPage | GuidancePage = front
    for title, (introduction, steps) in GUIDANCE.items():
        page = GuidancePage(
            title=title, introduction=introduction, show_in_menus=True, locale=locale
        )
        if steps:
            page.body = [
                ("steps", [{"title": name, "text": text} for name, text in steps])
            ]
        made = parent.add_child(instance=page)
        made.save_revision().publish()
        if parent is front:
            parent = made
