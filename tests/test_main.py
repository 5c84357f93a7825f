"""The entry point of the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import recording_toolkit
from toolkit.errors import ExitCode


def test_a_usage_error_is_reported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", str(tmp_path), "--no-such-option"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "no such option '--no-such-option'" in done.stderr


@pytest.mark.parametrize("foreign", ["raise SystemExit(1)", ""], ids=["violates", "empty"])
def test_a_foreign_toolkit_on_the_path_is_no_violation(tmp_path: Path, foreign: str) -> None:
    (tmp_path / "toolkit").mkdir()
    (tmp_path / "toolkit" / "__init__.py").write_text(foreign)
    done = subprocess.run(
        [Path(sys.executable).parent / "recording-toolkit", "check", "."],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (ExitCode.BUG, "")
    assert f"Python finds {tmp_path}/toolkit/__init__.py in place of" in done.stderr
    assert "\nhint: " in done.stderr


def test_our_own_toolkit_is_ours() -> None:
    assert recording_toolkit.shadowed_by() is None
    assert recording_toolkit._BUG == ExitCode.BUG
