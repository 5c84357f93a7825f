"""Handmade plans, for cases that Terraform cannot produce here or shows too much of.

Real plans are in `fixtures/`. The shapes follow those of Terraform 1.11.4.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.model.clients import Client, OwnDivision, Role
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown
from toolkit.sources.json_input import read_json
from toolkit.sources.plan.plan_references import ResolveLocal

FIXTURES = Path(__file__).parent / "fixtures"
CLIENT = "genesyscloud_oauth_client"
ROLE = "genesyscloud_auth_role"

Json = dict[str, Any]


def fixture(name: str) -> Inventory:
    return read_json((FIXTURES / name).read_bytes(), name)


def change(
    name: str,
    after: Json | None = None,
    unknown: Json | bool = False,
    *,
    type_: str = CLIENT,
    index: int | str | None = None,
    module: str = "",
    actions: Sequence[str] = ("create",),
    mode: str = "managed",
    sensitive: Json | bool = False,
    **more: Any,
) -> Json:
    """Return one entry of `resource_changes`."""
    address = f"{module}." if module else ""
    address += "data." if mode == "data" else ""
    address += f"{type_}.{name}" + ("" if index is None else f"[{json.dumps(index)}]")
    entry: Json = {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        "change": {
            "actions": list(actions),
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "after_sensitive": sensitive,
        },
        **more,
    }
    if module:
        entry["module_address"] = module
    if index is not None:
        entry["index"] = index
    return entry


def client(name: str = "c", roles: Any = (), unknown_roles: Any = (), **keywords: Any) -> Json:
    """Return a CLIENT-CREDENTIALS client with `roles` entries and their `after_unknown`."""
    after = {"name": name, "authorized_grant_type": "CLIENT-CREDENTIALS", "roles": list(roles)}
    unknown = {"roles": unknown_roles if unknown_roles is True else list(unknown_roles)}
    return change(name, after, unknown, **keywords)


def role(name: str, role_id: str | None = None, **keywords: Any) -> Json:
    """Return a role; without an id it is created."""
    policy = {"domain": "recording", "entity_name": name, "action_set": ["view"], "conditions": []}
    after: Json = {"name": name, "permission_policies": [policy]}
    if role_id is not None:
        after["id"] = role_id
    return change(name, after, {"id": role_id is None}, type_=ROLE, **keywords)


def block(role_id: Any, division: Any = None) -> Json:
    """Return a `roles` block of the configuration."""
    return {"role_id": role_id} | ({} if division is None else {"division_id": division})


def refs(*texts: str) -> Json:
    """Return an expression with references and the shorter forms that Terraform lists."""
    listed: list[str] = []
    for text in texts:
        listed.append(text)
        while text.count(".") > (2 if text.startswith("data.") else 1):
            text = text.rpartition(".")[0]
            listed.append(text)
    return {"references": listed}


def constant(value: Any) -> Json:
    return {"constant_value": value}


def configured(name: str, roles: Sequence[Json] = (), *, type_: str = CLIENT, **more: Any) -> Json:
    expressions = {"roles": list(roles)} if roles else {}
    return {
        "address": f"{type_}.{name}",
        "mode": "managed",
        "type": type_,
        "name": name,
        "expressions": expressions,
        **more,
    }


def plan(
    changes: Sequence[Json], root_module: Mapping[str, Any] | None = None, **more: Any
) -> Json:
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": list(changes),
        "configuration": {"root_module": dict(root_module or {})},
        "complete": True,
        "errored": False,
        **more,
    }
    return {key: value for key, value in document.items() if value is not ...}


def read(document: Json, resolve_local: ResolveLocal | None = None) -> Inventory:
    return read_json(json.dumps(document).encode(), "plan.json", resolve_local=resolve_local)


def by_address(inventory: Inventory) -> dict[str, Client]:
    return {client.address: client for client in inventory.clients}


def roles_by_address(inventory: Inventory) -> dict[str, Role]:
    return {role.address or "": role for role in inventory.roles}


def grants(client: Client) -> set[tuple[str, str | None]]:
    """Return the roles by label with their divisions; an unknown division is ``?reference``."""
    return {
        (
            grant.role.label,
            f"?{grant.division.reference}"
            if isinstance(grant.division, Unknown)
            else grant.division.label
            if isinstance(grant.division, OwnDivision)
            else grant.division,
        )
        for grant in client.grants
    }


def why(client: Client) -> list[str]:
    """Return the references that leave the client's roles open."""
    return [unknown.reference for unknown in client.grants_unknown]
