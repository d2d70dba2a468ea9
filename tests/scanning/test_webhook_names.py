"""A name server that never answers holds no worker (Đ11, notices to systems)."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from scanning.webhooks import connection, names

SILENT = """
import socket, threading, time
from scanning.webhooks import names

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
names.LASTS = 0.05
kinds = []
for number in range(names.MOST_AT_ONCE + 2):
    try:
        names.look_up(f"a{number}.example", 443)
    except TimeoutError as error:
        kinds.append(str(error))
asked = server.recv(512)
assert b"a0" in asked, asked
assert kinds[:names.MOST_AT_ONCE] == ["the name server does not answer"] * 8, kinds
assert kinds[names.MOST_AT_ONCE:] == ["too many names wait for an answer"] * 2, kinds
assert threading.active_count() == 1 + names.MOST_AT_ONCE
while threading.active_count() > 1:
    time.sleep(0.05)
try:
    names.look_up("b.example", 443)
except TimeoutError as error:
    assert str(error) == "the name server does not answer"
print("held nothing")
"""
ALONE = ["unshare", "--mount", "--net", "--user", "--map-root-user", "sh", "-c"]
START = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && exec "$2" -c "$3"'


def may_be_alone() -> bool:
    """Tell whether this machine lets a test have a network of its own."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    done = subprocess.run([*ALONE, "ip link set lo up"], check=False)
    return done.returncode == 0


@pytest.mark.skipif(not may_be_alone(), reason="needs a network of its own")
def test_a_silent_name_server_holds_nobody_and_its_threads_end(tmp_path):
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:2\n")
    done = subprocess.run(
        [*ALONE, START, "sh", str(resolver), sys.executable, SILENT],
        env={**os.environ, "PYTHONPATH": str(pathlib.Path.cwd())},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "held nothing", done.stderr


def test_an_ordinary_name_is_found_and_gives_its_thread_back():
    for _each in range(names.MOST_AT_ONCE * 2):
        assert names.look_up("localhost", 443)


def test_a_name_that_cannot_be_is_a_failed_try():
    with pytest.raises(ConnectionError):
        connection.post(f"https://{'a' * 300}.example/", b"", {})
