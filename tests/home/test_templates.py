"""Rules for every template of the portal, and proof that each rule notices a breach."""

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
# Not pages: WeasyPrint and Wagtail's editor have looks of their own.
PAGES = sorted(
    path
    for path in FOLDER.rglob("*.html")
    if not {"pdf", "minutes", "mail", "wagtailadmin"} & set(path.parts)
)

FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script in the page": re.compile(
        r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE
    ),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "address of another host": re.compile(
        r"(?:src|srcset|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


def breaches(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_page_obeys_the_content_security_policy(path: Path):
    assert not breaches(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_template_can_be_read(path: Path):
    engines["django"].get_template(str(path.relative_to(FOLDER)))


TABLE = re.compile(r"<table\b[^>]*>\s*(<caption\b)?")
HEADER = re.compile(r"<th\b(?![^>]*\bscope=)[^>]*>")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_table_says_what_it_holds_and_what_its_headers_head(path: Path):
    text = path.read_text(encoding="utf-8")

    assert all(TABLE.findall(text)), "a table without a caption"
    assert not HEADER.findall(text), "a header cell without a scope"


@pytest.mark.parametrize(
    "text",
    [
        '<p class="a" style="color:red">',
        "<style>p {}</style>",
        "<script>alert()</script>",
        '<button type="button" onclick="x()">',
        '<img src="https://example.com/a.png">',
    ],
)
def test_the_rule_notices_a_breach(text: str):
    assert len(breaches(text)) == 1


def test_every_icon_in_use_is_in_the_sprite():
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    used = {
        name
        for path in PAGES
        for name in re.findall(
            r"(?:\{% icon |\bicon=)\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")
        )
    }

    assert used
    assert used <= known, "run npm run build"
