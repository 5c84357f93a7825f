"""`diff --target`: the changes in each environment, with its own variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Invoke
from tests.cli.test_config_ref import git
from toolkit.reporters.document import json_schema

MAIN = """
variable "actions" { type = set(string) }
resource "genesyscloud_auth_role" "r" {
  name = "Recorder"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = %s
  }
}
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = genesyscloud_auth_role.r.id }
}
"""
CONFIGURATION = """
policy = "ours.yaml"
format = "html"
[[targets]]
name = "staging"
root = "terraform"
var-file = "staging.tfvars"
[[targets]]
name = "prod"
root = "terraform"
var-file = "prod.tfvars"
tags = ["live"]
"""
POLICY = """
version: 1
name: ours
rules:
  - {id: CHG, title: No deletion, change: {forbid_gain: {permissions: ["recording:*:delete"]}}}
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two environments of one root; the change gives one of them a permission to delete."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform/main.tf").write_text(MAIN % '["view"]')
    (tmp_path / "staging.tfvars").write_text('actions = ["view"]\n')
    (tmp_path / "prod.tfvars").write_text('actions = ["view", "delete"]\n')
    (tmp_path / "recording-toolkit.toml").write_text(CONFIGURATION)
    (tmp_path / "ours.yaml").write_text(POLICY)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    (tmp_path / "terraform/main.tf").write_text(MAIN % "var.actions")
    return tmp_path


def document(invoke: Invoke, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(invoke("diff", *arguments, "-f", "json").stdout)
    jsonschema.validate(found, json_schema())
    return found


def test_each_change_names_its_target(invoke: Invoke, repository: Path) -> None:
    found = document(invoke, "git:main", "--all-targets")
    assert found["errors"] == []
    assert {each["target"] for each in found["changes"]} == {"prod"}
    assert "recording:recording:delete" in {each["name"] for each in found["changes"]}
    assert [each["name"] for each in found["environments"]] == ["staging", "prod"]
    assert {each["environment"] for each in found["sources"]} == {"staging", "prod"}
    (broken,) = [each for each in found["results"] if each["verdict"] == "fail"]
    assert (broken["rule"], broken["environment"]) == ("CHG", "prod")
    assert found["summary"]["exit_code"] == 1


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (("--target", "prod"), {"prod"}),
        (("--tag", "live"), {"prod"}),
        (("--target", "staging"), set()),
    ],
)
def test_a_target_is_compared_with_its_own_variables(
    invoke: Invoke, repository: Path, chosen: tuple[str, ...], names: set[str]
) -> None:
    found = document(invoke, "git:main", *chosen)
    assert {each["target"] for each in found["changes"]} == names


def test_people_are_told_the_targets_apart(invoke: Invoke, repository: Path) -> None:
    text = invoke("diff", "git:main", "--all-targets", "-f", "text").stdout
    staging, _, prod = text.partition("== prod")
    assert "No client gains or loses access." in staging
    assert "1 client gains access" in prod
    assert "FAIL CHG" in prod
    page = invoke("diff", "git:main", "--all-targets", "-f", "markdown").stdout
    assert page.startswith("<!-- recording-toolkit:diff:staging+prod -->\n")
    assert (
        "\n### 1 client gains access.\n\nWhat the change gives and takes in staging, prod, " in page
    )
    assert "| prod: **recorder**" in page
    assert "**FAIL CHG** prod:" in page


def test_what_could_not_be_read_is_not_called_unchanged(invoke: Invoke, repository: Path) -> None:
    (repository / "prod.tfvars").write_text("actions = = 1\n")
    for name in ("text", "markdown"):
        done = invoke("diff", "git:main", "--all-targets", "-f", name)
        assert done.exit_code == 2
        assert "No client gains" not in done.stdout


def test_without_a_target_nothing_is_configured(invoke: Invoke, repository: Path) -> None:
    found = document(invoke, "git:main", "terraform", "--var", 'actions=["view"]')
    assert "environments" not in found
    assert found["changes"] == []
    assert not [note for note in found["notes"] if note["code"] == "configuration"]
    actions = 'actions=["delete"]'
    found = document(invoke, "git:main", "terraform", "--var", actions)
    assert {each["target"] for each in found["changes"]} == {None}
    assert found["results"] == []


def test_a_comment_waives_nothing_where_a_commit_decides(invoke: Invoke, repository: Path) -> None:
    (repository / "ours.yaml").write_text(POLICY + "inline_waivers: allow\n")
    git(repository, "add", "ours.yaml")
    git(repository, "commit", "-qm", "comments may waive")
    comment = '# recording-toolkit:waive CHG expires=2099-01-01 reason="because"\n'
    client = 'resource "genesyscloud_oauth_client"'
    text = (MAIN % "var.actions").replace(client, comment + client)
    (repository / "terraform/main.tf").write_text(text)
    waived = document(invoke, "git:main", "--target", "prod")
    assert waived["summary"]["exit_code"] == 0
    held = document(invoke, "git:main", "--target", "prod", "--config-ref", "main")
    assert held["summary"]["exit_code"] == 1


def test_the_configuration_of_a_commit_decides(invoke: Invoke, repository: Path) -> None:
    (repository / "ours.yaml").write_text(POLICY.replace("recording:*:delete", "a:b:c"))
    loosened = document(invoke, "git:main", "--target", "prod")
    assert loosened["summary"]["exit_code"] == 0
    held = document(invoke, "git:main", "--target", "prod", "--config-ref", "main")
    assert held["summary"]["exit_code"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("git:main", "terraform", "--all-targets"), "a SOURCE and several targets"),
        (("plan.json", "--all-targets"), "only a commit is compared with several targets"),
        (("git:main", "terraform", "--config-ref", "main"), "--config-ref changes nothing"),
        (("git:main", "terraform", "--config", "x.toml"), "--config changes nothing"),
        (("git:main", "--target", "nowhere"), "nowhere"),
    ],
)
def test_what_makes_no_sense_is_refused(
    invoke: Invoke, repository: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = invoke("diff", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_plan_is_that_of_its_target(invoke: Invoke, repository: Path) -> None:
    made = {"format_version": "1.2", "resource_changes": []}
    (repository / "plan.json").write_text(json.dumps(made))
    found = document(invoke, "plan.json", "--target", "prod")
    assert [each["environment"] for each in found["sources"]] == ["prod"]
    assert found["errors"] == []
