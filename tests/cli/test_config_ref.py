"""`check --config-ref`: a change cannot loosen the check that judges it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Invoke

CLIENT = """\
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recording-kiosk"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write"]
}
"""
POLICY = """\
version: 1
name: ours
contracts: [recording-session]
inline_waivers: {inline}
rules:
  - id: OURS1
    title: Can start
    severity: {severity}
    require: {{operations: [startRecordingSession]}}
"""
WAIVED = """\
waivers:
  - {rule: OURS1, address: "*", reason: "because", expires: 2099-01-01}
"""


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *named, *arguments], cwd=folder, env=kept, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The base is strict; the head tries every way to let its own violation pass."""
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "terraform").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / "terraform/main.tf").write_text(CLIENT)
    (tmp_path / "recording-toolkit.toml").write_text('policy = "policies/ours.yaml"\n')
    text = POLICY.format(inline="allow", severity="error")
    (tmp_path / "policies/ours.yaml").write_text(text)
    (tmp_path / "known.json").write_text(
        '{"version": 1, "tool": "recording-toolkit", "entries": []}'
    )
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    return tmp_path


def report(invoke: Invoke, *args: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(invoke("check", "terraform", *args, "-f", "json").stdout)
    return document


def loosen(folder: Path, *hows: str) -> None:
    if "policy" in hows:
        text = POLICY.format(inline="allow", severity="note")
        (folder / "policies/ours.yaml").write_text(text)
    if "waiver" in hows:
        text = POLICY.format(inline="allow", severity="error") + WAIVED
        (folder / "policies/ours.yaml").write_text(text)
    if "comment" in hows:
        waiver = '# recording-toolkit:waive OURS1 expires=2099-01-01 reason="because"\n'
        (folder / "terraform/main.tf").write_text(waiver + CLIENT)
    if "configuration" in hows:
        (folder / "recording-toolkit.toml").write_text(
            'policy = "policies/ours.yaml"\nignore = ["OURS1"]\nfail-on = "never"\n'
        )
    if "nearer" in hows:
        (folder / "terraform/recording-toolkit.toml").write_text('fail-on = "never"\n')


@pytest.mark.parametrize("how", ["policy", "waiver", "comment", "configuration", "nearer"])
def test_a_loosened_head_passes_without_and_fails_with_it(
    invoke: Invoke, repository: Path, how: str
) -> None:
    loosen(repository, how)
    before = report(invoke)["summary"]["exit_code"]
    assert before != 1
    judged = report(invoke, "--config-ref", "main")
    assert judged["summary"]["exit_code"] == 1
    told = [n["message"] for n in judged["notes"] if n["code"] == "configuration"]
    assert told == ["main:recording-toolkit.toml is in force: policy main:policies/ours.yaml"]


def test_everything_at_once_is_without_effect(invoke: Invoke, repository: Path) -> None:
    loosen(repository, "waiver", "comment", "configuration", "nearer")
    invoke("check", "terraform", "--write-baseline", "known.json", "--no-config")
    judged = report(
        invoke, "--config-ref", "main", "--policy", "policies/ours.yaml", "--baseline", "known.json"
    )
    assert judged["summary"]["exit_code"] == 1
    assert judged["summary"]["fail"] >= 1


def test_the_terraform_is_that_of_the_working_tree(invoke: Invoke, repository: Path) -> None:
    good = CLIENT.replace('write"]', 'write", "recordingSession"]')
    (repository / "terraform/main.tf").write_text(good)
    assert report(invoke, "--config-ref", "main")["summary"]["exit_code"] == 0


@pytest.mark.parametrize("ref", ["nowhere", "--help", " ", "HEAD:policies", "main^{tree}"])
def test_a_commit_that_is_not_there_is_an_error(invoke: Invoke, repository: Path, ref: str) -> None:
    done = invoke("check", "terraform", f"--config-ref={ref}", "-f", "json")
    assert done.exit_code == 2
    assert f"--config-ref {ref}: " in json.loads(done.stdout)["errors"][0]["message"]


def test_a_commit_without_a_configuration_means_the_defaults(
    invoke: Invoke, repository: Path
) -> None:
    git(repository, "rm", "-q", "--cached", "recording-toolkit.toml")
    git(repository, "commit", "-qm", "without")
    judged = report(invoke, "--config-ref", "main")
    assert {r["rule"] for r in judged["results"] if r["kind"] == "policy"} == {
        "REC001",
        "REC002",
        "REC003",
    }
    told = [n["message"] for n in judged["notes"] if n["code"] == "configuration"]
    assert told == ["main has no configuration: the defaults are in force"]


def test_what_is_new_in_the_head_is_not_there(invoke: Invoke, repository: Path) -> None:
    (repository / "policies/new.yaml").write_text(POLICY.format(inline="allow", severity="note"))
    done = invoke("check", "terraform", "--config-ref", "main", "-p", "policies/new.yaml")
    assert done.exit_code == 2
    assert "main:policies/new.yaml: cannot be read: No such file or directory" in done.stderr


def test_a_link_in_the_commit_is_not_followed(invoke: Invoke, repository: Path) -> None:
    (repository / "policies/ours.yaml").unlink()
    (repository / "policies/ours.yaml").symlink_to("/etc/hostname")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "link")
    done = invoke("check", "terraform", "--config-ref", "main")
    assert done.exit_code == 2
    assert (
        'main:recording-toolkit.toml:1:1: policy: there is no file "main:policies/ours.yaml"'
        in (done.stderr)
    )


