"""Passwords: hashed dearly, long rather than odd, and none that others guess."""

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from access.login import weak_passwords
from portal import settings as portal_settings
from tests.factories.access import actor
from tests.signed_in import PASSWORD, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return actor("records_clerk")


def test_passwords_are_hashed_as_owasp_asks():
    # OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB and 2 rounds, or more.
    assert portal_settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    hasher = Argon2PasswordHasher()
    _name, rest = hasher.encode("x" * 12, hasher.salt()).split("$", 1)
    kind, _version, costs = rest.split("$")[:3]
    memory, rounds, _lanes = map(int, re.findall(r"\d+", costs))
    assert kind == "argon2id"
    assert memory >= 19 * 1024
    assert rounds >= 2


def refusals(password):
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        return {fault.code for fault in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "MatKhau@123456",
        "mật khẩu 123456789",
        "m@tkh4u20262026",
        "BinhPhuoc2026!!",
        "UBND-123456789",
        "anhyeuem19901990",
        "Nguyễn Văn Minh 1990",
        "quantri@123456",
        "123456-789-012",
        "qwerty!@#123456",
        "Password12345678",
    ],
)
def test_commonplaces_with_digits_are_refused(password):
    assert "commonplace" in refusals(password)


@pytest.mark.parametrize(
    "password",
    [
        "bốn con voi đi chợ",
        "mưa rơi trên mái tôn cũ",
        "matkhau cua chim sẻ xanh",
        "aaaabbbbccdd eeffg",
        "PASSWORT und Käse",
        "một" + " dài" * 240,
    ],
)
def test_length_counts_and_no_rule_asks_for_signs_or_digits(password):
    assert not refusals(password)


def test_short_ones_are_refused_whatever_signs_they_have():
    assert "password_too_short" in refusals("Zx9!kQ#2vL")


@pytest.fixture
def stolen(tmp_path, settings):
    """A list of 500 stolen passwords, as the public one is written."""
    words = [f"mật khẩu bị lộ số {number}" for number in range(500)]
    hashes = sorted(
        hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()
        for word in words
    )
    path = Path(tmp_path / "hashes.txt")
    path.write_text("".join(f"{h}:{n}\r\n" for n, h in enumerate(hashes)))
    settings.PORTAL_BREACHED_PASSWORDS = str(path)
    return words


def test_every_stolen_password_is_found_and_no_other(stolen):
    for word in stolen:
        assert "breached" in refusals(word)
    for number in range(500, 1000):
        assert not refusals(f"mật khẩu bị lộ số {number}")


def test_the_list_is_not_read_whole(stolen, monkeypatch):
    path = Path(settings.PORTAL_BREACHED_PASSWORDS)
    read = []

    class Counted:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_facts):
            self.file.close()

        def seek(self, *where):
            return self.file.seek(*where)

        def readline(self):
            line = self.file.readline()
            read.append(len(line))
            return line

    plain = Path.open
    monkeypatch.setattr(Path, "open", lambda self, mode: Counted(plain(self, mode)))
    weak_passwords.BreachedPasswordValidator().validate("một mật khẩu của riêng tôi")
    assert sum(read) < path.stat().st_size / 10


def test_the_same_letters_in_another_spelling_are_the_same_password(client, clerk):
    enrolled(clerk)
    in_pieces = unicodedata.normalize("NFD", PASSWORD)
    assert in_pieces != PASSWORD
    form = {"username": clerk.person.username, "password": in_pieces}
    assert client.post("/dang-nhap/", form)["Location"].endswith("ma-xac-thuc/")
    clerk.person.set_password(in_pieces)
    assert clerk.person.check_password(PASSWORD)


def test_a_password_of_a_thousand_letters_opens_the_door(client, clerk):
    enrolled(clerk)
    long_one = "chim sẻ " * 125
    clerk.person.set_password(long_one)
    clerk.person.save()
    form = {"username": clerk.person.username, "password": long_one}
    assert client.post("/dang-nhap/", form)["Location"].endswith("ma-xac-thuc/")
