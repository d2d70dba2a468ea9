"""A message that nobody translated, or translated twice, is found."""

from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from portal.ops import catalogues

SOURCE = """
from django.utils.translation import gettext as _, ngettext

def say(count):
    return _("Good morning."), ngettext("%(n)d file", "%(n)d files", count)
"""
PAGE = """{% load i18n %}
{% translate "Sign in" %}
{% blocktranslate trimmed with name=person %}
  Welcome, {{ name }}.
{% endblocktranslate %}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("shop", "stock"):
        app = tmp_path / name
        app.mkdir()
        (app / "apps.py").touch()
    (tmp_path / "shop" / "views.py").write_text(SOURCE, encoding="utf-8")
    pages = tmp_path / "templates" / "shop"
    pages.mkdir(parents=True)
    (pages / "page.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def translate(catalogue: catalogues.Catalogue, source: str, target: str) -> None:
    text = catalogue.path.read_text(encoding="utf-8")
    for word in ("msgstr", "msgstr[0]"):
        text = text.replace(f'{source}"\n{word} ""', f'{source}"\n{word} "{target}"')
    catalogue.path.write_text(text, encoding="utf-8")


def test_messages_of_code_and_pages_are_wanted_until_all_are_translated(root):
    shop = catalogues.catalogues(root)["shop"]
    catalogues.update(shop)

    assert sorted(catalogues.faults(shop)) == [
        "not in Vietnamese yet: %(n)d file",
        "not in Vietnamese yet: Good morning.",
        "not in Vietnamese yet: Sign in",
        "not in Vietnamese yet: Welcome, %(name)s.",
    ]
    translate(shop, "Good morning.", "Chào buổi sáng.")
    translate(shop, "Sign in", "Đăng nhập")
    translate(shop, "Welcome, %(name)s.", "Chào %(name)s.")
    translate(shop, "%(n)d files", "%(n)d tệp")
    assert catalogues.faults(shop) == []


def test_a_second_update_changes_nothing_and_keeps_translations(root):
    shop = catalogues.catalogues(root)["shop"]
    catalogues.update(shop)
    translate(shop, "Sign in", "Đăng nhập")
    before = shop.path.read_bytes()
    catalogues.update(shop)
    assert shop.path.read_bytes() == before
    assert "Đăng nhập".encode() in before


def test_a_message_that_is_gone_from_the_source_is_a_fault(root):
    stock = catalogues.catalogues(root)["stock"]
    code = root / "stock" / "views.py"
    code.write_text('from x import _\n_("Old")\n', encoding="utf-8")
    catalogues.update(stock)
    translate(stock, "Old", "Cũ")
    assert catalogues.faults(stock) == []

    code.write_text("", encoding="utf-8")
    assert catalogues.faults(stock) == [
        "the catalogue and the source differ; run `manage.py messages`"
    ]


def test_a_translation_that_loses_a_placeholder_is_refused(root):
    shop = catalogues.catalogues(root)["shop"]
    catalogues.update(shop)
    translate(shop, "Welcome, %(name)s.", "Chào bạn.")
    assert any("msgfmt refuses" in fault for fault in catalogues.faults(shop))


def test_two_apps_may_not_translate_the_same_words_differently(root):
    parts = catalogues.catalogues(root)
    (root / "stock" / "views.py").write_text(
        'from x import _\n_("Sign in")\n', encoding="utf-8"
    )
    for name, target in (("shop", "Đăng nhập"), ("stock", "Vào")):
        catalogues.update(parts[name])
        translate(parts[name], "Sign in", target)

    assert catalogues.contradictions(list(parts.values())) == [
        "Sign in is Đăng nhập in shop but Vào in stock"
    ]


def test_what_is_compiled_is_spoken_at_once_by_a_process_that_spoke_before(
    tmp_path: Path, settings
):
    """Else a first start would store the English words of notices and of the trail."""
    part = catalogues.Catalogue("shop", tmp_path, ())
    part.path.parent.mkdir(parents=True)
    words = (
        '\nmsgid "A word that only this shop has"\nmsgstr "Lời của riêng tiệm này"\n'
    )
    part.path.write_text(catalogues.HEADER + words, encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    said = "A word that only this shop has"
    try:
        with translation.override("vi"):
            assert translation.gettext(said) == said
        catalogues.compile_(part)
        with translation.override("vi"):
            assert translation.gettext(said) == "Lời của riêng tiệm này"
    finally:
        translation_file_changed(None, part.path.with_suffix(".mo"))
