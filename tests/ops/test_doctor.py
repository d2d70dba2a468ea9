"""The doctor names each danger in a sentence, and fails while one is left."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.ops.doctor import Weight, findings


@pytest.fixture
def safe(settings, db):
    """Settings as production wants them."""
    settings.PORTAL_DEMO = settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES = False
    settings.DEBUG = False
    settings.SECRET_KEY = "x" * 64
    settings.IS_HTTPS, settings.PORTAL_PROXIES = True, 1
    settings.ALLOWED_HOSTS = ["portal.example"]
    return settings


def wrong_sentences():
    return [f.sentence for f in findings() if f.weight is Weight.WRONG]


DANGERS = {
    "PORTAL_DEMO": (True, "demonstration"),
    "PORTAL_ACCEPT_FALLBACK_SIGNATURES": (True, "released although"),
    "DEBUG": (True, "shown to visitors"),
    "SECRET_KEY": ("short", "too short"),
    "IS_HTTPS": (False, "without encryption"),
    "PORTAL_PROXIES": (0, "does not know the proxy"),
    "ALLOWED_HOSTS": (["*"], "any host name"),
}


@pytest.mark.parametrize("name", DANGERS)
def test_each_danger_is_named_and_only_when_it_is_there(safe, name, in_english):
    value, words = DANGERS[name]
    assert not any(words in sentence for sentence in wrong_sentences())
    setattr(safe, name, value)
    assert any(words in sentence for sentence in wrong_sentences())


def test_d13_4_d_a_trigger_that_somebody_dropped_is_missed(safe, in_english):
    assert not any("triggers" in sentence for sentence in wrong_sentences())
    name, table = "access_auditentry_keeps_values", "access_auditentry"
    on_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on_table}')
    [said] = [words for words in wrong_sentences() if "triggers" in words]
    assert "1 guards" in said
    assert name in said


def test_every_finding_that_is_wrong_says_what_to_do(safe):
    safe.PORTAL_DEMO = True
    for finding in findings():
        assert finding.remedy or finding.weight is Weight.FINE


def test_the_command_fails_in_vietnamese(settings, db, capsys):
    settings.PORTAL_DEMO = True
    with pytest.raises(CommandError, match="trước khi"):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "PORTAL_DEMO=no" in said
    for english in ("This is", "People reach", "Set PORTAL"):
        assert english not in said


@pytest.fixture
def in_english():
    from django.utils import translation  # noqa: PLC0415

    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("missing", "weight"), [("", Weight.FINE), ("tesseract-ocr-vie", Weight.WRONG)]
)
def test_what_reads_scanned_pages_is_looked_for_if_it_is_wanted(
    safe, monkeypatch, in_english, missing, weight
):
    monkeypatch.setattr("scanning.secrecy.pictures.missing", lambda: missing)
    assert not [f for f in findings() if "Scanned pages" in f.sentence]
    safe.PORTAL_OCR = True
    (found,) = [f for f in findings() if "Scanned pages" in f.sentence]
    assert found.weight is weight
    assert missing in found.remedy
