"""Complete roles that a Terraform source leaves open with what the org says about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown
from toolkit.sources.role_index import both

#: Origins of a role of which Terraform knows only a name or an id.
_ELSEWHERE = frozenset({"undefined", "data"})
_NOT_THERE = "a role that the org has"
_AMBIGUOUS = "an id, since several roles of the org have that name"


class OrgRoles:
    """The roles of an org, found by id or by full name."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._by_id = {role.id: role for role in roles}
        self._by_name: defaultdict[str, list[Role]] = defaultdict(list)
        for role in self._by_id.values():
            if isinstance(role.name, str):
                self._by_name[role.name].append(role)

    def decide(self, inventory: Inventory) -> Inventory:
        """Return the inventory, with the org's grants for roles that the inventory does not define.

        A role with an id is looked up only by the id, since roles can be renamed. A role that the
        org does not have stays unknown, with a reason. If the org's role has the name of a role
        that the inventory defines, the definition counts: the next apply sets it.
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
    """Return the org's role for `named`, or Terraform's definition of it if there is one."""
    same = written.get(found.name, ()) if isinstance(found.name, str) else ()
    if len(same) == 1 and same[0].existence is None and same[0].id in (None, found.id):
        return replace(same[0], id=found.id)
    role = replace(found, address=named.address, location=named.location)
    for each in same:
        role = both(role, each)
    return role


def undecided(inventory: Inventory, decided_by: str) -> Inventory:
    """Return the inventory with these roles left unknown, because the org's may not be read."""

    def told(role: Role) -> Role:
        if role.origin not in _ELSEWHERE:
            return role
        return replace(
            role, unknown=tuple(Unknown(each.reference, decided_by) for each in role.unknown)
        )

    return inventory.with_roles(told)
