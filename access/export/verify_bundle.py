"""Kiểm chứng gói nhật ký, không cần Cổng. Verifies a bundle of the audit trail offline.

    pip install cryptography
    python verify_bundle.py FILE [--key HEX] [--head POSITION:LINK] [--heads FILE]

--key    khoá công khai hoặc dấu vân tay đã ghi ra giấy / key or fingerprint on paper
--head   đầu chuỗi đã ghi trước khi xuất gói / an end noted before the export
--heads  bản sao audit-heads.jsonl giữ ở máy khác / the copy on another host
--list   in từng mục / prints each entry

0: nguyên vẹn / whole; 1: không nguyên vẹn / not whole; 2: sai cú pháp / usage
"""

import argparse
import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]
Tell = Callable[[Row], object]
MEMBERS = ["README.txt", "chain.txt", "manifest.json", "manifest.sig"]
LONGEST = 8 * 1024 * 1024  # bytes of one line
DAMAGES = (ValueError, TypeError, LookupError, AttributeError, EOFError, OSError)
SAID = {
    "members": "gói thiếu tệp hoặc có tệp lạ | members are missing or strange",
    "key": "bản kê không mang chữ ký của khoá đã ghi | not signed by the noted key",
    "entry": "mục đầu tiên bị sửa, thêm, bớt hoặc đổi chỗ: vị trí {first}–{last} |"
    " first entry altered, added, removed or reordered: position {first}–{last}",
    "signature": "chữ ký tại vị trí {last} sai | wrong signature at position {last}",
    "head": "khác với đầu chuỗi đã ghi ở vị trí {last} | not the end noted at {last}",
    "cut": "các mục mới nhất bị cắt: chuỗi từng dài đến {last} | the newest entries"
    " were cut off: the chain once reached {last}",
    "agency": "vị trí {last} là của cơ quan khác | position {last} is another agency’s",
    "count": "bản kê ghi {first} mục, gói có {last}: có mục bị che hoặc bị bớt | signed"
    " for {first} entries, {last} are shown: some are hidden or removed",
    "files": "nội dung khác với bản kê đã ký | contents differ from what was signed",
    "damaged": "không đọc được, tệp hỏng | it cannot be read, the file is damaged",
}


class Flaw(Exception):  # noqa: N818 - it tells of the bundle, not of the program
    """The first thing that is wrong, in Vietnamese and in English."""

    def __init__(self, what: str, first: int = 0, last: int = 0) -> None:
        self.vi, self.en = SAID[what].format(first=first, last=last).split(" | ")
        super().__init__(f"KHÔNG NGUYÊN VẸN: {self.vi}\nNOT WHOLE: {self.en}")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_signed(keys: list[str], signature: str, words: bytes) -> bool:
    for key in keys:
        with suppress(InvalidSignature):
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
            public.verify(bytes.fromhex(signature), words)
            return True
    return False


def end_is_signed(keys: list[str], end: Row) -> bool:
    words = "{batch}|{position}|{link}|{at}".format(**end)
    return is_signed(keys, end["signature"], words.encode())


