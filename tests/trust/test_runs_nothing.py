"""Terraform that tries to run programs: no program is started because of a file in the tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.files.test_git_index import git
from toolkit.errors import ExitCode

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
PLAN = {"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": []}


def terraform_in(folder: Path, mark: Path) -> Path:
    """Write a program that records its run, and shows a plan without clients."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "terraform"
    text = json.dumps(json.dumps(PLAN))
    path.write_text(f"#!{sys.executable}\nopen({str(mark)!r}, 'w').close()\nprint({text})\n")
    path.chmod(0o755)
    return path


def saved_plan(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tfplan", "x")


def check(
    *arguments: object, cwd: Path, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **env},
        timeout=60,
        check=False,
    )


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "it-ran"


@pytest.fixture
def path(tmp_path: Path, mark: Path) -> str:
    """A PATH with the operator's own Terraform."""
    return f"{terraform_in(tmp_path / 'bin', mark).parent}{os.pathsep}{os.defpath}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository in which `terraform` is a saved plan, beside providers and a `terraform`."""
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "-q")
    saved_plan(folder / "terraform")
    (folder / ".terraform" / "providers").mkdir(parents=True)
    (folder / ".terraform" / "providers" / "provider").write_text("x")
    return folder


@pytest.mark.parametrize(
    "named", ["terraform/", "terraform", "./terraform/.", "terraform//", "{}/terraform/"]
)
@pytest.mark.parametrize("more", [(), ("--inventory",), ("--source-dir", ".")])
def test_what_lies_at_a_path_decides_nothing(
    named: str, more: tuple[str, ...], tree: Path, mark: Path, path: str
) -> None:
    (tree / "main.tf").write_text(CLIENT)
    run = check(named.format(tree), *more, cwd=tree, env={"PATH": path})
    assert run.returncode == ExitCode.INPUT, run.stderr
    assert not mark.exists()
    expected = "is not a folder" if named != "terraform" else "this is a saved plan, not JSON"
    assert expected in run.stderr


def test_nor_does_what_lies_in_the_default_folder(tree: Path, mark: Path, path: str) -> None:
    for name in ("main.tf", "plan.json", "tfplan", "terraform.tfvars"):
        saved_plan(tree / name)
    assert check(cwd=tree, env={"PATH": path}).returncode == ExitCode.INPUT
    assert not mark.exists()


def test_a_saved_plan_is_shown_where_it_is_asked_for(tree: Path, mark: Path, path: str) -> None:
    run = check("--saved-plan", "terraform", "-f", "json", cwd=tree, env={"PATH": path})
    assert [each["kind"] for each in json.loads(run.stdout)["sources"]] == ["plan"], run.stderr
    assert mark.exists()


@pytest.mark.parametrize("data", ["", "data"])
@pytest.mark.parametrize("link", [False, True])
def test_but_not_with_providers_that_a_commit_brought(
    data: str, link: bool, tree: Path, mark: Path, path: str
) -> None:
    """Terraform would start them."""
    home = tree / (data or ".terraform")
    if link:
        shutil.copytree(tree / ".terraform" / "providers", tree / "innocent")
        shutil.rmtree(tree / ".terraform")
        home.mkdir()
        (home / "providers").symlink_to("../innocent")
    elif data:
        (tree / ".terraform").rename(home)
    git(tree, "add", "--all")
    run = check(
        "--saved-plan", "terraform", cwd=tree, env={"PATH": path, "TF_DATA_DIR": data or ""}
    )
    assert run.returncode == ExitCode.INPUT
    assert "providers: Git tracks these providers" in run.stderr
    assert not mark.exists()


@pytest.mark.parametrize("entry", ["{}/tools", "tools", "", ".", "{}/.venv/bin", "{}/linked"])
def test_a_terraform_in_the_tree_is_not_looked_up(
    entry: str, tree: Path, tmp_path: Path, mark: Path
) -> None:
    for folder in (tree, tree / "tools", tree / ".venv" / "bin"):
        terraform_in(folder, mark) if folder != tree else None
    (tree / "linked").symlink_to(tree / "tools")
    if entry in ("", "."):
        (tree / "terraform").rename(tree / "plan")
        terraform_in(tree, mark)
    plan = "plan" if entry in ("", ".") else "terraform"
    run = check("--saved-plan", plan, cwd=tree, env={"PATH": entry.format(tree)})
    assert run.returncode == ExitCode.REMOTE, run.stderr
    assert "which was not found" in run.stderr
    assert not mark.exists()
