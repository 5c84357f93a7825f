"""The progress line shows the current work, and is gone when the run ends."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path

import pytest

from toolkit import bounds
from toolkit.cli.progress import watching

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal is asked for")

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
}
"""
CLEAR = b"\r\x1b[K"


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@contextmanager
def a_terminal() -> Iterator[int]:
    """Yield the other side of a terminal that is stderr for the time being."""
    other, own = pty.openpty()
    with os.fdopen(own, "w") as stream, redirect_stderr(stream):
        yield other
    os.close(other)


def test_the_line_says_what_is_worked_on_and_how_much_is_left() -> None:
    with a_terminal() as terminal:
        tick = watching()
        assert tick is not None
        tick("Reading prod", 1999)
        assert os.read(terminal, 1000) == CLEAR + b"Reading prod (1,999 more)"
        tick("Judging a\x1b[2Jb\u202e", 0)
        assert os.read(terminal, 1000) == CLEAR + b"Judging a?[2Jb\\u202e"
        tick("", 0)
        assert os.read(terminal, 1000) == CLEAR


def test_who_is_done_before_that_draws_nothing() -> None:
    with a_terminal() as terminal:
        tick = watching()
        assert tick is not None
        tick("", 0)
        os.set_blocking(terminal, False)
        with pytest.raises(BlockingIOError):
            os.read(terminal, 1000)


def test_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    with redirect_stderr(io.StringIO()):
        assert watching() is None
    monkeypatch.setenv("CI", "true")
    with a_terminal():
        assert watching() is None


def test_it_is_told_from_the_second_second_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FIRST_TICK", 0.1)
    told: list[tuple[str, int]] = []
    bounds.hold(60, 4 << 30, lambda what, left: told.append((what, left)))
    try:
        bounds.working_on("Reading a", ["a", "b", "c"])
        until = time.monotonic() + 60
        while not told and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        bounds.release()
    assert told == [("Reading a", 2), ("", 0)]


def test_a_quick_run_on_a_terminal_shows_no_line(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLIENT)
    other, own = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "CI"} | {"TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=own,
        env=env,
        check=False,
    )
    assert done.returncode == 1
    os.close(own)
    os.set_blocking(other, False)
    said = b""
    with suppress(OSError):
        said = os.read(other, 65536)
    os.close(other)
    assert said == b""
