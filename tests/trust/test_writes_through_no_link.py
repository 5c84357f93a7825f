"""Reports and baselines at a link in a stranger's tree: its target is not written to."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.files.test_git_index import git
from tests.trust.test_runs_nothing import CLIENT, check
from toolkit.errors import ExitCode
from toolkit.reporters.interface import REPORTERS

KEPT = "what was there"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "main.tf").write_text(CLIENT)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").write_text(KEPT)
    (folder / "link").symlink_to(tmp_path / "out" / "file")
    (folder / "inside").symlink_to("main.tf")
    (folder / "dangling").symlink_to(tmp_path / "out" / "new")
    (folder / "folder").symlink_to(tmp_path / "out")
    return folder


@pytest.mark.parametrize("name", ["link", "inside", "dangling", "folder/file", "folder/new"])
@pytest.mark.parametrize("option", [*(f"-f{each.name}" for each in REPORTERS), "--write-baseline"])
def test_no_link_is_written_through(option: str, name: str, tree: Path) -> None:
    written = (option, name) if option.startswith("--") else (f"{option}={name}",)
    run = check(".", *written, cwd=tree)
    assert run.returncode == ExitCode.INPUT, run.stdout
    assert (tree.parent / "out" / "file").read_text() == KEPT
    assert (tree / "main.tf").read_text() == CLIENT
    assert {each.name for each in (tree.parent / "out").iterdir()} == {"file"}
    assert run.stdout == "", "nothing was judged"


def test_a_report_is_whole_or_not_there(tree: Path) -> None:
    (tree / "r.json").write_text(KEPT)
    (tree / "r.json").chmod(0o640)
    assert check(".", "-f", "json=r.json", cwd=tree).returncode == ExitCode.UNDECIDED
    assert (tree / "r.json").read_text().startswith("{")
    assert stat.S_IMODE((tree / "r.json").stat().st_mode) == 0o640
    assert not list(tree.glob(".*.tmp"))
    (tree / "folder.json").mkdir()
    run = check(".", "-f", "json=folder.json", cwd=tree)
    assert run.returncode == ExitCode.INPUT
    assert not list(tree.glob(".*.tmp"))


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/dev/stderr", "/dev/null"])
def test_descriptors_are_written_to(name: str, tree: Path) -> None:
    run = check(".", "-f", f"json={name}", cwd=tree)
    assert run.returncode == ExitCode.UNDECIDED, run.stderr
    assert ('"schema_version"' in run.stdout + run.stderr) is (name != "/dev/null")


def test_so_are_pipes(tree: Path) -> None:
    command = f"{sys.executable} -m toolkit check . -f json=>(cat >copy); wait"
    subprocess.run(["bash", "-c", command], cwd=tree, capture_output=True, timeout=60, check=False)
    assert "schema_version" in (tree / "copy").read_text()
