"""Messages on options without an effect, and on inputs that are not sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sources import plans
from toolkit.errors import UsageError
from toolkit.workflows.run_check import check

CLIENT = """
variable "name" {
  default = "recording"
}
resource "genesyscloud_oauth_client" "c" {
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
STATE = '{"version": 4, "serial": 1, "lineage": "x", "resources": []}'

LONG = "a" * 300


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(CLIENT)
    (tmp_path / "state.json").write_text(STATE)
    (tmp_path / "v.tfvars").write_text('name = "a"\nnmae = "b"\nother = 1\n')
    return tmp_path


def notes(*sources: str, **options: object) -> dict[str, str]:
    report = check(sources, environ={}, **options)  # type: ignore[arg-type]
    return {note.code: note.message for note in report.notes}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"variables": [("file", "missing.tfvars")]},
            "--var-file missing.tfvars: cannot be read: No such file or directory",
        ),
        ({"variables": [("file", "one")]}, "--var-file one: cannot be read: Is a directory"),
        (
            {"variables": [("file", LONG)]},
            f"--var-file {LONG}: cannot be read: File name too long",
        ),
        ({"source_dir": "missing"}, "--source-dir missing: no such folder"),
        ({"source_dir": LONG}, f"--source-dir {LONG}: no such folder"),
        ({"source_dir": "v.tfvars"}, "--source-dir v.tfvars: no such folder"),
    ],
)
@pytest.mark.parametrize("source", ["one", "state.json"])
@pytest.mark.usefixtures("folder")
def test_what_is_not_there_is_refused_used_or_not(
    source: str, options: dict[str, object], problem: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        notes(source, **options)
    assert refusal.value.message == problem
    assert refusal.value.hint


@pytest.mark.usefixtures("folder")
def test_an_option_that_changes_nothing_is_noted() -> None:
    assert "variables-unused" in notes("state.json", variables=[("var", "name=x")])
    assert "variables-unused" not in notes("one", "state.json", variables=[("var", "name=x")])
    assert "source-dir-unused" in notes("one", source_dir="two")
    assert "source-dir-unused" not in notes("one", "state.json", source_dir="two")


def test_a_name_in_a_var_file_is_noted_where_no_root_declares_it(folder: Path) -> None:
    (folder / "two" / "more.tf").write_text('variable "other" {}\n')
    report = check(["."], environ={}, variables=[("file", "v.tfvars")])
    told = [note.message for note in report.notes if note.code == "undeclared-in-var-file"]
    assert told == [
        "v.tfvars: sets nmae, a variable that no root module declares; is it spelled right?"
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("policy.yaml", "a policy is given with --policy"),
        ("v.tfvars", "are given with --var-file"),
        ("notes.txt", "A source is a folder or file of Terraform, or a plan or state"),
    ],
)
def test_what_is_no_source_is_told_what_is_one(folder: Path, name: str, hint: str) -> None:
    (folder / name).write_text("version: 1\n")
    (problem,) = check([name], on_error="report").errors
    assert hint in (problem.hint or "")
    assert "cut off" not in (problem.hint or "")


@pytest.mark.usefixtures("folder")
def test_an_exclude_that_leaves_nothing_is_named() -> None:
    (problem,) = check(["."], exclude=["*"], on_error="report").errors
    assert problem.hint == "--exclude * may leave out all there is."


def test_a_source_that_is_named_twice_is_one(folder: Path) -> None:
    report = check(["one", "./one", "state.json", "./state.json", "one/../state.json"], environ={})
    assert [source.root for source in report.sources] == ["one", "state.json"]
    assert report.clients == 1


def test_a_file_that_must_not_be_read_is_named_with_its_folder(folder: Path) -> None:
    (folder / "one" / "deep").mkdir()
    (folder / "one" / "main.tf").rename(folder / "one" / "deep" / "main.tf")
    (folder / "one" / "deep" / "gone.tf").symlink_to("/nowhere/gone.tf")
    (problem,) = check(["one"], environ={}, on_error="report").errors
    assert problem.message.startswith("one/deep/gone.tf: is a link that leads out of the tree")


def test_of_a_client_in_a_module_that_is_not_read_the_call_is_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module is outside of the tree, and without a Git repository the tree is the working
    folder.
    """
    (folder / "tree").mkdir()
    (folder / "tree" / "main.tf").write_text('\n\nmodule "m" {\n  source = "../one"\n}\n')
    after = {"name": "recorder", "authorized_grant_type": "CODE", "scopes": ["users"]}
    made = [plans.change("c", after, module="module.m"), plans.change("d", after)]
    data = json.dumps(plans.plan(made)).encode()
    monkeypatch.chdir(folder / "tree")
    report = check(["-"], stdin=data, environ={}, source_dir=".", policies=["recording-session"])
    found = {each.address: each for each in report.results if each.rule == "REC001"}
    inside = found["module.m.genesyscloud_oauth_client.c"]
    assert inside.location is None
    assert [(call.path, call.line) for call in inside.called_from] == [("main.tf", 3)]
    assert found["genesyscloud_oauth_client.d"].called_from == ()
    (note,) = [each.message for each in report.notes if each.code == "source-not-read"]
    assert note == (
        f'module.m is not in {folder}/tree ("../one"), so of its clients there is only the line of '
        "the call."
    )
