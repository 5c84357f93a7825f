"""Files that `terraform init` and `workspace select` leave behind, forged by a stranger."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.files.test_git_index import git
from tests.sources.test_roots import tree
from tests.trust.test_runs_nothing import check
from toolkit.errors import ExitCode

GOOD = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
"""
CALL = 'module "m" {\n  source = "acme/recorder/genesyscloud"\n}\n'
SOURCE = "registry.terraform.io/acme/recorder/genesyscloud"
MODULES = ".terraform/modules"


def manifest(directory: str) -> str:
    return json.dumps({"Modules": [{"Key": "m", "Source": SOURCE, "Dir": directory}]})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root module that calls a registry module, in the place where `terraform init` puts it."""
    folder = tmp_path / "r" / "envs" / "prod"
    files = {
        "main.tf": CALL,
        f"{MODULES}/modules.json": manifest(f"{MODULES}/m"),
        f"{MODULES}/m/main.tf": GOOD,
    }
    tree(folder, files)
    git(tmp_path / "r", "init", "-q")
    git(folder, "add", "main.tf")
    return folder


def run(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return check("envs/prod", *more, "-f", "json", cwd=root.parent.parent)


def assert_refused(root: Path, name: str) -> None:
    done = run(root)
    assert done.returncode == ExitCode.INPUT, done.stdout
    (error,) = json.loads(done.stdout)["errors"]
    assert error["message"].startswith(f"envs/prod/{name}: Git tracks it")
    assert run(root, "--trust-installed-modules").returncode == ExitCode.OK


def test_what_was_installed_here_is_believed(root: Path) -> None:
    assert run(root).returncode == ExitCode.OK


@pytest.mark.parametrize("tracked", ["modules.json", "m", "m/main.tf"])
def test_what_a_commit_brought_is_refused(tracked: str, root: Path) -> None:
    git(root, "add", "--force", f"{MODULES}/{tracked}")
    name = tracked.partition("/")[0]
    assert_refused(root, f"{MODULES}/{name}")


@pytest.mark.parametrize("link", [".terraform", ".terraform/modules", f"{MODULES}/modules.json"])
def test_so_is_what_a_link_leads_to(link: str, root: Path) -> None:
    """Git may track only the link, or only its target."""
    (root / link).rename(root / "innocent")
    (root / link).symlink_to("../" * link.count("/") + "innocent")
    git(root, "add", "--force", link)
    assert_refused(root, f"{MODULES}/modules.json")
    git(root, "rm", "-q", "--cached", link)
    git(root, "add", "innocent")
    assert_refused(root, f"{MODULES}/modules.json")


def test_a_manifest_cannot_lead_to_another_module_of_the_tree(root: Path) -> None:
    tree(root, {"decoy/main.tf": GOOD, f"{MODULES}/modules.json": manifest("decoy")})
    git(root, "add", "--force", ".")
    assert_refused(root, f"{MODULES}/modules.json")


def test_where_nothing_tells_it_is_unknown(root: Path) -> None:
    (root.parent.parent / ".git" / "index").write_text("broken")
    done = run(root)
    assert done.returncode == ExitCode.UNDECIDED
    found: dict[str, Any] = json.loads(done.stdout)
    (reason,) = next(r for r in found["results"] if r["rule"] == "unread-module")["reasons"]
    assert "--trust-installed-modules" in reason["decided_by"]
    assert run(root, "--trust-installed-modules").returncode == ExitCode.OK


WORKSPACE = GOOD.replace('["rec', 'terraform.workspace != "prod" ? ["x"] : ["rec')


def test_a_workspace_that_a_commit_selects_is_refused(root: Path) -> None:
    tree(root, {"main.tf": WORKSPACE, ".terraform/environment": "prod"})
    assert run(root).returncode == ExitCode.OK
    git(root, "add", "--force", ".terraform/environment")
    assert_refused(root, ".terraform/environment")
    assert run(root, "--workspace", "prod").returncode == ExitCode.OK
    (root.parent.parent / ".git" / "index").write_text("broken")
    assert run(root).returncode == ExitCode.UNDECIDED


def test_a_plan_with_its_source_asks_the_same(root: Path) -> None:
    (root / "plan.json").write_text(json.dumps({"format_version": "1.2", "planned_values": {}}))
    arguments = ("envs/prod/plan.json", "--source-dir", "envs/prod")
    assert check(*arguments, cwd=root.parent.parent).returncode == ExitCode.UNDECIDED
    git(root, "add", "--force", f"{MODULES}/modules.json")
    done = check(*arguments, cwd=root.parent.parent)
    assert done.returncode == ExitCode.INPUT
    assert "Git tracks it" in done.stderr


def test_a_submodule_is_asked_for_its_own_index(root: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    repository = root.parent.parent
    git(repository, "commit", "-q", "-m", "x")
    allow = ("-c", "protocol.file.allow=always")
    git(outer, *allow, "submodule", "add", "-q", str(repository), "inner")
    there = outer / "inner" / "envs" / "prod"
    tree(there, {f"{MODULES}/modules.json": manifest(f"{MODULES}/m"), f"{MODULES}/m/main.tf": GOOD})
    assert check("inner/envs/prod", cwd=outer).returncode == ExitCode.OK
    git(there, "add", "--force", MODULES)
    assert check("inner/envs/prod", cwd=outer).returncode == ExitCode.INPUT


def test_what_was_downloaded_may_be_a_repository_itself(root: Path) -> None:
    git(root / MODULES / "m", "init", "-q")
    git(root / MODULES / "m", "add", "main.tf")
    assert run(root).returncode == ExitCode.OK
