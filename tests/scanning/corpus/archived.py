"""Nasty archives."""

import struct
from functools import partial

from scanning.engine import canaries
from scanning.verdicts import Verdict
from tests.factories.scanning import docx, png
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.zips import Member, archive, end64, unicode_path

TEXT = b"Kinh g\xe1\xbb\xadi " * 20
GOOD = Member("a.txt", TEXT)
MISSED, SEEN = True, False


def one(name: str, content: bytes = TEXT, **changes: object) -> bytes:
    return archive(Member(name, content, **changes))


def nested(depth: int) -> bytes:
    content = archive(GOOD)
    for _ in range(depth - 1):
        content = one("a.zip", content)
    return content


def overlapping() -> bytes:
    return archive(GOOD, Member("b.txt", b"", central={"offset": 0}))


def hidden_member() -> bytes:
    """Return an archive with a member between two others that no entry names."""
    front = archive(Member("x.exe", b"MZ", method=0))[: 30 + 5 + 2]
    return archive(
        Member("a.txt", TEXT, behind=front, central={"packed": len(GOOD.packed())}),
        GOOD,
    )


def false_end64() -> bytes:
    body = archive(GOOD)
    at = body.index(b"PK\x05\x06")
    start = body.index(b"PK\x01\x02")
    return body[:at] + end64(1, at - start, 0, at) + body[at:]


def two_sizes() -> bytes:
    wide = struct.pack("<HHQQ", 1, 16, 5, 5)
    return one("a.txt", central_extra=wide)


def two_archives() -> bytes:
    return archive(GOOD) + archive(Member("b.txt", b"x"))


def bomb_in_bomb() -> bytes:
    return one("b.zip", one("a.txt", bytes(30_000_000)))


