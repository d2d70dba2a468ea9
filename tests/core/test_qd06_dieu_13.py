"""Quyết định 06/2012/QĐ-UBND, Điều 13.4.b: what is stored needs a key from outside."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import InvalidToken

from access.login import second_factor
from access.models import RecoveryDevice
from portal.core import secrets
from tests.factories.access import actor


def test_d13_4_b_what_is_sealed_is_not_readable_and_opens_again():
    sealed = secrets.seal("mã bí mật")
    assert "mã bí mật" not in sealed
    assert secrets.open_sealed(sealed).decode() == "mã bí mật"
    with pytest.raises(InvalidToken):
        secrets.open_sealed(sealed[:-4] + "AAA=")


def test_d13_4_b_a_new_key_keeps_old_records_readable(settings):
    sealed = secrets.seal("cũ")
    signature = secrets.signing_key().sign(b"words")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a second key for tests only"
    assert secrets.open_sealed(sealed) == "cũ".encode()
    new, old = secrets.verification_keys()
    old.verify(signature, b"words")
    with pytest.raises(InvalidSignature):
        new.verify(signature, b"words")

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        secrets.open_sealed(sealed)


@pytest.mark.django_db
def test_d13_4_b_recovery_codes_outlive_a_new_key(settings):
    clerk = actor("records_clerk")
    code = second_factor.new_codes(clerk.person, by=clerk)[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a second key for tests only"
    assert second_factor.check(clerk.person, code, RecoveryDevice)
