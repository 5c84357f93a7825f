"""The examples run, have the results in their comments, and give the same results as plans."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from toolkit.cli import cli
from toolkit.errors import ExitCode

__all__ = ["standin_config", "workspace"]

TERRAFORM = Path(__file__).parent.parent / "terraform"
FOLDER = TERRAFORM / "examples"
#: The result of each example: its exit status, and the rules that fail.
EXAMPLES = {
    "behind-module": (ExitCode.OK, set[str]()),
    "client-credentials": (ExitCode.OK, set[str]()),
    "good-client": (ExitCode.OK, set[str]()),
    "missing-scope": (ExitCode.VIOLATION, {"REC001"}),
    "wildcard-role": (ExitCode.OK, {"REC002", "wildcard-permission"}),
}


def check(source: Path) -> Any:
    result = CliRunner().invoke(cli, ["check", str(source), "-f", "json"])
    document = json.loads(result.stdout)
    assert document["summary"]["exit_code"] == result.exit_code
    return document


def verdicts(document: Any) -> set[tuple[str, str, str]]:
    return {(r["address"], r["rule"], r["verdict"]) for r in document["results"]}


def test_every_example_is_here() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_shows_what_it_should(name: str) -> None:
    document = check(FOLDER / name)
    failed = {r["rule"] for r in document["results"] if r["verdict"] == "fail"}
    assert (document["summary"]["exit_code"], failed) == EXAMPLES[name]
    assert document["summary"]["clients"] > 0
    assert document["summary"]["unknown"] == 0
    assert document["errors"] == []
    # All use the thread's API; the note that it is not published appears once.
    assert [note["code"] for note in document["notes"]] == ["unpublished-scope"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_says_what_it_is(name: str) -> None:
    assert (FOLDER / name / "main.tf").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.terraform
@pytest.mark.parametrize("name", EXAMPLES)
def test_its_plan_comes_out_the_same(name: str, workspace: Workspace) -> None:
    # With the modules, which an example names by a relative path.
    shutil.copytree(TERRAFORM, workspace.directory, dirs_exist_ok=True)
    example = replace(workspace, directory=workspace.directory / "examples" / name)
    example.init()
    (example.directory / "plan.json").write_text(json.dumps(example.plan()), encoding="utf-8")
    document = check(example.directory / "plan.json")
    assert verdicts(document) == verdicts(check(FOLDER / name))
