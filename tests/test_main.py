"""The command's entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


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