ARCHIVES: list[Case] = [
    *cases(
        Verdict.UNSCANNABLE,
        ("method-lies.zip", "CVE-2026-0866: the directory says stored, the member "
         "packed", "damaged", MISSED,
         partial(one, "a.txt", central={"method": 0})),
        ("both-lie.zip", "both say stored, the member is packed", "damaged", MISSED,
         partial(one, "a.txt", local={"method": 0}, central={"method": 0})),
        ("name-lies.zip", "directory and member have different names", "damaged",
         MISSED, partial(one, "a.txt", local={"name": b"b.exe"})),
        ("size-lies.zip", "they have different sizes", "damaged", MISSED,
         partial(one, "a.txt", local={"size": 5})),
        ("checksum-lies.zip", "they have different checksums", "damaged", MISSED,
         partial(one, "a.txt", local={"crc": 5})),
        ("checksum-false.zip", "both have the same false checksum", "damaged", MISSED,
         partial(one, "a.txt", local={"crc": 5}, central={"crc": 5})),
        ("lock-lies.zip", "only the member says that it is encrypted",
         "damaged encrypted", SEEN, partial(one, "a.txt", local={"flags": 0x801})),
        ("descriptor-lies.zip", "sizes to follow do not follow", "damaged", MISSED,
         partial(one, "a.txt", local={"flags": 0x808, "size": 0, "packed": 0})),
        ("size-understated.zip", "unpacks to more than both declare", "damaged", MISSED,
         partial(one, "a.txt", local={"size": 9}, central={"size": 9})),
        ("two-in-a-row.zip", "two archives one after the other", "damaged", MISSED,
         two_archives),
        ("prefixed.zip", "bytes before the first member", "damaged", MISSED,
         lambda: b"PK\3\4 junk " + archive(GOOD)),
        ("suffixed.zip", "bytes after the end", "damaged", MISSED,
         lambda: archive(GOOD) + b"more"),
        ("comment.zip", "a second archive in the comment", "damaged", MISSED,
         lambda: archive(GOOD, comment=archive(Member("b.exe", b"MZ")))),
        ("overlapping.zip", "two members share their bytes", "damaged", MISSED,
         overlapping),
        ("hidden.zip", "a member that the directory does not name", "damaged", MISSED,
         hidden_member),
        ("behind.zip", "bytes behind the packed bytes of a member", "damaged", MISSED,
         partial(one, "a.txt", behind=b"MZ program")),
        ("no-end.zip", "the end record is missing", "damaged", MISSED,
         lambda: archive(GOOD)[:-22]),
        ("cut.zip", "the file is cut short", "damaged", MISSED,
         lambda: archive(GOOD)[:-10]),
        ("fewer.zip", "more entries than counted", "damaged", MISSED,
         lambda: archive(GOOD, Member("b.txt", b"x"), count=1)),
        ("before-end.zip", "bytes between directory and end", "damaged", MISSED,
         lambda: archive(GOOD, before_end=b"hidden")),
        ("twice.zip", "two members have one name", "damaged", MISSED,
         lambda: archive(GOOD, Member("a.txt", b"other"))),
        ("end64.zip", "a 64-bit end that says something else", "damaged", MISSED,
         false_end64),
        ("size64.zip", "a 64-bit size that says something else", "damaged", MISSED,
         two_sizes),
        ("folder.zip", "a folder that holds bytes", "damaged", MISSED,
         partial(one, "folder/", b"MZ", method=0)),
        ("descriptor-inside.zip", "a reader from the front would stop earlier",
         "damaged", MISSED,
         partial(one, "a.txt", b"x" * 50 + b"PK\7\x08" + b"y" * 50, method=0,
                 descriptor="<3I")),
        ("patched.zip", "a member that needs a patch", "damaged", MISSED,
         partial(one, "a.txt", flags=0x20)),
        ("method.zip", "packed by LZMA", "archive_method", MISSED,
         partial(one, "a.txt", b"x" * 40, method=14)),
        ("password.zip", "encrypted, as old programs do", "encrypted", SEEN,
         partial(one, "a.txt", bytes(range(64)), method=0, flags=1)),
        ("password-aes.zip", "encrypted by AES", "encrypted", SEEN,
         partial(one, "a.txt", bytes(range(64)), method=99, flags=1)),
        ("bomb.zip", "40 MB of zeros", "archive_too_big", MISSED,
         partial(one, "a.txt", bytes(40_000_000))),
        ("bomb-declared.zip", "declares 900 MB", "archive_too_big", MISSED,
         partial(one, "a.txt", local={"size": 900 * 1024**2},
                 central={"size": 900 * 1024**2})),
        ("bomb-nested.zip", "a bomb in an archive", "archive_too_big", MISSED,
         bomb_in_bomb),
        ("deep.zip", "four archives in one another", "archive_too_deep", MISSED,
         partial(nested, 4)),
        ("many.zip", "6,000 members", "archive_too_many", MISSED,
         lambda: archive(*[Member(f"{n}.txt", b"x", method=0) for n in range(6000)])),
    ),
    *cases(
        Verdict.REFUSED_TYPE,
        ("upwards.zip", "a member that leaves its folder", "archive_path", MISSED,
         partial(one, "../../a.txt")),
        ("absolute.zip", "a member with a place of its own", "archive_path", MISSED,
         partial(one, "/etc/a.txt")),
        ("drive.zip", "the same on Windows", "archive_path", MISSED,
         partial(one, "C:\\Windows\\a.txt")),
        ("link.zip", "a link in place of a file", "archive_path", MISSED,
         partial(one, "a.txt", b"/etc/passwd", mode=0o120777)),
        ("device.zip", "a name that Windows takes for a device", "dangerous_name",
         MISSED, partial(one, "con.txt")),
        ("stream.zip", "a name that hides a stream", "dangerous_name", MISSED,
         partial(one, "a.exe:b.txt")),
        ("dots.zip", "a name that Windows shortens to another", "dangerous_name member",
         MISSED, partial(one, "a.exe. .")),
        ("two-faces.zip", "a document that is a program", "dangerous_name member",
         MISSED, partial(one, "a.pdf.exe", b"MZ")),
        ("turned.zip", "a name written backwards", "dangerous_name", MISSED,
         partial(one, "cod\u202eexe.txt")),
        ("second-name.zip", "another name in a field beside it", "member", MISSED,
         partial(one, "a.txt", local_extra=unicode_path("a.txt", "a.exe"))),
        ("program.zip", "a program", "member", MISSED, partial(one, "a.exe", b"MZ")),
        ("program-as-text.zip", "a program with the name of a text", "member", MISSED,
         partial(one, "a.txt", b"MZ" + bytes(60))),
        ("java.zip", "a Java program", "program", MISSED,
         lambda: archive(GOOD, Member("META-INF/MANIFEST.MF", b"Main-Class: a"))),
        ("picture-archive.png", "a picture that is an archive", "polyglot", MISSED,
         lambda: png() + archive(Member("a.exe", b"MZ"))),
    ),
    *cases(
        Verdict.ACTIVE_CONTENT,
        ("macro-inside.zip", "a document with macros in an archive", "macro", MISSED,
         lambda: one("a.docx", docx(**{"word/vbaProject.bin": b"x"}))),
    ),
    *cases(
        Verdict.INFECTED,
        ("test-string.zip", "the test string for scanners", "malware", SEEN,
         canaries.zipped),
        ("test-string.txt", "the same, bare", "malware", SEEN, canaries.eicar),
        ("test-string-deep.zip", "the same, two archives deep", "malware", SEEN,
         lambda: one("a.zip", one("a.txt", canaries.eicar()))),
    ),
]  # fmt: skip
