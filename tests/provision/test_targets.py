"""`plan` and `apply` of a configuration's targets, and their options beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_config_ref import git
from tests.provision.commands import PLANNED, Done, environment, run, stand_in

pytestmark = pytest.mark.slow

CODE = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["recording:session:write", "recordingSession"]
}
"""
ROLES = """
resource "genesyscloud_auth_role" "recorder" {
  name = "Recorder"
  permission_policies {
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }
}
"""
LOOKED_UP = """
data "genesyscloud_auth_role" "recorder" {
  name = "Recorder"
}
resource "genesyscloud_oauth_client" "machine" {
  name                  = "recording-machine"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.recorder.id
  }
}
"""
#: Records how it was called, and shows the plan that lies beside the Terraform.
PROGRAM = """
name = pathlib.Path.cwd().name
with open(pathlib.Path(__file__).parent / "ran.jsonl", "a") as log:
    told = {key: text for key, text in os.environ.items() if key.startswith("TF_")}
    log.write(json.dumps({"in": name, "ran": [command, *rest], "environ": told}) + "\\n")
if command == "plan":
    out = next(word for word in rest if word.startswith("-out=")).partition("=")[2]
    pathlib.Path(out).write_text("a plan")
if command == "show":
    print(pathlib.Path("shown.json").read_text())
"""


def change(kind: str, name: str, after: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/mypurecloud/genesyscloud",
        "change": {"actions": ["create"], "after": after, "after_unknown": {"id": True}},
    }


