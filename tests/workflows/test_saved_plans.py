"""A saved plan with the real Terraform, and without the plugins."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from toolkit.cli import cli
from toolkit.errors import ExitCode

__all__ = ["standin_config", "workspace"]

EXAMPLES = Path(__file__).parent.parent.parent / "terraform" / "examples"


def check(*args: object, **environ: str) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, args)], env=environ)


@pytest.fixture
def planned(workspace: Workspace) -> Workspace:
    shutil.copytree(EXAMPLES / "missing-scope", workspace.directory, dirs_exist_ok=True)
    workspace.init()
    (workspace.directory / "plan.json").write_text(json.dumps(workspace.plan()), encoding="utf-8")
    return workspace


@pytest.mark.terraform
def test_a_saved_plan_is_judged_as_its_json_is(planned: Workspace) -> None:
    folder, config = planned.directory, str(planned.cli_config)
    saved = check("--saved-plan", folder / "plan.out", "-f", "json", TF_CLI_CONFIG_FILE=config)
    assert saved.exit_code == ExitCode.VIOLATION, saved.stderr
    # The same name, because a finding's fingerprint contains its source.
    shutil.move(folder / "plan.json", folder / "plan.out")
    assert saved.stdout == check(folder / "plan.out", "-f", "json").stdout


@pytest.mark.terraform
def test_one_that_was_moved_is_shown_in_the_source_folder(
    planned: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = str(planned.cli_config)
    moved = tmp_path_factory.mktemp("artifacts") / "plan.bin"
    shutil.copy(planned.directory / "plan.out", moved)
    lost = check("--saved-plan", moved, TF_CLI_CONFIG_FILE=config)
    assert lost.exit_code == ExitCode.REMOTE
    assert "Terraform says: " in lost.stderr
    assert f"terraform show -json {moved} | recording-toolkit check -" in lost.stderr

    found = check(
        "--saved-plan", moved, "--source-dir", planned.directory, TF_CLI_CONFIG_FILE=config
    )
    assert found.exit_code == ExitCode.VIOLATION
    assert f"{planned.directory}/main.tf:27" in found.stdout


def test_without_terraform_the_others_are_still_judged(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan.tfplan", "w") as file:
        file.writestr("tfplan", "x")
    result = check(
        "--saved-plan", tmp_path / "plan.tfplan", EXAMPLES / "good-client", PATH=str(tmp_path)
    )
    assert result.exit_code == ExitCode.REMOTE
    assert "2 passed" in result.stdout
    assert "terraform, which was not found" in result.stderr
