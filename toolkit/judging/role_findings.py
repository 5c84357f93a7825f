"""Checks of what roles hold: one finding per role, with the clients that have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolkit.judging.check_interface import RoleFinding, Undecided
from toolkit.judging.effective_permissions import open_grants
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import few
from toolkit.model.clients import Client, Location, Role, RolePermission
from toolkit.model.findings import Held
from toolkit.model.inventory import Inventory


def find_in_roles(
    inventory: Inventory,
    look: Callable[[Role], tuple[RolePermission, ...]],
    message: Callable[[Role, str], str],
) -> Iterator[RoleFinding | Undecided]:
    """Yield a finding for each role that `look` objects to and that a client surely has.

    `look` returns the offending permissions. `message` takes the role and the permissions as one
    phrase. A client that only may have such a role is undecided.
    """
    # Keyed by identity: clients share roles, and comparing roles walks all their permissions.
    seen: dict[int, tuple[RolePermission, ...]] = {}
    found: dict[str, tuple[Role, Location | None]] = {}
    clients: dict[str, list[Client]] = {}
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if kinds.surely_user:
            continue
        holding = []
        for grant in client.grants:
            role = grant.role
            if id(role) not in seen:
                seen[id(role)] = look(role)
            if seen[id(role)]:
                holding.append(grant)
        if holding and kinds.surely_credentials:
            for grant in holding:
                label = grant.role.label
                found.setdefault(label, (grant.role, grant.location or client.where("roles")))
                clients.setdefault(label, []).append(client)
            continue
        doubts = kinds.doubts if holding else open_grants(client)
        if doubts:
            yield Undecided(client, doubts)
    for label, (role, granted) in found.items():
        held = seen[id(role)]
        defined = role.location if role.origin == "resource" else None
        placed = next((each.location for each in held if each.location), defined)
        location = placed or granted
        names = few([f'"{name}"' for name in dict.fromkeys(each.pattern for each in held)])
        forbidden = dict.fromkeys(Held("permission", p.pattern, p.pattern, label) for p in held)
        yield RoleFinding(
            role, message(role, names), location, tuple(forbidden), tuple(clients[label])
        )
