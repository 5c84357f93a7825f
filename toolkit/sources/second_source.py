"""Roles that one source names by their ids alone, found in a state that is another source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.inventory import Inventory

#: Origins of a role of which a source has no more than a name or an id.
_ELSEWHERE = frozenset({"undefined", "data"})


def joined_with_states(inventories: Sequence[Inventory]) -> list[Inventory]:
    """The same, with roles of raw ids as the states have them.

    An export's configuration has no ids, only its state has. A state that decided a role of
    another source, and has no client but those of that source, is not judged again: clients are
    the same by their name, if no other has it.
    """
    states = [each for each in inventories if each.kind == "state"]
    if not states or len(states) == len(inventories):
        return list(inventories)
    found = []
    twice: dict[str, str] = {}
    for inventory in inventories:
        if inventory.kind != "state":
            for state in states:
                joined = _joined(inventory, state)
                if joined is not inventory and _has_clients_of(inventory, state):
                    twice[state.root] = inventory.root
                inventory = joined
        found.append(inventory)
    return [
        replace(
            each,
            clients=(),
            judged=False,
            why_not=f"its clients are those of {twice[each.root]}, which it gave the roles of",
        )
        if each.kind == "state" and each.root in twice
        else each
        for each in found
    ]


def _joined(inventory: Inventory, state: Inventory) -> Inventory:
    roles = {role.id: role for role in state.roles if role.id and role.origin == "resource"}
    decided = False

    def decide(role: Role) -> Role:
        nonlocal decided
        known = roles.get(role.id or "") if role.origin in _ELSEWHERE else None
        if known is None:
            return role
        decided = True
        return replace(known, location=role.location)

    joined = inventory.with_roles(decide)
    return joined if decided else inventory


def _has_clients_of(inventory: Inventory, state: Inventory) -> bool:
    named = Counter(client.name for client in inventory.clients if isinstance(client.name, str))
    return all(named[client.name] == 1 for client in state.clients if isinstance(client.name, str))
