"""`check --can` through the command line: which clients can call an operation, without rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExitCode
from toolkit.workflows import who_can

MAIN = """
variable "scopes" { type = set(string) }
data "genesyscloud_auth_role" "agent" { name = "Agent" }
resource "genesyscloud_auth_role" "calls" {
  name = "Calls"
  permission_policies {
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["record", "view"]
  }
}
resource "genesyscloud_oauth_client" "able" {
  name                  = "Zebra"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = genesyscloud_auth_role.calls.id }
}
resource "genesyscloud_oauth_client" "open" {
  name                  = "Open"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
resource "genesyscloud_oauth_client" "agent" {
  name                  = "Agent"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = data.genesyscloud_auth_role.agent.id }
}
resource "genesyscloud_oauth_client" "not_able" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
"""
ROLES = """
version: 1
name: ours
rules:
  - {id: R1, title: t, forbid: {scopes: ["*"]}}
roles:
  - {name: Agent, permissions: ["conversation:call:record"]}
"""
RECORD = "patchConversationsCallParticipant"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "ours.yaml").write_text(ROLES)
    return str(tmp_path)


def verdicts(result: Any) -> dict[str, str]:
    return {each["client"]: each["verdict"] for each in json.loads(result.stdout)["results"]}


def test_each_client_is_told_and_those_that_can_come_last(invoke: Any, folder: str) -> None:
    result = invoke("check", folder, "--can", RECORD)
    assert result.exit_code == ExitCode.UNDECIDED
    told = [line.split("  ")[0] for line in result.stdout.splitlines() if line[:1].isalnum()]
    assert told == [
        "cannot",
        "not known",
        "not known",
        "can",
        f"1 of 4 clients can call {RECORD}",
        "exit 3: some of it stayed unknown",
    ]
    assert "REC001" not in result.stdout


def test_a_client_that_cannot_is_an_answer_and_no_violation(invoke: Any, folder: str) -> None:
    more = ("--var", 'scopes=["conversations"]', "-p", f"{folder}/ours.yaml", "-f", "json")
    result = invoke("check", folder, "--can", RECORD, *more)
    assert verdicts(result) == {
        "Zebra": "pass", "Open": "pass", "Agent": "pass", "recorder": "fail",
    }  # fmt: skip
    assert result.exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("operation", "able"),
    [
        ("GET /api/v2/oauth/clients", {"Zebra": "fail", "recorder": "fail"}),
        ("getUsers", {"Zebra": "pass", "recorder": "pass"}),
        # Only the contract has this operation.
        ("startRecordingSession", {"Zebra": "fail", "recorder": "fail"}),
    ],
)
def test_an_operation_is_an_id_or_a_call(
    invoke: Any, folder: str, operation: str, able: dict[str, str]
) -> None:
    found = verdicts(invoke("check", folder, "--can", operation, "-f", "json"))
    assert {name: found[name] for name in able} == able


def test_a_module_that_was_not_read_may_have_more(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "m" { source = "acme/clients/genesys" }\n')
    result = invoke("check", str(tmp_path), "--can", RECORD)
    assert result.exit_code == ExitCode.UNDECIDED
    assert "UNKNOWN module.m" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--can", "getUser2"), 'there is no operation "getUser2"; did you mean'),
        (("--can", "getUsers", "--select", "REC001"), "--can asks no rule, so --select"),
        (("--can", "getUsers", "--inventory"), "--can asks no rule, so --inventory"),
        (("--can", "getUsers", "--baseline", "x"), "--can asks no rule, so --baseline"),
    ],
)
def test_what_makes_no_question_is_refused(
    invoke: Any, folder: str, arguments: tuple[str, ...], said: str
) -> None:
    result = invoke("check", folder, *arguments)
    assert result.exit_code == ExitCode.INPUT
    assert said in result.stderr


def test_a_program_asks_the_same(folder: str) -> None:
    report = who_can("getOauthClients", folder, clients=["Zebra"])
    assert [(each.client, each.verdict.value) for each in report.results] == [("Zebra", "fail")]
    assert report.asked == "getOauthClients"


@pytest.mark.parametrize(("number", "told"), [(5, 5), (6, 0)])
def test_few_that_cannot_are_told_why(invoke: Any, tmp_path: Path, number: int, told: int) -> None:
    client = 'resource "genesyscloud_oauth_client" "c%d" {\n  name = "c%d"\n%s}\n'
    lacking = '  authorized_grant_type = "CODE"\n  scopes = ["users"]\n'
    (tmp_path / "main.tf").write_text(
        "".join(client % (each, each, lacking) for each in range(number))
    )
    out = invoke("check", str(tmp_path), "--can", RECORD).stdout
    assert out.count('Lacks the scope "conversations"') == told
    assert all(f"c{each}" in out for each in range(number))
