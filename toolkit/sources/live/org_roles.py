"""Roles that a Terraform source leaves open, decided by what the org says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown
from toolkit.sources.role_index import both

#: Origins of a role of which Terraform has no more than a name or an id.
_ELSEWHERE = frozenset({"undefined", "data"})
_NOT_THERE = "a role that the org has"
_AMBIGUOUS = "an id, since several roles of the org have that name"


class OrgRoles:
    """The roles of an org, found by id, or by the whole of their name."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._by_id = {role.id: role for role in roles}
        self._by_name: defaultdict[str, list[Role]] = defaultdict(list)
        for role in self._by_id.values():
            if isinstance(role.name, str):
                self._by_name[role.name].append(role)

    def decide(self, inventory: Inventory) -> Inventory:
        """The inventory with what the org grants in the roles that it does not define itself.

        A role with an id is looked for by that alone, since roles can be renamed. One that the org
        does not have stays unknown, and says so. One that the inventory does define, by the name
        that the org knows it by, is what is written for it: the next apply makes it so.
        """
        written: defaultdict[str, list[Role]] = defaultdict(list)
        for role in inventory.roles:
            if role.origin == "resource" and isinstance(role.name, str):
                written[role.name].append(role)
        return inventory.with_roles(lambda role: self._decided(role, written))

    def _decided(self, role: Role, written: Mapping[str, Sequence[Role]]) -> Role:
        name = role.name if isinstance(role.name, str) else None
        if role.origin not in _ELSEWHERE or (role.id is None and name is None):
            return role
        if role.id is not None:
            found = [self._by_id[role.id]] if role.id in self._by_id else []
        else:
            found = self._by_name.get(name or "", [])
        if len(found) == 1:
            return _as_written(found[0], role, written)
        decided_by = _AMBIGUOUS if found else _NOT_THERE
        return replace(role, unknown=(Unknown(role.label, decided_by),))


def _as_written(found: Role, named: Role, written: Mapping[str, Sequence[Role]]) -> Role:
    """A role of the org, `named` by what Terraform has of it, as Terraform writes it if it does."""
    same = written.get(found.name, ()) if isinstance(found.name, str) else ()
    if len(same) == 1 and same[0].existence is None and same[0].id in (None, found.id):
        return replace(same[0], id=found.id)
    role = replace(found, address=named.address, location=named.location)
    for each in same:
        role = both(role, each)
    return role


def undecided(inventory: Inventory, decided_by: str) -> Inventory:
    """The inventory with the same roles left open, since those of the org may not be read."""

    def told(role: Role) -> Role:
        if role.origin not in _ELSEWHERE:
            return role
        return replace(
            role, unknown=tuple(Unknown(each.reference, decided_by) for each in role.unknown)
        )

    return inventory.with_roles(told)
