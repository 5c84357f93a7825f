"""Temporary files are private, and gone however a run ends: with real processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .canaries import Planted

#: Policy test cases need files on disk: their Terraform is written out to be read.
CASES = """\
version: 1
cases:
%s
"""
CASE = """\
  - name: case %d
    terraform: |
      resource "genesyscloud_oauth_client" "a" {
        name                  = "a"
        authorized_grant_type = "CODE"
        scopes                = ["users"]
        client_secret         = "%s"
      }
    expect:
      genesyscloud_oauth_client.a: {R: pass}
"""
POLICY = """\
version: 1
name: ours
rules:
  - {id: R, title: No recordings, forbid: {scopes: [recordings]}}
"""


def environment(temporary: Path) -> dict[str, str]:
    foreign = ("RECORDING_TOOLKIT_", "GENESYSCLOUD_", "TF_")
    own = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return own | {"TMPDIR": str(temporary)}


@contextmanager
def started(temporary: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=temporary.parent,
        env=environment(temporary),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Write enough cases that a signal arrives in the middle of them."""
    cases = "".join(CASE % (number, f"canary-case-{number}") for number in range(400))
    (tmp_path / "ours.yaml").write_text(POLICY, encoding="utf-8")
    path = tmp_path / "ours.test.yaml"
    path.write_text(CASES % cases, encoding="utf-8")
    return path


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def first_file(temporary: Path, process: subprocess.Popen[str]) -> tuple[Path, int]:
    """Return the first path that the process creates in the folder, and its mode."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        for path in temporary.iterdir():
            with suppress(FileNotFoundError):
                return path, stat.S_IMODE(path.stat().st_mode)
        time.sleep(0.001)
    raise AssertionError("no temporary file was seen")


def wait_for_case(temporary: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the Terraform of some case is written out, with its secret."""
    deadline = time.monotonic() + 30
    while not any(temporary.rglob("main.tf")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_files_are_private_and_gone_after_a_signal(
    suite: Path, temporary: Path, number: int, status: int
) -> None:
    with started(temporary, "policy", "test", str(suite)) as process:
        _, mode = first_file(temporary, process)
        assert mode & 0o077 == 0
        wait_for_case(temporary, process)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == status
    assert list(temporary.iterdir()) == []
    assert Planted().leaks(stdout + stderr) == []
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    "arguments", [("policy", "test"), ("demo",), ("check", "--inventory")], ids=" ".join
)
def test_files_are_gone_after_the_end(temporary: Path, arguments: tuple[str, ...]) -> None:
    with started(temporary, *arguments) as process:
        process.communicate(timeout=120)
    assert list(temporary.iterdir()) == []


@pytest.mark.server
@pytest.mark.parametrize(
    ("number", "statuses"), [(signal.SIGINT, (0, 130)), (signal.SIGTERM, (0, 143))]
)
def test_the_mock_says_nothing_of_what_it_is_told(
    temporary: Path, number: int, statuses: tuple[int, ...]
) -> None:
    planted = Planted()
    with started(temporary, "mock") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        for path in ("/api/v2/tokens/me", "/oauth/token", f"/x?token={planted.one('query')}"):
            request = urllib.request.Request(
                url + path,
                data=planted.one("body").encode() if path == "/oauth/token" else None,
                headers={
                    "Authorization": f"Bearer {planted.one('token')}",
                    "Cookie": planted.one("cookie"),
                },
            )
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(request, timeout=5)
        with urllib.request.urlopen(f"{url}/__mock__/requests", timeout=5) as answer:
            kept = answer.read().decode()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    assert process.returncode in statuses
    assert planted.leaks(stdout + stderr) == []
    assert planted.leaks(kept) == []
    assert list(temporary.iterdir()) == []
