"""Combine the inventories of one root module under several tool versions into one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from msgspec.structs import replace

from toolkit.model.clients import Client, Grant, Role
from toolkit.model.inventory import Inventory
from toolkit.model.values import AttributeValue, Unknown, ValueSet
from toolkit.sources.remedies import A_VERSION

_DIFFERS: Final = Unknown("the version that runs this root module", A_VERSION)
_Item = TypeVar("_Item", bound=Hashable)
_Value = TypeVar("_Value")


def joined(inventories: Sequence[Inventory]) -> Inventory:
    """Return one inventory: the values that all versions agree on; the rest is unknown because of
    the version.
    """
    first, *others = inventories
    if not others:
        return first
    roles = {
        address: _role(found, len(inventories))
        for address, found in _by_address([i.roles for i in inventories])
    }
    clients = [
        _with_roles(_client(found, len(inventories)), roles)
        for _, found in _by_address([i.clients for i in inventories])
    ]
    unread = {module.address: module for each in inventories for module in each.unread}
    return replace(
        first,
        clients=tuple(sorted(clients, key=lambda client: client.address)),
        roles=tuple(roles[address] for address in sorted(roles)),
        notes=tuple(sorted({note for each in inventories for note in each.notes})),
        waivers=tuple(dict.fromkeys(waiver for each in inventories for waiver in each.waivers)),
        unread=tuple(unread[address] for address in sorted(unread)),
    )


def _by_address(groups: Iterable[Iterable[_Value]]) -> Iterable[tuple[str, list[_Value]]]:
    found: dict[str, list[_Value]] = {}
    for group in groups:
        for each in group:
            found.setdefault(each.address, []).append(each)  # type: ignore[attr-defined]
    return found.items()


def _same(values: Sequence[_Value]) -> bool:
    return all(value == values[0] for value in values[1:])


def _common(groups: Sequence[Sequence[_Item]]) -> tuple[_Item, ...]:
    return tuple(item for item in groups[0] if all(item in group for group in groups[1:]))


def _union(groups: Iterable[Iterable[Unknown]], *, differ: bool) -> tuple[Unknown, ...]:
    found = dict.fromkeys(reason for group in groups for reason in group)
    return (*found, _DIFFERS) if differ else tuple(found)


def _role(found: Sequence[Role], runs: int) -> Role:
    existence = next((each.existence for each in found if each.existence), None)
    if len(found) < runs:
        existence = _DIFFERS
    if _same(found):
        return replace(found[0], existence=existence)
    permissions = [role.permissions for role in found]
    return replace(
        found[0],
        name=_one([role.name for role in found]),
        permissions=_common(permissions),
        unknown=_union((r.unknown for r in found), differ=not _same([set(p) for p in permissions])),
        existence=existence,
    )


def _one(values: Sequence[_Value]) -> _Value | Unknown:
    return values[0] if _same(values) else _DIFFERS


def _client(found: Sequence[Client], runs: int) -> Client:
    first = found[0]
    existence = next((each.existence for each in found if each.existence), None)
    if len(found) < runs:
        existence = _DIFFERS
    scopes = [each.scopes for each in found]
    grants = [[_held(grant) for grant in each.grants] for each in found]
    kept = _common(grants)
    return replace(
        first,
        name=_one([each.name for each in found]),
        grant_type=_one([each.grant_type for each in found]),
        scopes=ValueSet(
            _common([each.members for each in scopes]),
            _union((s.unknown for s in scopes), differ=not _same([set(s.members) for s in scopes])),
        ),
        grants=tuple(grant for grant in first.grants if _held(grant) in kept),
        grants_unknown=_union(
            (each.grants_unknown for each in found), differ=not _same([set(g) for g in grants])
        ),
        attributes=_attributes([each.attributes for each in found]),
        existence=existence,
    )


def _held(grant: Grant) -> tuple[Hashable, ...]:
    """Return the key that identifies a grant; a role of this root is identified by its address."""
    role = grant.role
    return (
        role.origin,
        role.address,
        role.id,
        role.unknown if not role.address else (),
        (grant.division),
    )


def _attributes(found: Sequence[Mapping[str, AttributeValue]]) -> dict[str, AttributeValue]:
    names = dict.fromkeys(name for each in found for name in each)
    return {name: _one([each.get(name) for each in found]) for name in names}


def _with_roles(client: Client, roles: Mapping[str, Role]) -> Client:
    grants = [
        replace(grant, role=roles.get(grant.role.address or "", grant.role))
        for grant in client.grants
    ]
    return replace(client, grants=tuple(grants))
