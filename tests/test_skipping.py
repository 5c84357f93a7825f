"""A test that cannot run says why, and counts as failed where no skip is accepted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TEST = """
import pytest

@pytest.mark.terraform
def test_needs_terraform():
    raise AssertionError("it ran")
"""


@pytest.mark.parametrize(
    ("no_skip", "status", "summary"),
    [("", 0, "1 skipped"), ("1", 1, "1 error")],
)
def test_without_terraform(tmp_path: Path, no_skip: str, status: int, summary: str) -> None:
    shutil.copy(Path(__file__).parent / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(TEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = terraform: x\n", encoding="utf-8")
    own = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", str(tmp_path)],
        env={**own, "PATH": str(tmp_path), "RECORDING_TOOLKIT_NO_SKIP": no_skip},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, summary in done.stdout) == (status, True), done.stdout
    assert "terraform is not on the PATH" in done.stdout
    assert "it ran" not in done.stdout
