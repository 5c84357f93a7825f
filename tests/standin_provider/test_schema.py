"""The stand-in's schemas, and those for reading HCL, are the real provider's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from toolkit.sources.hcl import schemas as read_by

from . import schemas
from .provider import StandinProvider

RECORDED = Path(__file__).parents[1] / "provider" / "recorded" / "schema.json"
(REAL,) = json.loads(RECORDED.read_text(encoding="utf-8"))["provider_schemas"].values()
NESTING = {1: "single", 2: "list", 3: "set", 4: "map"}
STAND_INS = {
    ("resource_schemas", "genesyscloud_integration_credential"): schemas.INTEGRATION_CREDENTIAL,
    ("resource_schemas", "genesyscloud_integration"): schemas.INTEGRATION,
    ("resource_schemas", "genesyscloud_user_roles"): schemas.USER_ROLES,
    ("resource_schemas", "genesyscloud_group_roles"): schemas.GROUP_ROLES,
    ("data_source_schemas", "genesyscloud_oauth_client"): schemas.OAUTH_CLIENT_DATA,
    ("resource_schemas", "genesyscloud_oauth_client"): schemas.OAUTH_CLIENT,
    ("resource_schemas", "genesyscloud_auth_role"): schemas.AUTH_ROLE,
    ("resource_schemas", "genesyscloud_auth_division"): schemas.AUTH_DIVISION,
    ("data_source_schemas", "genesyscloud_auth_role"): schemas.AUTH_ROLE_DATA,
    ("data_source_schemas", "genesyscloud_auth_division_home"): schemas.DIVISION_HOME_DATA,
}
FLAGS = ("required", "optional", "computed", "sensitive")


def of_real(block: dict[str, Any]) -> dict[str, Any]:
    return {
        **{
            name: (json.dumps(each["type"]), *(bool(each.get(flag)) for flag in FLAGS))
            for name, each in block.get("attributes", {}).items()
        },
        **{
            name: (
                each["nesting_mode"],
                each.get("min_items", 0),
                each.get("max_items", 0),
                of_real(each["block"]),
            )
            for name, each in block.get("block_types", {}).items()
        },
    }


def of_stand_in(block: Any) -> dict[str, Any]:
    return {
        **{
            each.name: (
                json.dumps(json.loads(each.type)),
                *(getattr(each, flag) for flag in FLAGS),
            )
            for each in block.attributes
        },
        **{
            each.type_name: (
                NESTING[each.nesting],
                each.min_items,
                each.max_items,
                of_stand_in(each.block),
            )
            for each in block.block_types
        },
    }


@pytest.mark.parametrize(("kind", "name"), STAND_INS)
def test_the_stand_in_has_the_real_schema(kind: str, name: str) -> None:
    real = REAL[kind][name]
    message = STAND_INS[kind, name].to_pb()
    assert of_stand_in(message.block) == of_real(real["block"])
    assert message.version == real["version"]


def test_the_provider_itself_has_the_real_schema() -> None:
    message = schemas.PROVIDER.to_pb()
    assert of_stand_in(message.block) == of_real(REAL["provider"]["block"])


def test_every_type_of_the_stand_in_is_held_to_the_real_schema() -> None:
    stand_in = StandinProvider({})
    types: list[tuple[str, Sequence[Any]]] = [
        ("resource_schemas", stand_in.get_resources()),
        ("data_source_schemas", stand_in.get_data_sources()),
    ]
    offered = {
        (kind, f"genesyscloud_{each.get_name()}"): each.get_schema()
        for kind, classes in types
        for each in classes
    }
    assert offered == STAND_INS


def of_reader(schema: read_by.Schema) -> dict[str, Any]:
    return {
        **{
            name: (str(kind), name in schema.required, name in schema.computed)
            for name, kind in schema.attributes.items()
        },
        **{name: (each.is_list, of_reader(each)) for name, each in schema.blocks.items()},
    }


def of_document(block: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in block.get("attributes", {}).items():
        kind = each["type"]
        text = kind if isinstance(kind, str) else f"{kind[0]} of {kind[1]}"
        found[name] = (text, bool(each.get("required")), bool(each.get("computed")))
    for name, each in block.get("block_types", {}).items():
        found[name] = (each["nesting_mode"] == "list", of_document(each["block"]))
    return found


@pytest.mark.parametrize("name", read_by.RESOURCES)
def test_hcl_is_read_by_the_real_schema(name: str) -> None:
    real = of_document(REAL["resource_schemas"][name]["block"])
    assert of_reader(read_by.RESOURCES[name]) == real


@pytest.mark.parametrize(
    "name", [each for each in read_by.DATA_SOURCES if each in REAL["data_source_schemas"]]
)
def test_data_sources_are_read_by_the_real_schema(name: str) -> None:
    real = of_document(REAL["data_source_schemas"][name]["block"])
    assert of_reader(read_by.DATA_SOURCES[name]) == real
