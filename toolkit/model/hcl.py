"""Terraform code that fixes a finding, to be added to the existing code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE

_LABEL = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_INDEX = pattern(r"\[[^]]*\]$")


def quoted(text: str) -> str:
    """Return an HCL string literal. Template sequences in the text are escaped."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def label_of(address: str | None) -> str:
    """Return the label for the block: the address's own, or a placeholder."""
    name = _INDEX.sub("", address or "").rpartition(f"{CLIENT_TYPE}.")[2]
    return name if _LABEL.fullmatch(name) else "recorder"


def client_block(address: str | None, lines: Iterable[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f'resource "{CLIENT_TYPE}" "{label_of(address)}" {{\n{body}\n}}'


def scopes(address: str | None, held: Iterable[str], missing: Iterable[str]) -> str:
    """Return the client with the scopes that it has and those that it needs."""
    return client_block(address, _scopes(dict.fromkeys([*held, *missing])))


def for_a_person(address: str | None, needed: Iterable[str]) -> str:
    """Return the client as a user-grant client with the scopes that it needs."""
    return client_block(address, ['authorized_grant_type = "CODE"', *_scopes(needed)])


def _scopes(names: Iterable[str]) -> list[str]:
    return ["scopes = [", *(f"  {quoted(name)}," for name in names), "]"]


def policies(permissions: Iterable[str]) -> list[str]:
    """Return the lines of a role that grants exactly these ``domain:entity:action`` permissions."""
    lines = []
    for permission in permissions:
        domain, entity, action = permission.split(":")
        inner = (f"  {line}" for line in policy(domain, entity, [action]))
        lines += ["permission_policies {", *inner, "}"]
    return lines


def policy(domain: str, entity: str, actions: Iterable[str]) -> list[str]:
    """Return the lines inside a `permission_policies` block that grants these actions."""
    return [
        f"domain      = {quoted(domain)}",
        f"entity_name = {quoted(entity)}",
        f"action_set  = [{', '.join(map(quoted, actions))}]",
    ]


def policy_value(domain: str, entity: str, actions: Iterable[str]) -> dict[str, Any]:
    """Return the same as an object of Terraform's JSON syntax."""
    return {"domain": domain, "entity_name": entity, "action_set": list(actions)}


def role_value(permissions: Iterable[str], name: str) -> dict[str, Any]:
    """Return the body of a role with only these permissions, as an object of JSON syntax."""
    parts = [each.split(":") for each in permissions]
    policies = [policy_value(domain, entity, [action]) for domain, entity, action in parts]
    return {"name": name, "permission_policies": policies}


def role(permissions: Iterable[str], label: str = "recorder", name: str = "Recorder") -> str:
    """Return a role with only these permissions."""
    body = "\n".join(f"  {line}" for line in policies(permissions))
    return f'resource "genesyscloud_auth_role" "{label}" {{\n  name = {quoted(name)}\n{body}\n}}'


def role_of_client(address: str | None, permissions: Iterable[str]) -> str:
    """Return the role, and a client with that role."""
    grant = ["roles {", "  role_id = genesyscloud_auth_role.recorder.id", "}"]
    return f"{role(permissions)}\n\n{client_block(address, grant)}"
