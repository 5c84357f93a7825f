"""`check` with a configuration file: the options it takes, and the errors it reports."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Invoke

TERRAFORM = """\
variable "scopes" { type = set(string) }
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recording-kiosk"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
"""
TARGETS = """\
[[targets]]
name = "staging"
root = "terraform"
var-file = "staging.tfvars"
tags = ["team-a"]

[[targets]]
name = "prod"
root = "terraform"
var-file = "prod.tfvars"
owner = "Voice team"
org = "acme"
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which prod lacks a scope that staging has."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform/main.tf").write_text(TERRAFORM)
    good = '["recording:session:write", "recordingSession"]'
    (tmp_path / "staging.tfvars").write_text(f"scopes = {good}\n")
    (tmp_path / "prod.tfvars").write_text('scopes = ["recordingSession"]\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(folder: Path, text: str, name: str = "recording-toolkit.toml") -> None:
    (folder / name).write_text(text)


def report(invoke: Invoke, *args: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(invoke("check", *args, "-f", "json").stdout)
    return document


def verdicts(document: dict[str, Any], rule: str = "REC001") -> dict[str | None, str]:
    return {r.get("environment"): r["verdict"] for r in document["results"] if r["rule"] == rule}


def test_options_come_from_the_file(invoke: Invoke, repository: Path) -> None:
    configured(repository, 'sources = "terraform"\nvar-file = ["staging.tfvars"]\n')
    document = report(invoke)
    assert verdicts(document) == {None: "pass"}
    assert document["sources"] == [{"root": "terraform", "kind": "hcl", "clients": 1}]
    notes = [n["message"] for n in document["notes"] if n["code"] == "configuration"]
    assert notes == ["recording-toolkit.toml is in force: var-file staging.tfvars"]


def test_it_is_found_from_the_source_upwards(
    invoke: Invoke, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(repository, 'var-file = "staging.tfvars"\n')
    monkeypatch.chdir(repository / "terraform")
    assert verdicts(report(invoke)) == {None: "pass"}
    monkeypatch.chdir("/")
    assert verdicts(report(invoke, str(repository / "terraform"))) == {None: "pass"}


def test_outside_of_a_repository_only_the_folder_itself_counts(
    invoke: Invoke, repository: Path
) -> None:
    configured(repository, 'var-file = "staging.tfvars"\n')
    (repository / ".git").rmdir()
    assert verdicts(report(invoke, "terraform")) == {None: "unknown"}


def test_a_pyproject_has_a_table_for_it(invoke: Invoke, repository: Path) -> None:
    configured(repository, "[project]\nname = 'x'\n", "pyproject.toml")
    assert verdicts(report(invoke, "terraform")) == {None: "unknown"}
    table = "[project]\nname = 'x'\n[tool.recording-toolkit]\nvar-file = 'staging.tfvars'\n"
    configured(repository, table, "pyproject.toml")
    assert verdicts(report(invoke, "terraform")) == {None: "pass"}


def test_the_command_line_goes_first_and_lists_replace(invoke: Invoke, repository: Path) -> None:
    configured(repository, 'var-file = "staging.tfvars"\nselect = ["REC001", "REC003"]\n')
    document = report(invoke, "terraform", "--var-file", "prod.tfvars", "--select", "REC001")
    assert {r["rule"] for r in document["results"]} == {"REC001"}
    assert verdicts(document) == {None: "fail"}


def test_a_single_variable_of_the_command_line_goes_before_the_files_of_the_configuration(
    invoke: Invoke, repository: Path
) -> None:
    configured(repository, 'var-file = "staging.tfvars"\n')
    assert verdicts(report(invoke, "terraform", "--var", 'scopes=["x"]')) == {None: "fail"}


def test_variables_are_a_table(invoke: Invoke, repository: Path) -> None:
    configured(repository, 'var.scopes = ["recording:session:write", "recordingSession"]\n')
    document = report(invoke, "terraform")
    assert verdicts(document) == {None: "pass"}
    assert "recordingSession" not in str([n for n in document["notes"] if "in force" in str(n)])


def test_each_target_is_judged_with_its_own_variables(invoke: Invoke, repository: Path) -> None:
    configured(repository, TARGETS)
    document = report(invoke)
    assert verdicts(document) == {"prod": "fail", "staging": "pass"}
    assert document["summary"]["exit_code"] == 1
    assert document["environments"] == [
        {"name": "staging", "root": "terraform", "owner": None, "org": None},
        {"name": "prod", "root": "terraform", "owner": "Voice team", "org": "acme"},
    ]
    prints = [r["fingerprint"] for r in document["results"] if r["rule"] == "REC001"]
    assert len(set(prints)) == 2
    assert verdicts(report(invoke, "--target", "staging")) == {"staging": "pass"}
    assert verdicts(report(invoke, "--all-targets", "--tag", "team-a")) == {"staging": "pass"}
    assert verdicts(report(invoke, "--target", "prod", "terraform")) == {"prod": "fail"}


@pytest.mark.parametrize(
    ("format_", "shown"),
    [
        ("text", "== prod, org acme, owner Voice team"),
        ("github", "::prod: genesyscloud_oauth_client.recorder: "),
        ("gitlab", '"description": "prod: genesyscloud_oauth_client.recorder: '),
        ("sarif", '"text": "prod: genesyscloud_oauth_client.recorder: '),
        ("markdown", "<!-- recording-toolkit:check:staging+prod -->"),
        ("junit", '<testsuite name="prod: terraform" '),
        ("html", "prod: terraform"),
    ],
)
def test_every_format_names_the_target(
    invoke: Invoke, repository: Path, format_: str, shown: str
) -> None:
    configured(repository, TARGETS)
    assert shown in invoke("check", "-f", format_).stdout


def test_a_target_that_cannot_be_read_is_named(invoke: Invoke, repository: Path) -> None:
    configured(repository, TARGETS + '\n[[targets]]\nname = "dev"\nroot = "missing"\n')
    document = report(invoke)
    assert document["summary"]["exit_code"] == 2
    assert document["errors"][0]["message"] == "dev: missing: no such file or folder"
    assert verdicts(document) == {"prod": "fail", "staging": "pass"}


def test_what_is_known_in_one_target_is_new_in_another(invoke: Invoke, repository: Path) -> None:
    bad = TARGETS.replace("staging.tfvars", "prod.tfvars")
    configured(repository, bad)
    invoke("check", "--target", "prod", "--write-baseline", "known.json")
    configured(repository, 'baseline = "known.json"\n' + bad)
    document = report(invoke)
    assert {r["environment"] for r in document["results"] if r["verdict"] == "fail"} == {"staging"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy = ", "recording-toolkit.toml:1:10: this is not TOML: invalid value"),
        ("\npolicies = 'x'", ':2:1: unknown key "policies"; did you mean "policy"?'),
        ("fail-on = 'erorr'", '; did you mean "error"?'),
        ("[[targets]]\nname = 'a'\nrot = 'x'", ':3:1: unknown key "rot" in targets[0]; did you'),
        ("var-file = ['no.tfvars']", ':1:1: var-file: there is no file "no.tfvars"'),
        (TARGETS + TARGETS, ':14:1: two targets are named "staging"; the other is in line 2'),
        ("workspace = 3", ":1:1: workspace must be text, not 3"),
        ("[tool]\nx = 1", ':1:1: unknown key "tool"'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    invoke: Invoke, repository: Path, text: str, said: str
) -> None:
    configured(repository, text)
    result = invoke("check", "terraform", "-f", "json")
    assert result.exit_code == 2
    assert said in result.stderr
    assert said in json.loads(result.stdout)["errors"][0]["message"]


def test_a_target_that_does_not_exist_is_told_with_the_nearest(
    invoke: Invoke, repository: Path
) -> None:
    configured(repository, TARGETS)
    result = invoke("check", "--target", "prd")
    assert result.exit_code == 2
    assert '--target prd: not in recording-toolkit.toml; did you mean "prod"?' in result.stderr


def test_what_counts_from_the_command_line_only_is_a_note(invoke: Invoke, repository: Path) -> None:
    configured(repository, 'region = "x"\nlive = true\n')
    messages = [n["message"] for n in report(invoke, "terraform")["notes"]]
    told = "recording-toolkit.toml:1: region can be set only on the command line: --region"
    assert told in messages
    assert any(":2: live can be set only" in message for message in messages)


def test_no_config_reads_none(invoke: Invoke, repository: Path) -> None:
    configured(repository, "policy = ")
    assert verdicts(report(invoke, "terraform", "--no-config")) == {None: "unknown"}


def test_two_configurations_do_not_go_together(invoke: Invoke, repository: Path) -> None:
    other = repository / "other"
    other.mkdir()
    configured(repository, "")
    configured(other, "")
    result = invoke("check", "terraform", "other")
    assert result.exit_code == 2
    assert "terraform and other have different configurations" in result.stderr


def test_help_needs_no_configuration(invoke: Invoke, repository: Path) -> None:
    configured(repository, "policy = ")
    assert invoke("check", "--help").exit_code == 0


def test_each_target_is_a_run_of_its_own_for_code_scanning(
    invoke: Invoke, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(repository, TARGETS)
    (repository / "deeper").mkdir()
    monkeypatch.chdir(repository / "deeper")
    document = json.loads(invoke("check", "-f", "sarif").stdout)
    ids = [run["automationDetails"]["id"] for run in document["runs"]]
    assert ids == ["recording-toolkit/staging/", "recording-toolkit/prod/"]
    (found,) = [r for r in document["runs"][1]["results"] if r["ruleId"] == "REC001"]
    (at,) = found["locations"]
    assert at["physicalLocation"]["artifactLocation"]["uri"] == "prod.tfvars"


def test_a_path_is_the_same_however_it_was_spelled(invoke: Invoke, repository: Path) -> None:
    told = [
        report(invoke, name) for name in ("terraform", "./terraform", f"{repository}/terraform")
    ]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("sources", "{out}/terraform"),
        ("sources", "../{name}/terraform"),
        ("sources", "leading-out/terraform"),
        ("source-dir", "{out}/terraform"),
        ("var-file", "{out}/prod.tfvars"),
        ("var-file", "leading-out/prod.tfvars"),
        ("policy", "{out}/policy.yaml"),
        ("baseline", "{out}/baseline.json"),
        ("catalog", "{out}/catalog.gz"),
        ("root", "{out}/terraform"),
    ],
)
@pytest.mark.parametrize("is_repository", [True, False])
def test_it_names_nothing_outside_of_its_tree(
    key: str,
    named: str,
    is_repository: bool,
    invoke: Invoke,
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stranger's tree contains its own configuration."""
    out = tmp_path_factory.mktemp("out")
    (out / "terraform").mkdir()
    (out / "terraform/main.tf").write_text('locals { canary = "canary" }\n')
    for name in ("prod.tfvars", "policy.yaml", "baseline.json", "catalog.gz"):
        (out / name).write_text("canary = 1\n")
    (repository / "leading-out").symlink_to(out)
    value = named.format(out=out, name=os.path.relpath(out, repository)[3:])
    text = f'{key} = "{value}"\n'
    configured(repository, f'[[targets]]\nname = "a"\n{text}' if key == "root" else text)
    if not is_repository:
        (repository / ".git").rmdir()
        monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    place = () if key in ("sources", "root") else (str(repository / "terraform"),)
    done = invoke("check", *place, "--config", str(repository / "recording-toolkit.toml"))
    assert done.exit_code == 2
    assert "is outside of the configuration's tree" in done.stderr
    assert "canary" not in done.output


@pytest.mark.parametrize("name", ["recording-toolkit.toml", "pyproject.toml"])
def test_one_that_is_a_link_out_of_the_tree_is_refused(
    name: str, invoke: Invoke, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("out") / name
    out.write_text("[tool.recording-toolkit]\ncanary = 1\n")
    (repository / name).symlink_to(out)
    done = invoke("check", "terraform")
    assert done.exit_code == 2
    assert "is a link that leads out of" in done.stderr
    assert "canary" not in done.output


@pytest.mark.parametrize("name", ["recording-toolkit.toml", "pyproject.toml"])
def test_a_link_out_of_a_plain_folder_is_no_configuration(
    name: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir()
    (folder / "main.tf").write_text(TERRAFORM)
    text = 'fail-on = "note"\n' if name.startswith("r") else "[tool.recording-toolkit]\nx = 1\n"
    configured(elsewhere, text, "other.toml")
    (folder / name).symlink_to(elsewhere / "other.toml")
    monkeypatch.chdir(elsewhere)
    ran = invoke("check", str(folder))
    assert ran.exit_code == 2
    assert f"{name}: the configuration cannot be read: it is a link that leads out" in ran.stderr
    (folder / name).unlink()
    configured(folder, text, "inner.toml")
    (folder / name).symlink_to("inner.toml")
    assert "cannot be read" not in invoke("check", str(folder)).stderr