ROLE_PLAN = {
    **PLANNED,
    "resource_changes": [
        change(
            "genesyscloud_auth_role",
            "recorder",
            {
                "name": "Recorder",
                "permissions": [],
                "permission_policies": [
                    {
                        "domain": "recording",
                        "entity_name": "session",
                        "action_set": ["write"],
                        "conditions": [],
                    }
                ],
            },
        )
    ],
}
ROLE_ID = "6a0c1f3e-43f4-4cdb-8a3c-9b1c6dbe0001"
LOOKED_UP_PLAN = {
    **PLANNED,
    "resource_changes": [
        change(
            "genesyscloud_oauth_client",
            "machine",
            {
                "name": "recording-machine",
                "authorized_grant_type": "CLIENT-CREDENTIALS",
                "roles": [{"role_id": ROLE_ID, "division_id": None}],
            },
        )
    ],
    "prior_state": {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "data.genesyscloud_auth_role.recorder",
                        "mode": "data",
                        "type": "genesyscloud_auth_role",
                        "name": "recorder",
                        "provider_name": "registry.terraform.io/mypurecloud/genesyscloud",
                        "values": {"id": ROLE_ID, "name": "Recorder"},
                    }
                ]
            }
        },
    },
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with roles and clients in two roots, applied to one org or to two."""
    (tmp_path / ".git").mkdir()
    root(tmp_path, "good", CODE, PLANNED)
    root(tmp_path, "roles", ROLES, ROLE_PLAN)
    root(tmp_path, "machine", LOOKED_UP, LOOKED_UP_PLAN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def root(folder: Path, name: str, text: str, plan: dict[str, Any]) -> None:
    (folder / name).mkdir()
    (folder / name / "main.tf").write_text(text)
    (folder / name / "shown.json").write_text(json.dumps(plan))


def configured(folder: Path, text: str) -> None:
    (folder / "recording-toolkit.toml").write_text(text)


def ran(folder: Path, *args: str) -> Done:
    path = stand_in(folder / "bin", PROGRAM)
    return run(*args, environ=environment(**path), cwd=folder)


def calls(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "bin/ran.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def targets(*orgs: str) -> str:
    return "".join(
        f'[[targets]]\nname = "{name}"\nroot = "{name}"\norg = "{org}"\nallow-no-clients = true\n'
        for name, org in zip(("roles", "machine"), orgs, strict=True)
    )


def test_a_target_brings_its_variables_workspace_and_backend(repository: Path) -> None:
    (repository / "prod.tfvars").write_text('x = "1"\n')
    configured(
        repository,
        '[[targets]]\nname = "prod"\nroot = "good"\nvar-file = "prod.tfvars"\nworkspace = "live"\n'
        'backend-config = ["bucket=states", "prod.tfbackend"]\n',
    )
    done = ran(repository, "plan", "--target", "prod", "-f", "json")
    assert done.status == 0, done.stderr
    by_name = {each["ran"][0]: each for each in calls(repository)}
    assert by_name["init"]["environ"]["TF_CLI_ARGS_init"] == (
        f"-backend-config=bucket=states -backend-config={repository / 'prod.tfbackend'}"
    )
    assert not any("backend-config" in word for word in by_name["init"]["ran"])
    assert by_name["plan"]["environ"]["TF_WORKSPACE"] == "live"
    assert (
        f"-var-file={repository / 'prod.tfvars'}" in by_name["plan"]["environ"]["TF_CLI_ARGS_plan"]
    )
    assert [each["name"] for each in done.report["environments"]] == ["prod"]
    assert {each["environment"] for each in done.report["results"]} == {"prod"}


def test_nothing_is_planned_or_applied_that_is_not_named(repository: Path) -> None:
    configured(repository, targets("acme", "acme"))
    for command in (("plan",), ("apply", "--yes")):
        done = ran(repository, *command)
        assert done.status == 2
        assert done.errors == ["error: no DIR is given, and no target"]
        assert done.hints == ["hint: Name one, or give --target NAME or --all-targets."]
    assert not (repository / "bin/ran.jsonl").exists()


def test_roles_of_one_target_are_known_in_another_of_its_org(repository: Path) -> None:
    configured(repository, targets("acme", "acme"))
    done = ran(repository, "plan", "--all-targets", "--select", "REC001", "-f", "json")
    verdicts = {each["environment"]: each["verdict"] for each in done.report["results"]}
    assert verdicts["machine"] == "pass", done.stdout
    (note,) = [each for each in done.report["notes"] if each["code"] == "role-of-target"]
    assert note["message"] == (
        "machine: data.genesyscloud_auth_role.recorder is genesyscloud_auth_role.recorder of "
        'target roles, by its name "Recorder": both are in org acme.'
    )


@pytest.mark.parametrize("orgs", [("acme", "other"), ("", "")])
def test_roles_of_another_org_stay_unknown(repository: Path, orgs: tuple[str, str]) -> None:
    text = targets(*orgs).replace('org = ""\n', "")
    configured(repository, text)
    done = ran(repository, "plan", "--all-targets", "--select", "REC001", "-f", "json")
    verdicts = {each["environment"]: each["verdict"] for each in done.report["results"]}
    assert verdicts["machine"] == "unknown"
    assert done.status == 3


def test_roles_alone_are_applied_on_purpose_only(repository: Path) -> None:
    done = ran(repository, "apply", "roles", "--yes", "-f", "json")
    assert done.status == 2
    assert "has no OAuth client" in done.errors[0]
    assert "--allow-no-clients" in done.hints[0]
    done = ran(repository, "apply", "roles", "--yes", "--allow-no-clients", "-f", "json")
    assert done.status == 0, done.stderr
    assert done.report["terraform"]["applied"] is True


def test_what_has_neither_roles_nor_clients_is_not_applied(repository: Path) -> None:
    root(repository, "none", 'resource "other" "x" {}', {**PLANNED, "resource_changes": []})
    done = ran(repository, "apply", "none", "--yes", "--allow-no-clients", "-f", "json")
    assert done.status == 2
    assert done.report["terraform"]["applied"] is False


def test_targets_are_applied_up_to_the_first_that_is_not(repository: Path) -> None:
    configured(repository, targets("acme", "acme").replace("allow-no-clients = true\n", ""))
    done = ran(repository, "apply", "--all-targets", "--yes", "-f", "json")
    assert done.status == 2
    assert {each["in"] for each in calls(repository)} == {"roles"}
    (note,) = [each for each in done.report["notes"] if each["code"] == "targets-not-run"]
    assert note["message"] == "roles was not applied, and so not run: machine."
    (repository / "bin/ran.jsonl").unlink()
    done = ran(repository, "apply", "--all-targets", "--yes", "--allow-no-clients", "-f", "json")
    assert done.status == 0, done.stderr
    applied = [each["in"] for each in calls(repository) if each["ran"][0] == "apply"]
    assert applied == ["roles", "machine"]


def test_the_note_on_those_that_did_not_run_names_the_one_that_failed_once(
    repository: Path,
) -> None:
    """Other notes of one target among several begin with its name."""
    text = "".join(
        f'[[targets]]\nname = "{n}"\nroot = "{n}"\n' for n in ("good", "roles", "machine")
    )
    configured(repository, text)
    done = ran(repository, "apply", "--all-targets", "--yes", "-f", "json")
    assert done.status == 2
    assert {each["in"] for each in calls(repository)} == {"good", "roles"}
    (note,) = [each for each in done.report["notes"] if each["code"] == "targets-not-run"]
    assert note["message"] == "roles was not applied, and so not run: machine."


def test_a_baseline_counts_in_a_plan(repository: Path) -> None:
    bad = json.loads(json.dumps(PLANNED))
    bad["resource_changes"][0]["change"]["after"]["scopes"] = ["recordingSession"]
    root(repository, "bad", CODE.replace('"recording:session:write", ', ""), bad)
    done = ran(repository, "plan", "bad", "-f", "json")
    assert done.status == 1
    check = ("check", "bad", "--write-baseline", "known.json")
    assert ran(repository, *check).status == 1
    done = ran(repository, "plan", "bad", "--baseline", "known.json", "-f", "json")
    assert done.status == 0, done.stdout
    assert done.report["known"]


def test_two_orgs_are_not_asked_at_once(repository: Path) -> None:
    configured(repository, targets("acme", "other"))
    done = ran(repository, "plan", "--all-targets", "--live", "--region", "us-east-1")
    assert done.status == 2
    assert done.errors == [
        "error: --live reads one org, and the targets are in several: acme, other"
    ]
    done = ran(repository, "check", "--all-targets", "--live", "--region", "us-east-1")
    assert done.errors == [
        "error: --live reads one org, and the targets are in several: acme, other"
    ]


def test_check_knows_roles_of_targets_too_in_any_order(repository: Path) -> None:
    text = targets("acme", "acme")
    first, second = text.split("[[targets]]")[1:]
    configured(repository, f"[[targets]]{second}[[targets]]{first}")
    done = ran(repository, "check", "--select", "REC001", "-f", "json")
    assert done.status == 0, done.stdout
    assert "role-of-target" in {each["code"] for each in done.report["notes"]}
    configured(repository, targets("acme", "other"))
    assert ran(repository, "check", "--select", "REC001").status == 3


def test_a_name_that_two_targets_use_decides_nothing(repository: Path) -> None:
    root(repository, "more", ROLES, ROLE_PLAN)
    configured(
        repository,
        targets("acme", "acme") + '[[targets]]\nname = "more"\nroot = "more"\norg = "acme"\n',
    )
    done = ran(repository, "check", "--select", "REC001", "-f", "json")
    assert done.status == 3
    (unknown,) = [each for each in done.report["results"] if each["environment"] == "machine"]
    assert "several of org acme have that name" in unknown["reasons"][0]["decided_by"]


def test_a_root_that_no_target_of_the_base_covers_is_not_applied(repository: Path) -> None:
    (repository / ".git").rmdir()
    git(repository, "init", "-q", "-b", "main")
    configured(repository, targets("acme", "acme"))
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "base")
    done = ran(repository, "apply", "good", "--yes", "--config-ref", "main", "-f", "json")
    assert done.status == 3, done.stderr
    assert done.report["terraform"]["applied"] is False
    assert "uncovered-root" in {each["rule"] for each in done.report["results"]}
    assert ran(repository, "apply", "good", "--yes").status == 0


@pytest.mark.terraform
def test_two_targets_of_one_root_have_backends_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "main.tf").write_text(
        'terraform {\n  backend "local" {}\n}\nresource "terraform_data" "x" {}\n'
    )
    (tmp_path / "recording-toolkit.toml").write_text(
        "".join(
            f'[[targets]]\nname = "{name}"\nroot = "root"\n'
            f'backend-config = "path={tmp_path}/{name}.tfstate"\n'
            for name in ("staging", "prod")
        )
    )
    done = run("plan", "--all-targets", "-f", "json", environ=environment(), cwd=tmp_path)
    assert not done.report["errors"], done.stderr
    ended = [(each["name"], each["exit_code"]) for each in done.report["terraform"]["commands"]]
    assert ended == [("version", 0), ("init", 0), ("plan", 0), ("show", 0)] * 2
