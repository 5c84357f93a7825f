"""`diff` of plans of the real provider; the expected results were written by hand.

`tests/provider` describes the plans; the name of each says what changes in it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.workflows.test_diff import told
from toolkit.errors import UsageError
from toolkit.model.changes import ChangeKind, Identity
from toolkit.model.report import Report
from toolkit.workflows import diff

RECORDED = Path(__file__).parents[1] / "provider" / "recorded"
HOME = "00000000-0000-4000-8000-0000000000d0"
ROLE = "module.recorder.genesyscloud_auth_role.role"
AGENT = "genesyscloud_user_roles.agent"


def of(name: str) -> Report:
    report = diff(str(RECORDED / f"plan-{name}.json"), environ={})
    assert not report.errors
    return report


def by_client(report: Report) -> dict[str, set[str]]:
    """Return the changes of each client, without operations."""
    assert report.changes is not None
    names = {change.client for change in report.changes}
    return {
        name: told(
            Report(
                "diff", "", changes=tuple(each for each in report.changes if each.client == name)
            )
        )
        for name in names
    }


def test_an_update_of_the_modules_roles() -> None:
    view, record = "permission conversation:call:view", "permission conversation:call:record"
    assert by_client(of("update")) == {
        "recorder-desktop": {"+ scope recordings", "+ scope users", "- scope conversations"},
        "recorder-exposed": {f"+ {view} *", f"- {record} *"},
        "recorder-north": {f"+ {view} {HOME}", f"- {record} {HOME}"},
        "recorder-south": {f"+ {view} {HOME}", f"- {record} {HOME}"},
        "recorder-east": {
            "+ client recorder-east",
            f"+ {view} home",
            f'+ grant {ROLE}["east"] home',
        },
        AGENT: {f"+ {view} home", f"- {record} home"},
        "Recorder east": {f'+ role {ROLE}["east"]'},
    }


def test_who_can_still_start_a_recording_after_the_update() -> None:
    report = of("update")
    assert report.changes is not None
    lost = {
        change.client
        for change in report.changes
        if change.name == "patchConversationsCallParticipant" and change.direction == "loss"
    }
    assert lost == {"recorder-north", "recorder-south", "recorder-desktop", AGENT}


def test_a_moved_client_is_the_same_client() -> None:
    assert of("moved").changes == _named_as(of("drift"), "moved")


def _named_as(report: Report, name: str) -> Any:
    assert report.changes is not None
    return tuple(
        replace(change, root=change.root.replace("drift", name)) for change in report.changes
    )


def test_a_client_with_another_label_is_another_client() -> None:
    report = of("renamed")
    assert report.changes is not None
    replaced = [change for change in report.changes if change.identity is Identity.REPLACED]
    assert {(c.kind, c.direction, c.address, c.before) for c in replaced} == {
        (
            ChangeKind.CLIENT,
            direction,
            "genesyscloud_oauth_client.desk",
            "genesyscloud_oauth_client.desktop",
        )
        for direction in ("gain", "loss")
    }
    others = tuple(change for change in report.changes if change not in replaced)
    assert others == _named_as(of("drift"), "renamed")


def test_drift_is_undone() -> None:
    add, lose = "+ permission conversation:call:view", "- permission conversation:call:monitor"
    assert by_client(of("drift")) == {
        "recorder-exposed": {f"{add} *", f"{lose} *"},
        "recorder-north": {f"{add} {HOME}", f"{lose} {HOME}"},
    }


@pytest.mark.parametrize("name", ["refresh-only", "again"])
def test_nothing_changes(name: str) -> None:
    assert of(name).changes == ()


def test_a_client_that_is_replaced_and_what_target_leaves_out() -> None:
    report = of("replace-target")
    assert report.changes is not None
    assert {(c.client, c.kind, c.direction, c.identity) for c in report.changes} == {
        ("recorder-desktop", ChangeKind.CLIENT, direction, Identity.REPLACED)
        for direction in ("gain", "loss")
    }


def test_everything_goes() -> None:
    report = of("destroy")
    assert report.changes is not None
    assert {c.direction for c in report.changes} == {"loss"}
    gone = {c.client for c in report.changes if c.kind is ChangeKind.CLIENT}
    assert len(gone) == 7


def test_everything_is_new() -> None:
    report = of("create")
    assert report.changes is not None
    assert {c.direction for c in report.changes} == {"gain"}
    possible = {c.client for c in report.changes if c.reasons}
    # The user exists already, with roles that no plan shows.
    assert possible == {"recorder-credential", AGENT, "Employee"}


def test_a_state_before_and_after_is_what_the_plan_between_them_says() -> None:
    states = diff(str(RECORDED / "state.json"), str(RECORDED / "state-updated.json"), environ={})
    # The earlier state has a legacy permission that the provider never removes.
    lost = by_client(states).pop("Employee")
    assert lost == {"- permission group_creation"}
    assert by_client(states).keys() - {"Employee"} == by_client(of("update")).keys()
    assert by_client(states)[AGENT] == by_client(of("update"))[AGENT]


def test_a_plan_of_an_import_changes_no_access(tmp_path: Path) -> None:
    plan = json.loads((RECORDED / "plan-again.json").read_text(encoding="utf-8"))
    prior = plan["prior_state"]["values"]["root_module"]["resources"]
    address = "genesyscloud_oauth_client.desktop"
    plan["prior_state"]["values"]["root_module"]["resources"] = [
        each for each in prior if each["address"] != address
    ]
    (change,) = (c for c in plan["resource_changes"] if c["address"] == address)
    change["change"]["importing"] = {"id": "x"}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert diff(str(path), environ={}).changes == ()


def test_a_plan_that_forgets_a_client_changes_no_access(tmp_path: Path) -> None:
    plan = json.loads((RECORDED / "plan-again.json").read_text(encoding="utf-8"))
    address = "genesyscloud_oauth_client.desktop"
    (change,) = (c for c in plan["resource_changes"] if c["address"] == address)
    change["change"].update(actions=["forget"], after=None)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert diff(str(path), environ={}).changes == ()


def test_a_state_alone_is_nothing_to_compare() -> None:
    with pytest.raises(UsageError, match="is not a plan"):
        diff(str(RECORDED / "state.json"), environ={})


@pytest.mark.parametrize("state", ["state.json", "show-state.json"])
def test_a_state_is_what_its_folder_makes(tmp_path: Path, state: str) -> None:
    """A state has the home division by its id, and legacy permissions that the Terraform lacks:
    neither counts as a change.
    """
    shutil.copy(RECORDED / "main.tf", tmp_path)
    shutil.copytree(RECORDED / "recorder", tmp_path / "recorder")
    sides = str(RECORDED / state), str(tmp_path)
    for base, head in (sides, sides[::-1]):
        report = diff(base, head, variables=[("var", "gateway_port=1")], environ={})
        assert (report.errors, report.changes) == ((), ())
    main = tmp_path / "main.tf"
    text = main.read_text()
    written = 'integration_credential_name = "Recorder\'s credential"\n  roles {\n'
    assert written in text
    main.write_text(text.replace(written, f'{written}    division_id = "*"\n'))
    report = diff(*sides, variables=[("var", "gateway_port=1")], environ={})
    assert {"+ grant data.genesyscloud_auth_role.bystander *"} <= told(report)


def test_a_role_that_is_written_twice_may_be_anywhere(tmp_path: Path) -> None:
    """If the org has only one of two grants, it is unknown which of them that is."""
    shutil.copy(RECORDED / "main.tf", tmp_path)
    shutil.copytree(RECORDED / "recorder", tmp_path / "recorder")
    main = tmp_path / "recorder" / "main.tf"
    block = "  roles {\n    role_id = genesyscloud_auth_role.role[each.key].id\n  }\n"
    text = main.read_text()
    assert text.count(block) == 1, text
    twice = block + block.replace("  }\n", '    division_id = "*"\n  }\n', 1)
    main.write_text(text.replace(block, twice))
    report = diff(
        str(RECORDED / "state.json"),
        str(tmp_path),
        variables=[("var", "gateway_port=1")],
        environ={},
    )
    assert "+ permission conversation:call:record *" in told(report)
    assert f"?- permission conversation:call:record {HOME}" not in told(report)


@pytest.mark.parametrize("export", ["export/json", "export/hcl", "export/json/terraform.tfstate"])
@pytest.mark.parametrize("turned", [False, True])
def test_an_export_has_the_clients_of_a_state_under_other_labels(export: str, turned: bool) -> None:
    """They are the same by their ids, else by their names; the export is of a later day."""
    sides = [str(RECORDED / export), str(RECORDED / "state-updated.json")]
    report = diff(*(sides[::-1] if turned else sides), environ={})
    assert not report.errors
    assert report.changes is not None
    assert Identity.REPLACED not in {change.identity for change in report.changes}
    recorders = {
        change.client for change in report.changes if change.kind is not ChangeKind.OPERATION
    }
    assert not recorders & {"recorder-desktop", "recorder-site"}


def test_what_is_tainted_is_replaced_by_the_apply_of_its_folder(tmp_path: Path) -> None:
    state = json.loads((RECORDED / "state.json").read_text(encoding="utf-8"))
    for resource in state["resources"]:
        if resource["name"] in ("desktop", "wildcard"):
            resource["instances"][0]["status"] = "tainted"
    (tmp_path / "tainted.json").write_text(json.dumps(state), encoding="utf-8")
    shutil.copy(RECORDED / "main.tf", tmp_path)
    shutil.copytree(RECORDED / "recorder", tmp_path / "recorder")
    base, head = str(tmp_path / "tainted.json"), str(tmp_path)
    report = diff(base, head, variables=[("var", "gateway_port=1")], environ={})
    assert report.changes is not None
    replaced = {each.address for each in report.changes if each.identity is Identity.REPLACED}
    assert replaced == {"genesyscloud_oauth_client.desktop", "genesyscloud_auth_role.wildcard"}
    assert diff(str(RECORDED / "state.json"), base, environ={}).changes == ()
