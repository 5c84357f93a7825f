"""The stand-in's plans and states have the shapes of the real provider's.

Both come from one configuration, with the same org. A shape is the kind of a value, not its
content: null, an empty string or list, a string, a number; and which attributes are unknown or
sensitive.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.mock.conftest import OpenOrg, open_org
from tests.mock.test_transcripts import world

from .workspace import Workspace

__all__ = ["open_org"]

pytestmark = [pytest.mark.terraform, pytest.mark.server]

RECORDED: Final = Path(__file__).parents[1] / "provider" / "recorded"
#: The edits from `main.tf` to the configuration of `plan-update.json`.
UPDATE: Final = {
    'names  = ["north", "south"]': 'names  = ["north", "south", "east"]',
    'action = "record"': 'action = "view"',
    '["conversations", "users:readonly"]': '["users", "recordings"]',
}
_PARTS: Final = ("before", "after", "after_unknown", "before_sensitive", "after_sensitive")


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((shape(each) for each in value), key=repr)
    if isinstance(value, str):
        return "text" if value else "empty text"
    return value if value is None or isinstance(value, bool) else type(value).__name__


def of_plan(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{kind} {entry['address']}": {
            "actions": entry["change"]["actions"],
            "replaces": entry["change"].get("replace_paths"),
            "reason": entry.get("action_reason"),
            **{part: shape(entry["change"].get(part)) for part in _PARTS},
        }
        for kind in ("resource_changes", "resource_drift")
        for entry in plan.get(kind, [])
    }


def of_shown(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    modules = [state["values"]["root_module"]]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", [])
        for entry in module["resources"]:
            found[entry["address"]] = {
                "version": entry["schema_version"],
                "values": shape(entry["values"]),
                "sensitive": shape(entry["sensitive_values"]),
            }
    return found


def of_file(state: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{each.get('module', '')} {each['mode']} {each['type']} {each['name']} {index}": {
            "version": instance["schema_version"],
            "values": shape(instance["attributes"]),
            "sensitive": shape(instance["sensitive_attributes"]),
        }
        for each in state["resources"]
        for instance in each["instances"]
        for index in [instance.get("index_key")]
    }


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    return found


def test_every_shape_is_the_real_providers(workspace: Workspace, open_org: OpenOrg) -> None:
    org = open_org(scenario=world())
    operator = org.scenario.subjects.operator
    workspace = Workspace(
        workspace.directory,
        workspace.cli_config,
        {
            "GENESYSCLOUD_OAUTHCLIENT_ID": operator.client,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": operator.secret,
            "TF_VAR_gateway_port": org.url.rpartition(":")[2],
        },
    )
    shutil.copytree(RECORDED / "recorder", workspace.directory / "recorder")
    main = (RECORDED / "main.tf").read_text(encoding="utf-8")
    path = workspace.directory / "main.tf"
    path.write_text(re.sub(r' *version = "1\.81\.0"\n', "", main))
    workspace.init()
    assert of_plan(workspace.plan()) == of_plan(recorded("plan-create.json"))

    assert of_shown(workspace.apply()) == of_shown(recorded("show-state.json"))
    written = json.loads((workspace.directory / "terraform.tfstate").read_text())
    assert of_file(written) == of_file(recorded("state.json"))
    assert of_plan(workspace.plan()) == of_plan(recorded("plan-again.json"))

    text = path.read_text()
    for before, after in UPDATE.items():
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    assert of_plan(workspace.plan()) == of_plan(recorded("plan-update.json"))
    workspace.apply()
    written = json.loads((workspace.directory / "terraform.tfstate").read_text())
    assert of_file(written) == of_file(recorded("state-updated.json"))
    assert of_plan(workspace.plan("-destroy")) == of_plan(recorded("plan-destroy.json"))
