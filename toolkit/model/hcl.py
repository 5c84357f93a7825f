"""The Terraform that mends what is wrong, to be added to what is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from toolkit.lazily import pattern
from toolkit.model.clients import CLIENT_TYPE

_LABEL = pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_INDEX = pattern(r"\[[^]]*\]$")


def quoted(text: str) -> str:
    """A string as HCL writes it; what would be a template stays text."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def label_of(address: str | None) -> str:
    """The name in the block's header: the address's own, or one to replace."""
    name = _INDEX.sub("", address or "").rpartition(f"{CLIENT_TYPE}.")[2]
    return name if _LABEL.fullmatch(name) else "recorder"


def client_block(address: str | None, lines: Iterable[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f'resource "{CLIENT_TYPE}" "{label_of(address)}" {{\n{body}\n}}'


def scopes(address: str | None, held: Iterable[str], missing: Iterable[str]) -> str:
    """The client with the scopes that it needs beside those that it has."""
    return client_block(address, _scopes(dict.fromkeys([*held, *missing])))


def for_a_person(address: str | None, needed: Iterable[str]) -> str:
    """The client as one that a person logs in to, with the scopes that it needs."""
    return client_block(address, ['authorized_grant_type = "CODE"', *_scopes(needed)])


def _scopes(names: Iterable[str]) -> list[str]:
    return ["scopes = [", *(f"  {quoted(name)}," for name in names), "]"]


def policies(permissions: Iterable[str]) -> list[str]:
    """The lines of a role that permit exactly these, each ``domain:entity:action``."""
    lines = []
    for permission in permissions:
        domain, entity, action = permission.split(":")
        inner = (f"  {line}" for line in policy(domain, entity, [action]))
        lines += ["permission_policies {", *inner, "}"]
    return lines


def policy(domain: str, entity: str, actions: Iterable[str]) -> list[str]:
    """The lines within a block that permits these actions."""
    return [
        f"domain      = {quoted(domain)}",
        f"entity_name = {quoted(entity)}",
        f"action_set  = [{', '.join(map(quoted, actions))}]",
    ]


def policy_value(domain: str, entity: str, actions: Iterable[str]) -> dict[str, Any]:
    """The same as an object of JSON syntax."""
    return {"domain": domain, "entity_name": entity, "action_set": list(actions)}


def role_value(permissions: Iterable[str], name: str) -> dict[str, Any]:
    """The body of a role that has nothing else, as an object of JSON syntax."""
    parts = [each.split(":") for each in permissions]
    policies = [policy_value(domain, entity, [action]) for domain, entity, action in parts]
    return {"name": name, "permission_policies": policies}


def role(permissions: Iterable[str], label: str = "recorder", name: str = "Recorder") -> str:
    """A role that has nothing else."""
    body = "\n".join(f"  {line}" for line in policies(permissions))
    return f'resource "genesyscloud_auth_role" "{label}" {{\n  name = {quoted(name)}\n{body}\n}}'


def role_of_client(address: str | None, permissions: Iterable[str]) -> str:
    """The role, and the client that is granted it."""
    grant = ["roles {", "  role_id = genesyscloud_auth_role.recorder.id", "}"]
    return f"{role(permissions)}\n\n{client_block(address, grant)}"