class Bundle:
    def __init__(self, archive: ZipFile, noted: list[str], heads: list[Row]) -> None:
        if sorted(archive.namelist()) != MEMBERS:
            raise Flaw("members")
        self.archive, self.link, plain = archive, "", archive.read("manifest.json")
        self.manifest = json.loads(plain)
        # The keys in the bundle count because a key that was noted vouches for them.
        self.keys = known = self.manifest["keys"]
        if wanted := ["".join(key.lower().split()) for key in noted]:
            known = [k for k in known if {k, sha256(bytes.fromhex(k))} & {*wanted}]
        signatures = archive.read("manifest.sig").decode().split()
        if not any(is_signed(known, signature, plain) for signature in signatures):
            raise Flaw("key")
        made = datetime.fromisoformat(self.manifest["exported_at"])
        for head in heads:
            if "at" in head and not end_is_signed(self.keys, head):
                raise Flaw("signature", last=head["position"])
            is_older = "at" not in head or datetime.fromisoformat(head["at"]) <= made
            if is_older and head["position"] > self.manifest["head"]["position"]:
                raise Flaw("cut", last=head["position"])
        self.heads = {head["position"]: head["link"] for head in heads}
        self.position = self.sure = self.manifest["first"] - 1

    def entries(self) -> Iterator[Row]:
        """Follow the chain from signed end to signed end; yield what is shown."""
        shown, told, kind = 0, hashlib.sha256(), b""
        whose = self.manifest["agency"] and self.manifest["agency"]["id"]
        with self.archive.open("chain.txt") as lines:
            while line := lines.readline(LONGEST):
                told.update(line)
                kind, _, rest = line.rstrip(b"\n").partition(b" ")
                if kind == b"=":
                    self.pass_end(json.loads(rest))
                elif entry := self.step(kind, rest):
                    shown += 1
                    if whose and entry["agency"] != whose:
                        raise Flaw("agency", last=self.position)
                    yield entry
        if kind != b"=" or self.position != self.manifest["last"]:
            raise self.broken(self.manifest["last"])
        if shown != self.manifest["shown"]:
            raise Flaw("count", self.manifest["shown"], shown)
        readme = sha256(self.archive.read("README.txt"))
        files = {"README.txt": readme, "chain.txt": told.hexdigest()}
        if self.manifest["files"] != files:
            raise Flaw("files")

    def broken(self, last: int) -> Flaw:
        return Flaw("entry", self.sure + 1, max(self.sure + 1, last))

    def pass_end(self, end: Row) -> None:
        """Compare with a signed end; the first one begins the chain."""
        if (end["position"], self.link or end["link"]) != (self.position, end["link"]):
            raise self.broken(max(self.position, end["position"]))
        is_origin = self.position == 0 and end["link"] == "0" * 64
        if not is_origin and not end_is_signed(self.keys, end):
            raise Flaw("signature", last=self.position)
        self.link, self.sure = end["link"], self.position

    def step(self, kind: bytes, rest: bytes) -> Row | None:
        """Take one position of the chain; return its entry, if it is shown."""
        self.position += 1
        where, digest, facts = str(self.position), rest.decode(), None
        if kind == b"+":
            where, salt, before, link, facts = rest.decode().split(" ", 4)
            if before != self.link:
                raise self.broken(self.position - 1)
            self.sure = self.position - 1
            digest = sha256(b"\0" + salt.encode() + facts.encode())
        self.link = sha256(b"\1" + bytes.fromhex(self.link) + bytes.fromhex(digest))
        if where != str(self.position) or (facts and link != self.link):
            raise self.broken(self.position)
        if self.heads.get(self.position, self.link) != self.link:
            raise Flaw("head", last=self.position)
        self.sure = self.position if facts else self.sure
        return dict(json.loads(facts)) if facts else None


def verify(path: str, keys: list[str], heads: list[Row], tell: Tell = bool) -> Row:
    """Return the manifest of a whole bundle, else raise Flaw; tell each entry."""
    try:
        with ZipFile(path) as archive:
            bundle = Bundle(archive, keys, heads)
            for entry in bundle.entries():
                tell(entry)
        return dict(bundle.manifest)
    except (*DAMAGES, NotImplementedError, BadZipFile, zlib.error) as error:
        raise Flaw("damaged") from error


def main() -> None:
    """Verify the file that is named; exit with 1 if it is not whole."""
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("file")
    options.add_argument("--key", action="append", default=[])
    options.add_argument("--head", action="append", default=[])
    options.add_argument("--heads", type=Path)
    options.add_argument("--list", action="store_true")
    asked = options.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    pairs = [words.lower().split(":") for words in asked.head]
    heads = [{"position": int(place), "link": link} for place, link in pairs]
    if asked.heads:
        heads += map(json.loads, asked.heads.read_text("ascii").splitlines())
    show = print if asked.list else bool
    try:
        manifest = verify(asked.file, asked.key, heads, show)
    except Flaw as flaw:
        sys.exit(str(flaw))
    who = (manifest["agency"] or {"name": "tất cả / all"})["name"]
    days = f"{manifest['from']} – {manifest['to']}"
    print(f"NGUYÊN VẸN / WHOLE: {who}, {days}, {manifest['shown']} mục / entries")
    for key in manifest["keys"]:
        print(f"Khoá / key: {key}\nVân tay / fingerprint: {sha256(bytes.fromhex(key))}")
    if not asked.key:
        print("CHƯA SO KHOÁ với bản đã ghi ra giấy. | KEY NOT COMPARED to paper.")


if __name__ == "__main__":
    main()
