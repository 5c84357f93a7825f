"""Build the clients of a test case as model objects, without Terraform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolkit.model.clients import (
    ALL_DIVISIONS,
    CLIENT_TYPE,
    ROLE_TYPE,
    SENSITIVE_ATTRIBUTES,
    Client,
    Division,
    Grant,
    Role,
    RolePermission,
)
from toolkit.model.inventory import Inventory
from toolkit.model.values import AttributeValue, Redacted, Unknown, ValueSet
from toolkit.policy.cases import UnknownValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.policy.cases import CaseClient, CaseRole

_BY_CASE: Final = "another case: this one says that it is not known"


def inventory_of(clients: Sequence[CaseClient], root: str) -> Inventory:
    """Return an inventory of these clients."""
    addresses: list[str] = []
    built = []
    for number, client in enumerate(clients, 1):
        address = client.address or _address(client, number, addresses)
        addresses.append(address)
        built.append(_client(client, address, root))
    return Inventory(root, "clients", tuple(sorted(built, key=lambda each: each.address)))


def _address(client: CaseClient, number: int, taken: Sequence[str]) -> str:
    label = _label(client.name) if isinstance(client.name, str) else f"client_{number}"
    address = f"{CLIENT_TYPE}.{label}"
    return f"{address}_{number}" if address in taken else address


def _label(name: str) -> str:
    """Return the name as a valid block label."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)


def _client(client: CaseClient, address: str, root: str) -> Client:
    grants: tuple[Grant, ...] = ()
    grants_unknown: tuple[Unknown, ...] = ()
    if isinstance(client.roles, UnknownValue):
        grants_unknown = (_unknown(client.roles),)
    else:
        grants = tuple(_grant(role) for role in client.roles)
    return Client(
        root=root,
        address=address,
        name=_text(client.name),
        grant_type=_text(client.grant_type),
        scopes=_scopes(client.scopes),
        grants=grants,
        grants_unknown=grants_unknown,
        attributes=dict(_attributes(client)),
        existence=None if client.exists is None else _unknown(client.exists),
    )


def _scopes(scopes: Sequence[str | UnknownValue] | UnknownValue) -> ValueSet:
    listed = (scopes,) if isinstance(scopes, UnknownValue) else scopes
    members = sorted({scope for scope in listed if isinstance(scope, str)})
    unknown = (_unknown(scope) for scope in listed if isinstance(scope, UnknownValue))
    return ValueSet(tuple(members), tuple(dict.fromkeys(unknown)))


def _grant(role: CaseRole) -> Grant:
    division: Division
    match role.division:
        case "home":
            division = None
        case "all":
            division = ALL_DIVISIONS
        case other:
            division = _text(other)
    return Grant(_role(role), division)


def _role(role: CaseRole) -> Role:
    unknown = () if role.unknown is None else (Unknown(role.unknown, _BY_CASE),)
    if role.permissions is None:
        # As in any source: a role that is only referenced always has a reason why it is unknown.
        reference = Unknown(role.name or role.id or "", "`roles:` in the policy")
        return Role("undefined", id=role.id, name=role.name, unknown=unknown or (reference,))
    return Role(
        "resource",
        address=f"{ROLE_TYPE}.{_label(role.name or role.id or 'role')}",
        id=role.id,
        name=role.name,
        permissions=tuple(RolePermission(pattern) for pattern in role.permissions),
        unknown=unknown,
    )


def _attributes(client: CaseClient) -> Iterator[tuple[str, AttributeValue]]:
    yield "name", _text(client.name)
    yield "authorized_grant_type", _text(client.grant_type)
    if client.scopes:
        yield "scopes", _scopes(client.scopes)
    for name, value in client.settings.items():
        if value is None:
            continue
        if isinstance(value, UnknownValue):
            yield name, _unknown(value)
        elif isinstance(value, tuple):
            yield name, ValueSet(tuple(sorted(set(value))))
        elif name in SENSITIVE_ATTRIBUTES:
            yield name, Redacted()
        else:
            yield name, value


def _text(value: str | UnknownValue) -> str | Unknown:
    return _unknown(value) if isinstance(value, UnknownValue) else value


def _unknown(value: UnknownValue) -> Unknown:
    return Unknown(value.unknown, _BY_CASE)
