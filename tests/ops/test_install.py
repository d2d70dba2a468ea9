"""What stops `make run` is said in a sentence, before anything is installed."""

import json
import os
import socket
import subprocess
import sys

from django.conf import settings

RUN = ["bash", "portal/ops/install/run.sh"]


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            RUN,
            cwd=settings.BASE_DIR,
            env={**os.environ, "PORT": port, "PORTAL_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "make run PORT=" in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_is_made_from_the_targets():
    done = subprocess.run(
        ["make", "help"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    for target in ("run", "test", "test-production", "lint", "format", "bench"):
        assert f"make {target} " in done.stdout


def test_a_command_sees_the_portal_that_make_run_set_up(tmp_path):
    (tmp_path / "portal.env").write_text(
        "PORTAL_DEMO=yes\nPORTAL_SECRET_KEY=written-by-make-run\n", encoding="utf-8"
    )
    told = settings_seen_by_a_command({"PORTAL_VAR": str(tmp_path)})
    assert told == {"demo": True, "key": "written-by-make-run"}


def test_an_environment_with_a_key_of_its_own_is_not_touched(tmp_path):
    (tmp_path / "portal.env").write_text("PORTAL_DEMO=yes\n", encoding="utf-8")
    told = settings_seen_by_a_command(
        {"PORTAL_VAR": str(tmp_path), "PORTAL_SECRET_KEY": "from outside"}
    )
    assert told == {"demo": False, "key": "from outside"}


def settings_seen_by_a_command(environment):
    plain = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    plain["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    program = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps({'demo': s.PORTAL_DEMO, 'key': s.SECRET_KEY}))"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", program],
        cwd=settings.BASE_DIR,
        env={**plain, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
