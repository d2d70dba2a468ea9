"""Điều 13.4.d and 15.8: a bundle of the trail that an inspector verifies by himself."""

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from access import audit, checking, keys, sealing
from access.export import bundle as bundles
from access.export import verify_bundle
from access.models import AuditEntry, AuditSeal
from access.services import trail
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.factories.access import actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

VERIFIER = Path(verify_bundle.__file__)


@pytest.fixture
def acts(admin, stranger, django_capture_on_commit_callbacks):
    """Seal eight acts of two agencies, turn by turn, in three batches."""
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(8):
            by = stranger if number % 2 else admin
            audit.record(by.agency, "access.right_granted", by=by, role=f"số {number}")
            if number in {2, 4, 7}:
                sealing.seal()


@pytest.fixture
def file(acts, admin, tmp_path):
    """Export the acts of one of the two agencies."""
    return exported(admin.agency, tmp_path / "goi.zip")


def exported(agency, path):
    today = clock.today()
    wanted = bundles.prepare(agency, today, today)
    path.write_bytes(b"".join(bundles.pieces(wanted)))
    return path


def run(file, *options, key=None):
    """Run the verifier as an inspector does: nothing of the project on its path."""
    noted = ["--key", key or keys.public_keys()[0]] if key != "" else []
    return subprocess.run(
        [sys.executable, "-I", VERIFIER.name, str(file), *noted, *map(str, options)],
        cwd=VERIFIER.parent,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def members(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(file, changed):
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in changed.items():
            archive.writestr(name, content)
    return file


def with_lines(file, change):
    """Let `change` do to the lines of the chain what a forger would do."""
    parts = members(file)
    lines = parts["chain.txt"].splitlines(keepends=True)
    parts["chain.txt"] = b"".join(change(lines))
    return rewritten(file, parts)


# ── What is shown ─────────────────────────────────────────────────────────────────
def test_d15_8_the_verifier_needs_nothing_of_the_portal(file, admin):
    answer = run(file)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "NGUYÊN VẸN / WHOLE" in answer.stdout
    assert f"{admin.agency.name}" in answer.stdout
    assert "4 mục" in answer.stdout
    source = VERIFIER.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 200
    for ours in ("django", "access", "portal.core"):
        assert f"import {ours}" not in source
        assert f"from {ours}" not in source


def test_d15_8_the_key_may_be_given_as_a_fingerprint_in_groups(file):
    noted = keys.grouped(keys.fingerprint(keys.public_keys()[0]))
    assert run(file, key=noted.upper()).returncode == 0
    without = run(file, key="")
    assert without.returncode == 0
    assert "CHƯA SO KHOÁ" in without.stdout
    assert run(file, key="ab" * 32).returncode == 1


def test_d15_8_the_entries_can_be_listed(file):
    said = run(file, "--list").stdout
    for number in range(8):
        assert (f"số {number}" in said) == (number % 2 == 0)


def test_d12_5_of_other_agencies_a_bundle_holds_digests_only(file, stranger):
    content = b"".join(members(file).values())
    for word in (stranger.person.full_name, stranger.agency.name, "số 1", "số 3"):
        assert word.encode() not in content
    foreign = AuditSeal.objects.filter(entry__agency=stranger.agency)
    for seal in foreign:
        assert seal.salt.encode() not in content


def test_d12_5_likely_words_do_not_lead_to_the_entry_behind_a_digest(file, stranger):
    """The digest of all facts, without the salt, is not in the bundle."""
    lines = members(file)["chain.txt"].splitlines()
    digests = {line[2:].decode() for line in lines if line.startswith(b"- ")}
    assert len(digests) == 4
    for entry in AuditEntry.objects.filter(agency=stranger.agency):
        plain = sealing.canonical(entry)
        for guess in (plain, b"\0" + plain):
            assert hashlib.sha256(guess).hexdigest() not in digests
        assert sealing.digest_of(entry, entry.seal.salt) in digests


def test_a_bundle_of_all_agencies_shows_everything(acts, tmp_path):
    file = exported(None, tmp_path / "tat-ca.zip")
    assert "8 mục" in run(file).stdout
    assert b"\n- " not in members(file)["chain.txt"]


def test_a_later_bundle_begins_at_a_signed_end(acts, admin, tmp_path):
    """Days before the first one are not in it; their signed end is."""
    day = clock.today() - timedelta(days=3)
    behind = "UPDATE access_auditentry SET timestamp = %s WHERE id IN (%s, %s, %s)"
    old = AuditSeal.objects.filter(batch=1).values_list("entry_id", flat=True)
    with connection.cursor() as cursor:
        without_triggers(cursor)
        cursor.execute(behind, [f"{day} 05:00:00+00:00", *old])
    file = exported(admin.agency, tmp_path / "goi.zip")
    assert json.loads(members(file)["manifest.json"])["first"] == 4
    assert run(file).returncode == 0


def without_triggers(cursor):
    for name in ("keeps_rows", "keeps_values"):
        on = "" if connection.vendor == "sqlite" else " ON access_auditentry"
        cursor.execute(f"DROP TRIGGER access_auditentry_{name}{on}")


# ── What is detected ──────────────────────────────────────────────────────────────
def altered(lines):
    return [line.replace("số 4".encode(), "số 9".encode()) for line in lines]


def removed(lines):
    return [line for line in lines if not line.startswith(b"+ 5 ")]


def added(lines):
    own = next(line for line in lines if line.startswith(b"+ 5 "))
    return [*lines[: lines.index(own)], own, *lines[lines.index(own) :]]


def reordered(lines):
    shown = [at for at, line in enumerate(lines) if line.startswith(b"+")]
    one, other = shown[1], shown[2]
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def foreign_altered(lines):
    at = next(at for at, line in enumerate(lines) if line.startswith(b"- "))
    lines[at] = b"- " + b"0" * 64 + b"\n"
    return lines


def end_moved(lines):
    """The end of the first batch, as if it had been signed one position later."""
    ends = [at for at, line in enumerate(lines) if line.startswith(b"= ")]
    lines[ends[1]] = lines[ends[1]].replace(b'"position": 3', b'"position": 4')
    return lines


@pytest.mark.parametrize(
    ("forgery", "place"),
    [
        (altered, "5–5"),
        (removed, "4–5"),
        (added, "6–6"),
        (reordered, "2–2"),
        (foreign_altered, "2–2"),
        (end_moved, "4–4"),
        (lambda lines: lines[:-1], "8"),
        (lambda lines: lines[1:], ""),
        (lambda _lines: [], ""),
    ],
)
def test_d13_4_d_a_forged_chain_is_refused_and_the_place_named(file, forgery, place):
    answer = run(with_lines(file, forgery))
    assert answer.returncode == 1, answer.stdout
    assert "KHÔNG NGUYÊN VẸN" in answer.stderr
    assert place in answer.stderr, answer.stderr
    assert "Traceback" not in answer.stderr


def test_d13_4_d_an_entry_hidden_behind_its_digest_is_missed(file):
    """The chain still holds; what the portal signed for does not."""

    def hidden(lines):
        for at, line in enumerate(lines):
            if line.startswith(b"+ 5 "):
                _, _, salt, _, _, entry = line.rstrip(b"\n").split(b" ", 5)
                digest = hashlib.sha256(b"\0" + salt + entry).hexdigest()
                lines[at] = f"- {digest}\n".encode()
        return lines

    answer = run(with_lines(file, hidden))
    assert answer.returncode == 1
    assert "bị che" in answer.stderr


def test_d13_4_d_the_manifest_and_the_read_me_are_signed_for(file):
    whole = members(file)
    manifest = json.loads(whole["manifest.json"])
    later = json.dumps(manifest | {"to": "2099-01-01"}).encode()
    for wrong in ({"manifest.json": later}, {"README.txt": "Gói này đúng.".encode()}):
        assert run(rewritten(file, whole | wrong)).returncode == 1


def test_d13_4_d_strange_missing_and_damaged_files_are_refused(file, tmp_path):
    whole = members(file)
    broken = file.read_bytes()
    assert run(rewritten(file, whole | {"them.txt": b""})).returncode == 1
    assert run(rewritten(file, {"chain.txt": b""})).returncode == 1
    for content in (broken[: len(broken) // 2], b"", b"PK"):
        file.write_bytes(content)
        answer = run(file)
        assert (answer.returncode, "Traceback" in answer.stderr) == (1, False)
    assert run(tmp_path / "không có.zip").returncode == 1


def test_d13_4_d_a_chain_signed_by_another_key_is_refused(file):
    """A forger can make everything anew, but not with the key on paper."""
    forger = Ed25519PrivateKey.generate()
    public = forger.public_key().public_bytes_raw().hex()
    parts = members(file)
    manifest = json.loads(parts["manifest.json"]) | {"keys": [public]}
    plain = json.dumps(manifest).encode()
    parts |= {"manifest.json": plain, "manifest.sig": forger.sign(plain).hex()}
    assert run(rewritten(file, parts)).returncode == 1
    # Even if it also names the true key, which signed the ends.
    manifest["keys"].append(keys.public_keys()[0])
    plain = json.dumps(manifest).encode()
    parts |= {"manifest.json": plain, "manifest.sig": forger.sign(plain).hex()}
    assert run(rewritten(file, parts)).returncode == 1


def test_d13_4_d_cut_off_entries_are_missed_in_a_noted_head(file, tmp_path):
    heads = checking.head_file()
    assert run(file, "--heads", heads).returncode == 0
    lines = heads.read_text().splitlines()
    link = json.loads(lines[1])["link"]
    assert run(file, "--head", f"5:{link}").returncode == 0
    assert "vị trí 5" in run(file, "--head", f"5:{'0' * 64}").stderr
    assert "bị cắt" in run(file, "--head", f"9:{link}").stderr
    # Signed by us before the export, but behind the end that the bundle knows of.
    batch = AuditSeal.objects.get(position=8).batch
    batch.number, batch.last_position = 4, 12
    batch.signature = sealing.secrets.signing_key().sign(sealing.signed_words(batch))
    batch.signature = batch.signature.hex()
    copy = tmp_path / "copy.jsonl"
    copy.write_text("\n".join([*lines, json.dumps(sealing.end_of(batch))]))
    assert "bị cắt" in run(file, "--heads", copy).stderr


def test_d13_4_d_a_row_altered_before_the_export_shows_in_the_bundle(
    acts, admin, stranger, tmp_path
):
    """Digests are made from the rows, of other agencies too."""
    other = AuditSeal.objects.get(position=4)
    assert other.entry.agency == stranger.agency
    with connection.cursor() as cursor:
        without_triggers(cursor)
        cursor.execute(
            "UPDATE access_auditentry SET agency_id = %s WHERE id = %s",
            [admin.agency.pk, other.entry_id],
        )
    answer = run(exported(admin.agency, tmp_path / "goi.zip"))
    assert answer.returncode == 1
    assert "4–4" in answer.stderr


def test_a_key_noted_before_a_change_of_keys_still_serves(acts, admin, tmp_path):
    noted = keys.public_keys()[0]
    former = sealing.settings.SECRET_KEY
    with override_settings(
        SECRET_KEY="ein neuer Schlüssel, for tests only", SECRET_KEY_FALLBACKS=[former]
    ):
        file = exported(admin.agency, tmp_path / "goi.zip")
        assert keys.public_keys()[0] != noted
        assert run(file, key=noted).returncode == 0
        assert run(file, key=keys.public_keys()[0]).returncode == 0


# ── The commands ──────────────────────────────────────────────────────────────────
def test_the_commands_export_verify_and_show_the_key(acts, admin, tmp_path, capsys):
    file, today = tmp_path / "goi.zip", clock.today().isoformat()
    days = ("--from", today, "--to", today)
    call_command("audit", "export", "--agency", admin.agency.code, *days, str(file))
    assert [path.name for path in tmp_path.glob("*goi*")] == ["goi.zip"]
    call_command("audit", "verify", "--bundle", str(file))
    assert "4 mục" in capsys.readouterr().out
    call_command("audit", "key")
    assert capsys.readouterr().out.split()[0] == keys.public_keys()[0]
    entry = AuditEntry.objects.get(event="access.audit_exported")
    assert (entry.agency, entry.actor_name) == (admin.agency, "manage.py audit export")
    with_lines(file, altered)
    with pytest.raises(CommandError, match="5–5"):
        call_command("audit", "verify", "--bundle", str(file))


def test_the_command_refuses_what_is_not_there(acts, tmp_path):
    file = tmp_path / "goi.zip"
    for wrong in (["--agency", "không có"], ["--all"]):
        with pytest.raises(CommandError):
            call_command(
                "audit", "export", *wrong, "--from", "2001-01-01", "--to", "2001-01-02",
                str(file),
            )  # fmt: skip
    assert not file.exists()


# ── The page ──────────────────────────────────────────────────────────────────────
def question(agency=None):
    today = clock.today().isoformat()
    return {"agency": agency.pk if agency else "", "since": today, "until": today}


def test_an_administrator_exports_his_own_agency_and_it_is_an_act(
    client, acts, admin, stranger, tmp_path
):
    sign_in(client, admin)
    assert client.get("/nhat-ky/xuat/").status_code == 200
    answer = client.post("/nhat-ky/xuat/", question(admin.agency))
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    file = tmp_path / "goi.zip"
    file.write_bytes(b"".join(answer.streaming_content))
    assert run(file).returncode == 0
    entry = AuditEntry.objects.get(event="access.audit_exported")
    assert (entry.actor, entry.agency) == (admin.person, admin.agency)
    for wrong in (question(stranger.agency), question()):
        refused = client.post("/nhat-ky/xuat/", wrong)
        assert not refused.streaming
        assert "application/zip" not in refused["Content-Type"]
    assert AuditEntry.objects.filter(event="access.audit_exported").count() == 1


def test_an_auditor_exports_every_agency(client, acts, stranger, tmp_path):
    sign_in(client, actor("auditor"))
    for wanted in (question(stranger.agency), question()):
        answer = client.post("/nhat-ky/xuat/", wanted)
        file = tmp_path / "goi.zip"
        file.write_bytes(b"".join(answer.streaming_content))
        assert run(file).returncode == 0


def test_a_clerk_exports_nothing(client, acts, admin):
    clerk = actor("records_clerk", admin.agency)
    sign_in(client, clerk)
    assert client.get("/nhat-ky/xuat/").status_code == 403
    today = clock.today()
    for agency in (admin.agency, None):
        with pytest.raises(NotAllowedError):
            trail.export(agency, today, today, by=clerk)


def test_an_export_asks_for_a_recent_proof(client, acts, admin):
    signed = sign_in(client, admin)
    signed.session.proved_at = clock.now() - timedelta(hours=1)
    signed.session.save()
    assert client.post("/nhat-ky/xuat/", question(admin.agency)).status_code == 302
    assert not AuditEntry.objects.filter(event="access.audit_exported").exists()


def test_days_without_acts_are_a_clear_sentence(client, acts, admin):
    sign_in(client, admin)
    wrong = question(admin.agency) | {"since": "2001-01-01", "until": "2001-01-02"}
    assert "không có mục nào" in client.post("/nhat-ky/xuat/", wrong).content.decode()
    reversed_days = question(admin.agency) | {"until": "2001-01-02"}
    assert client.post("/nhat-ky/xuat/", reversed_days).status_code == 200


def test_the_inspector_finds_key_and_verifier_on_a_page(client, acts, admin):
    sign_in(client, admin)
    text = client.get("/nhat-ky/doi-chieu/").content.decode()
    assert keys.grouped(keys.public_keys()[0]) in text
    answer = client.get("/nhat-ky/doi-chieu/verify_bundle.py")
    assert b"".join(answer) == VERIFIER.read_bytes()
    assert "attachment" in answer["Content-Disposition"]
