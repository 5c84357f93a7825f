"""In JSON syntax the schema decides what is a block; a module call's arguments can have
any name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.hcl.reading import read

NAMES = ("roles", "permission_policies", "conditions", "backend", "content", "dynamic")
CLIENT = {
    "name": "c",
    "authorized_grant_type": "CODE",
    "scopes": [f"${{var.{name}}}" for name in NAMES],
}


def write(folder: Path, files: dict[str, Any]) -> str:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("override", [False, True])
def test_arguments_of_a_module_call_are_no_blocks(tmp_path: Path, override: bool) -> None:
    files: dict[str, Any] = {
        "main.tf.json": {"module": {"m": {"source": "./m"} | {name: name for name in NAMES}}},
        "m/main.tf.json": {
            "variable": {name: {"default": "no"} for name in NAMES},
            "resource": {"genesyscloud_oauth_client": {"c": CLIENT}},
        },
    }
    if override:
        files["m/x_override.tf"] = ""
    (client,) = read(write(tmp_path, files)).clients
    assert client.scopes.complete
    assert set(client.scopes.members) == set(NAMES)


def test_blocks_in_blocks_stay_blocks(tmp_path: Path) -> None:
    policy = {"domain": "recording", "entity_name": "session", "action_set": ["write"]}
    conditions = {"dynamic": {"conditions": {"for_each": ["a"], "content": {"conjunction": "AND"}}}}
    role = {"name": "r", "permission_policies": [policy, policy | conditions]}
    client = {
        "name": "c",
        "authorized_grant_type": "CLIENT-CREDENTIALS",
        "dynamic": {
            "roles": {
                "for_each": ["${genesyscloud_auth_role.r.id}"],
                "content": {"role_id": "${roles.value}"},
            }
        },
    }
    resources = {
        "genesyscloud_auth_role": {"r": role},
        "genesyscloud_oauth_client": {"c": client},
    }
    found = read(write(tmp_path, {"main.tf.json": {"resource": resources}}))
    (grant,) = found.clients[0].grants
    assert [each.conditional for each in grant.role.permissions] == [False, True]


def test_an_array_of_objects_is_all_of_them(tmp_path: Path) -> None:
    client = {"name": "c", "authorized_grant_type": "CODE"}
    document = [{"resource": {"genesyscloud_oauth_client": {"c": client}}}, {"locals": {}}]
    files = {"main.tf.json": document, "x_override.tf": ""}
    assert len(read(write(tmp_path, files)).clients) == 1


def test_half_a_surrogate_is_no_character(tmp_path: Path) -> None:
    client = '{"name": "x\\ud800", "authorized_grant_type": "CODE", "scopes": ["\\udc00"]}'
    text = f'{{"resource": {{"genesyscloud_oauth_client": {{"c": {client}}}}}}}'
    files = {"main.tf.json": text, "x_override.tf": ""}
    (found,) = read(write(tmp_path, files)).clients
    assert (found.name, found.scopes.members) == ("x\ufffd", ("\ufffd",))
