"""What tfparse does that the syntactic pass stands beside it for.

Each test pins a measured fact: the day one fails, tfparse has changed and the code that works
around it can be looked at again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tfparse

CLIENT = 'resource "genesyscloud_oauth_client" "c" {\n%s\n}\n'
UNSET = 'variable "x" {}\n'


def parsed(folder: Path, text: str) -> list[dict[str, Any]]:
    (folder / "main.tf").write_text(text)
    loaded = tfparse.load_from_path(str(folder), stop_on_hcl_error=True)
    clients: list[dict[str, Any]] = loaded.get("genesyscloud_oauth_client", [])
    return clients


def test_broken_hcl_is_nothing_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "a" {')
    assert tfparse.load_from_path(str(tmp_path)) == {}
    with pytest.raises(tfparse.ParseError):
        tfparse.load_from_path(str(tmp_path), stop_on_hcl_error=True)


def test_a_folder_without_terraform_is_nothing(tmp_path: Path) -> None:
    assert tfparse.load_from_path(str(tmp_path), stop_on_hcl_error=True) == {}


def test_tfvars_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfvars").write_text('x = ["a"]')
    (client,) = parsed(tmp_path, UNSET + CLIENT % "scopes = var.x")
    assert client["scopes"]["__attribute__"] == "var.x"


@pytest.mark.parametrize(
    "expression",
    [
        'concat(["a"], var.x)',
        "[for s in var.x : s]",
        'var.x ? ["a"] : ["b"]',
        'coalescelist(var.x, ["a"])',
    ],
)
def test_an_unknown_inside_loses_the_whole_value(tmp_path: Path, expression: str) -> None:
    (client,) = parsed(tmp_path, UNSET + CLIENT % f"scopes = {expression}")
    assert client["scopes"] is None


def test_a_client_for_each_of_nothing_known_vanishes(tmp_path: Path) -> None:
    assert parsed(tmp_path, UNSET + CLIENT % "for_each = var.x") == []


def test_an_unknown_count_looks_like_one(tmp_path: Path) -> None:
    (client,) = parsed(tmp_path, UNSET + CLIENT % "count = var.x ? 1 : 0")
    assert client["__tfmeta"]["path"] == "genesyscloud_oauth_client.c[0]"


def test_a_dynamic_block_over_nothing_known_is_dropped(tmp_path: Path) -> None:
    text = CLIENT % (
        'roles {\n    role_id = "a"\n  }\n  dynamic "roles" {\n    for_each = var.x\n'
        "    content {\n      role_id = roles.value\n    }\n  }"
    )
    (client,) = parsed(tmp_path, UNSET + text)
    assert client["roles"]["role_id"] == "a"


def test_override_files_are_not_merged(tmp_path: Path) -> None:
    (tmp_path / "main_override.tf").write_text(CLIENT % 'scopes = ["b"]')
    assert len(parsed(tmp_path, CLIENT % 'scopes = ["a"]')) == 2


def test_a_computed_id_looks_like_a_value(tmp_path: Path) -> None:
    role = 'resource "genesyscloud_auth_role" "r" {\n  name = "r"\n}\n'
    text = role + CLIENT % 'scopes = setunion(["a"], [genesyscloud_auth_role.r.id])'
    (client,) = parsed(tmp_path, text)
    assert len(client["scopes"]) == 2