def test_a_link_of_the_head_leads_to_no_other_file_of_the_commit(
    invoke: Invoke, repository: Path
) -> None:
    (repository / "lax").mkdir()
    (repository / "lax/ours.yaml").write_text(POLICY.format(inline="allow", severity="note"))
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "an example")
    (repository / "policies/ours.yaml").unlink()
    (repository / "policies").rmdir()
    (repository / "policies").symlink_to("lax")
    judged = report(invoke, "--config-ref", "main", "--policy", "policies/ours.yaml")
    assert judged["summary"]["exit_code"] == 1


def test_without_git_it_is_an_error(
    invoke: Invoke, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    done = invoke("check", "terraform", "--config-ref", "main")
    assert done.exit_code == 2
    assert "--config-ref main: there is no git program" in done.stderr


def test_nothing_that_the_repository_sets_up_is_run(invoke: Invoke, repository: Path) -> None:
    evil = repository / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {repository}/ran\ncat\n")
    evil.chmod(0o755)
    (repository / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    for name in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv"):
        git(repository, "config", name, str(evil))
    assert report(invoke, "--config-ref", "main")["summary"]["exit_code"] == 1
    assert not (repository / "ran").exists()


def test_an_auditor_sees_what_is_waived(invoke: Invoke, repository: Path) -> None:
    loosen(repository, "waiver")
    assert report(invoke)["summary"]["waived"] == 1
    judged = report(invoke, "--no-waivers")
    assert (judged["summary"]["waived"], judged["summary"]["exit_code"]) == (0, 1)


GOOD = CLIENT.replace('write"]', 'write", "recordingSession"]')
COVERING = 'policy = "policies/ours.yaml"\n[[targets]]\nname = "prod"\nroot = "terraform"\n'


@pytest.fixture
def covering(repository: Path) -> Path:
    """A base with a target and no violations, and a head with one more root without violations."""
    (repository / "terraform/main.tf").write_text(GOOD)
    (repository / "recording-toolkit.toml").write_text(COVERING)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "a target")
    (repository / "new").mkdir()
    (repository / "new/main.tf").write_text(GOOD)
    more = '[[targets]]\nname = "new"\nroot = "new"\n'
    (repository / "recording-toolkit.toml").write_text(COVERING + more)
    return repository


def judged_as(invoke: Invoke, *args: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(invoke(*args, "-f", "json").stdout)
    return document


@pytest.mark.parametrize("args", [(), ("--all-targets",), ("new",), (".",)])
def test_what_no_target_of_the_base_covers_is_at_most_unknown(
    invoke: Invoke, covering: Path, args: tuple[str, ...]
) -> None:
    without = judged_as(invoke, "check", *args)
    assert without["summary"]["exit_code"] == 0
    document = judged_as(invoke, "check", *args, "--config-ref", "main")
    assert document["summary"]["exit_code"] == 3, document
    (left,) = [each for each in document["results"] if each["verdict"] == "unknown"]
    assert (left["rule"], left["root"]) == ("uncovered-root", "new")
    assert left["message"] == (
        "No target of main:recording-toolkit.toml covers new, so it is checked with the "
        "defaults and can be unknown at best."
    )


def test_a_root_that_no_target_covers_is_noted_without_a_commit_too(
    invoke: Invoke, covering: Path
) -> None:
    (covering / "recording-toolkit.toml").write_text(COVERING)
    (covering / "network").mkdir()
    (covering / "network/main.tf").write_text('output "a" { value = 1 }\n')
    document = judged_as(invoke, "check")
    assert document["summary"]["exit_code"] == 0
    told = [each["message"] for each in document["notes"] if each["code"] == "uncovered-root"]
    (note,) = told
    assert note.startswith("No target of recording-toolkit.toml covers new, so it is not judged.")
    excluded = judged_as(invoke, "check", "--exclude", "new")
    assert "uncovered-root" not in {each["code"] for each in excluded["notes"]}


def test_a_violation_that_no_target_covers_is_still_one(invoke: Invoke, covering: Path) -> None:
    (covering / "new/main.tf").write_text(CLIENT)
    assert judged_as(invoke, "check", "--config-ref", "main")["summary"]["exit_code"] == 1


@pytest.mark.parametrize("args", [("--target", "prod"), ("terraform",)])
def test_what_a_target_covers_passes(invoke: Invoke, covering: Path, args: tuple[str, ...]) -> None:
    document = judged_as(invoke, "check", *args, "--config-ref", "main")
    assert document["summary"]["exit_code"] == 0


def test_every_format_shows_what_no_target_covers(invoke: Invoke, covering: Path) -> None:
    for name in ("text", "markdown", "html", "sarif", "junit", "github", "gitlab", "rdjson", "opa"):
        done = invoke("check", "--config-ref", "main", "-f", name)
        assert done.exit_code == 3, (name, done.output)
        assert "uncovered-root" in done.stdout, name


@pytest.fixture
def configured_below(covering: Path) -> Path:
    """A base whose configuration is in a separate folder without Terraform."""
    (covering / "ci").mkdir()
    text = COVERING.replace('"policies', '"../policies').replace('"terraform"', '"../terraform"')
    (covering / "ci/recording-toolkit.toml").write_text(text)
    git(covering, "add", "-A")
    git(covering, "commit", "-qm", "a folder of its own")
    return covering


BELOW = ("check", "--config", "ci/recording-toolkit.toml", "--config-ref", "main", "--all-targets")


def test_that_no_target_leaves_terraform_uncovered_is_no_error(
    invoke: Invoke, configured_below: Path
) -> None:
    document = judged_as(invoke, *BELOW)
    assert (document["errors"], document["summary"]["exit_code"]) == ([], 0)


def test_that_all_beside_the_targets_is_excluded_is_no_error(
    invoke: Invoke, configured_below: Path
) -> None:
    module = configured_below / "ci/module"
    module.mkdir()
    (module / "main.tf").write_text(GOOD)
    (configured_below / "ci/old").mkdir()
    (configured_below / "ci/old/main.tf").write_text('module "m" {\n  source = "../module"\n}\n')
    document = judged_as(invoke, *BELOW, "--exclude", "ci/old")
    assert (document["errors"], document["summary"]["exit_code"]) == ([], 0)


def test_what_cannot_be_looked_at_beside_the_targets_is_an_error(
    invoke: Invoke, configured_below: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "main.tf").write_text(GOOD)
    (configured_below / "ci/recording-toolkit.toml").unlink()
    (configured_below / "ci").rmdir()
    (configured_below / "ci").symlink_to(elsewhere)
    document = judged_as(invoke, *BELOW)
    (error,) = document["errors"]
    leads_out = f"is a link that leads out of {configured_below}"
    assert error["message"] == f"(no target): ci: {leads_out}"
    assert document["summary"]["exit_code"] == 2
