"""The command's entry: what is started ahead, and that nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from toolkit import __main__ as entry
from toolkit.sources import spawning


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        (["check", "tf"], ("tf",)),
        (["check", "tf", "-f", "json=out.json"], ("tf",)),
        (["check"], (".",)),
        (["check", "tf", "tf/more"], ()),
        (["check", "tf", "--var", "a=b"], ()),
        (["check", "tf", "--var-file=x.tfvars"], ()),
        (["check", "tf", "--exclude", "more"], ()),
        (["check", "plan.json", "--source-dir", "tf"], ()),
        (["check", "plan.json"], None),
        (["check", "-"], None),
        (["check", "tf", "--help"], None),
        (["check", "-h"], None),
        (["policy", "tf"], None),
        ([], None),
    ],
)
def test_a_reading_process_is_started_where_there_is_terraform_to_read(
    arguments: list[str],
    started: tuple[str, ...] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "tf" / "more").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(spawning, "spawn", lambda *ahead: calls.append(ahead))
    entry._started(arguments)
    assert calls == ([] if started is None else [started])


def test_values_from_the_environment_are_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_name", "x")
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(spawning, "spawn", lambda *ahead: calls.append(ahead))
    entry._started(["check", str(tmp_path)])
    assert calls == [()]


def test_a_usage_error_after_the_start_is_reported_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", str(tmp_path), "--no-such-option"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "no such option '--no-such-option'" in done.stderr
