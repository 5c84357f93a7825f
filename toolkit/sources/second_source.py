"""Roles that one source names by their ids alone, found in a state that is another source."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from toolkit.model.clients import Client, Division, Role
from toolkit.model.inventory import Inventory

#: Origins of a role of which a source has no more than a name or an id.
ELSEWHERE = frozenset({"undefined", "data"})


def joined_with_states(
    inventories: Sequence[Inventory], *, exports: Collection[str] = ()
) -> list[Inventory]:
    """The same, with roles of raw ids as the states have them.

    An export's configuration has no ids, only its state has. A state that decided a role of
    another source, or that lies beside one of the `exports`, and has no client but those of that
    source, is not judged again: clients are the same by their name, if no other has it.
    """
    states = [each for each in inventories if each.kind == "state"]
    if not states or len(states) == len(inventories):
        return list(inventories)
    found = []
    twice: dict[str, str] = {}
    for inventory in inventories:
        if inventory.kind != "state":
            for state in states:
                joined = joined_with(inventory, state)
                beside = inventory.root in exports and _lies_in(state.root, inventory.root)
                if (beside or joined is not inventory) and _has_clients_of(inventory, state):
                    twice[state.root] = inventory.root
                inventory = joined
        found.append(inventory)
    return [
        replace(
            each,
            clients=(),
            judged=False,
            why_not=f"its clients are those of {twice[each.root]}",
        )
        if each.kind == "state" and each.root in twice
        else each
        for each in found
    ]


def joined_with(inventory: Inventory, state: Inventory) -> Inventory:
    """The inventory with roles and divisions as the state has them; itself where it has none."""
    roles = {role.id: role for role in state.roles if role.id and role.origin == "resource"}
    decided = False

    def decide(role: Role) -> Role:
        nonlocal decided
        known = roles.get(role.id or "") if role.origin in ELSEWHERE else None
        if known is None:
            return role
        decided = True
        return replace(known, location=role.location)

    joined = inventory.with_roles(decide)
    clients = tuple(_with_divisions(client, state.divisions) for client in joined.clients)
    if any(new is not old for new, old in zip(clients, joined.clients, strict=True)):
        return replace(joined, clients=clients)
    return joined if decided else inventory


def _with_divisions(client: Client, divisions: Mapping[str, Division]) -> Client:
    """The client with the divisions of its grants by name, where only their ids are known."""
    if not any(isinstance(g.division, str) and g.division in divisions for g in client.grants):
        return client
    grants = tuple(
        replace(grant, division=divisions[grant.division])
        if isinstance(grant.division, str) and grant.division in divisions
        else grant
        for grant in client.grants
    )
    return replace(client, grants=grants)


def _lies_in(file: str, folder: str) -> bool:
    return os.path.dirname(os.path.realpath(file)) == os.path.realpath(folder)  # noqa: PTH120


def _has_clients_of(inventory: Inventory, state: Inventory) -> bool:
    named = Counter(client.name for client in inventory.clients if isinstance(client.name, str))
    return all(named[client.name] == 1 for client in state.clients if isinstance(client.name, str))
