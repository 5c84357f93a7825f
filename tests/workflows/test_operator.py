"""The needs of the client that runs a Terraform; expected results worked out by hand."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.workflows.test_diff import R, given, role
from toolkit.errors import ExitCode
from toolkit.model.report import Report
from toolkit.reporters.document import json_schema
from toolkit.reporters.json_report import render
from toolkit.reporters.operator_hcl import render_hcl
from toolkit.workflows import check, operator

RECORDED = Path(__file__).parents[1] / "provider" / "recorded"

QUEUES = """
resource "genesyscloud_routing_queue" "q" {
  count = 2
  name  = "q${count.index}"
}
resource "genesyscloud_flow" "f" {
  filepath = "f.yaml"
}
"""


def of(path: Path | str) -> Any:
    report = operator([str(path)], environ={})
    assert not report.errors
    assert report.operator is not None
    return report


def folder(tmp_path: Path, text: str) -> str:
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    return str(tmp_path)


def test_a_plan_that_creates_needs_no_right_to_delete() -> None:
    report = of(RECORDED / "plan-create.json")
    assert report.operator.permissions == (
        "authorization:division:add",
        "authorization:grant:add",
        "authorization:grant:delete",
        "authorization:grant:view",
        "authorization:role:add",
        "authorization:role:edit",
        "authorization:role:view",
        "conversation:call:record",
        "integrations:integration:add",
        "integrations:integration:view",
        "oauth:client:add",
        "oauth:client:view",
        "recording:*:*",
    )


def test_a_plan_that_destroys_switches_clients_off_first() -> None:
    report = of(RECORDED / "plan-destroy.json")
    assert report.operator.permissions == (
        "authorization:division:delete",
        "authorization:grant:view",
        "authorization:role:delete",
        "authorization:role:edit",
        "authorization:role:view",
        "integrations:integration:delete",
        "integrations:integration:view",
        "oauth:client:delete",
        "oauth:client:edit",
        "oauth:client:view",
    )
    assert report.exit_code is ExitCode.OK


def test_a_plan_that_changes_one_role_refreshes_the_rest() -> None:
    report = of(RECORDED / "plan-again.json")
    assert report.operator.permissions == (
        "authorization:grant:view",
        "authorization:role:edit",
        "authorization:role:view",
        "integrations:integration:view",
        "oauth:client:view",
    )


def test_any_root_of_the_provider(tmp_path: Path) -> None:
    report = of(folder(tmp_path, QUEUES))
    assert report.exit_code is ExitCode.OK
    needed = {need.permission for need in report.operator.needs}
    assert {"routing:queue:add", "routing:queue:delete", "architect:flow:delete"} <= needed
    assert not any(need.certain for need in report.operator.needs)
    places = {(n.address, n.location.line) for n in report.operator.needs if n.location}
    assert places == {
        ("genesyscloud_routing_queue.q[0]", 2),
        ("genesyscloud_routing_queue.q[1]", 2),
        ("genesyscloud_flow.f", 6),
    }


def test_of_several_permissions_the_least_set_is_chosen_and_the_others_are_named(
    tmp_path: Path,
) -> None:
    report = of(folder(tmp_path, QUEUES))
    several = [need for need in report.operator.needs if len(need.any_of) > 1]
    assert several
    assert all(need.permission in report.operator.permissions for need in several)


def test_who_gives_a_user_a_role_must_hold_what_it_grants(tmp_path: Path) -> None:
    ours = role("r", "recording:annotation:view")
    report = of(folder(tmp_path, ours + given("user", "agent", R, '"*"')))
    assert report.exit_code is ExitCode.OK
    (need,) = [n for n in report.operator.needs if n.permission == "recording:annotation:view"]
    assert (need.phase, need.address) == ("grant", "genesyscloud_user_roles.agent")
    assert need.division == "*"
    # Only the org knows what the role of a data source grants.
    looked_up = 'data "genesyscloud_auth_role" "d" {\n  name = "d"\n}\n'
    text = looked_up + given("user", "agent", "data.genesyscloud_auth_role.d.id")
    assert of(folder(tmp_path, text)).exit_code is ExitCode.UNDECIDED


def test_what_is_not_in_the_table_is_named(tmp_path: Path) -> None:
    report = of(folder(tmp_path, 'resource "genesyscloud_of_tomorrow" "x" {}'))
    assert report.exit_code is ExitCode.UNDECIDED
    (reason,) = report.operator.unknown
    assert "genesyscloud_of_tomorrow" in reason.reference


def test_a_module_that_is_not_there_may_need_more(tmp_path: Path) -> None:
    report = of(folder(tmp_path, 'module "m" {\n  source  = "x/y/z"\n  version = "1.0.0"\n}\n'))
    assert report.exit_code is ExitCode.UNDECIDED
    assert [reason.reference for reason in report.operator.unknown] == ["what module.m has"]


def test_the_hcl_is_a_role_that_holds_exactly_that(tmp_path: Path) -> None:
    text = render_hcl(of(folder(tmp_path, QUEUES)).operator)
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    report: Report = check([str(tmp_path)], select={"client-without-roles"}, environ={})
    assert report.exit_code is ExitCode.OK
    assert report.clients == 1
    assert 'action_set  = ["add", "delete", "edit"' in text


def test_the_document_lists_every_need() -> None:
    document = json.loads(render(of(RECORDED / "plan-destroy.json")))
    jsonschema.validate(document, json_schema())
    keys = ["permission", "any_of", "phase", "certain", "root", "address", "call", "location"]
    assert [*document["needs"][0]] == keys
    assert {need["permission"] for need in document["needs"]} == {
        *document["operator"]["permissions"]
    }


def needed_for(path: Path | str) -> set[str]:
    return {need.address for need in of(path).operator.needs}


def test_a_file_needs_what_it_has_and_what_it_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(role("inner", "recording:recording:view"))
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n}\n')
    (tmp_path / "more.tf").write_text(QUEUES)
    monkeypatch.chdir(tmp_path)
    for file in ("main.tf", "./main.tf", str(tmp_path / "main.tf")):
        assert needed_for(file) == {"module.m.genesyscloud_auth_role.inner"}
    assert needed_for("m/main.tf") == {"genesyscloud_auth_role.inner"}
    queues = {f"genesyscloud_routing_queue.q[{key}]" for key in (0, 1)}
    assert needed_for("more.tf") == {*queues, "genesyscloud_flow.f"}


def test_a_file_of_an_archive_needs_what_it_has(tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.tf", QUEUES)
        archive.writestr("more.tf", role("r", "recording:recording:view"))
    assert needed_for(packed / "more.tf") == {"genesyscloud_auth_role.r"}


def test_a_module_that_another_file_calls_leaves_nothing_open(tmp_path: Path) -> None:
    folder(tmp_path, QUEUES)
    (tmp_path / "calls.tf").write_text('module "m" {\n  source = "./gone"\n}\n')
    assert of(tmp_path / "main.tf").exit_code is ExitCode.OK
    assert of(tmp_path / "calls.tf").exit_code is ExitCode.UNDECIDED


def test_a_state_of_version_3_says_the_same_as_one_of_version_4(tmp_path: Path) -> None:
    """The exporter leaves version 3 where it finds no Terraform."""
    state = json.loads((RECORDED / "export" / "json" / "terraform.tfstate").read_text())
    found = {
        f"{each['type']}.{each['name']}": {
            "type": each["type"],
            "primary": {"attributes": each["instances"][0]["attributes_flat"]},
        }
        for each in state["resources"]
    }
    old = tmp_path / "old.tfstate"
    old.write_text(
        json.dumps(
            {
                "version": 3,
                "serial": 1,
                "lineage": "x",
                "modules": [{"path": ["root"], "resources": found}],
            }
        )
    )
    asked = [
        [
            (need.permission, need.any_of, need.phase, need.address)
            for need in of(path).operator.needs
        ]
        for path in (old, RECORDED / "export" / "json" / "terraform.tfstate")
    ]
    assert asked[0] == asked[1]
    assert any("oauth:client:add" in any_of for _, any_of, *_ in asked[0])
