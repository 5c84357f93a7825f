"""What `roles:` in a policy states about roles that this Terraform does not define."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from toolkit.model.clients import Role, RolePermission
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown
from toolkit.policy.document import KnownRole

#: The origins of a role for which this input has only a name or an id.
_ELSEWHERE = frozenset({"undefined", "data"})


def resolve_roles(inventory: Inventory, known_roles: Sequence[KnownRole]) -> Inventory:
    """Return the inventory with permissions filled in from the policy, as origin ``policy``.

    A role that the input defines stays as it is. If entries contradict each other, the role stays
    unknown, because nothing decides which entry is right.
    """
    if not known_roles:
        return inventory
    return inventory.with_roles(lambda role: _resolve(role, known_roles))


def _resolve(role: Role, known_roles: Sequence[KnownRole]) -> Role:
    if role.origin not in _ELSEWHERE or (role.origin == "data" and not role.unknown):
        return role
    stated = {frozenset(known.permissions) for known in known_roles if _is(known, role)}
    if not stated:
        return role
    if len(stated) > 1:
        doubt = Unknown(f"what `roles:` says of {role.label}", "entries that agree")
        return replace(role, unknown=(*role.unknown, doubt))
    permissions = tuple(RolePermission(pattern) for pattern in sorted(stated.pop()))
    return replace(role, origin="policy", permissions=permissions, unknown=())


def _is(known: KnownRole, role: Role) -> bool:
    """Compare by id if both have one, because a role can be renamed; otherwise by name."""
    if known.id is not None and role.id is not None:
        return known.id == role.id
    return known.name is not None and known.name == role.name
