"""Who is who: which client of one inventory is which of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from toolkit.model.addresses import Moves, without_keys
from toolkit.model.changes import HolderKind, Identity
from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown

LIVE = "live"


class Pair(Struct, frozen=True):
    """A client before and after; None on the side where it is not there.

    `reasons` say what would decide an identity that is not known. A `holder` of another kind is a
    user or a group to whom roles are given, or a role itself. What is `told` elsewhere is of those
    who have the role: of it there is only to say that it appears or goes.
    """

    before: Client | None
    after: Client | None
    identity: Identity
    reasons: tuple[Unknown, ...] = ()
    holder: HolderKind = HolderKind.CLIENT
    told: bool = False


class Matched(Struct, frozen=True):
    """The clients of two inventories in pairs, and which address a role has moved to."""

    pairs: tuple[Pair, ...]
    moved_roles: dict[str, str]


def match(before: Inventory, after: Inventory) -> Matched:
    """Pairs every client of both sides."""
    moves = Moves(after.lineage)
    moved_roles = moves.of(
        [role.address for role in before.roles if role.address],
        {role.address for role in after.roles if role.address},
    )
    return Matched(tuple(_pairs(before, after, moves)), moved_roles)


def _pairs(before: Inventory, after: Inventory, moves: Moves) -> Iterator[Pair]:
    old = {client.address: client for client in before.clients}
    new = {client.address: client for client in after.clients}
    moved = moves.of(old, new)
    ids = _unique_ids(new.values())
    left = dict(new)
    alone: list[Client] = []
    # Equal ids say more than addresses do, so those are taken first.
    by_id = {
        address: ids[live_id]
        for address, client in old.items()
        if (live_id := client.platform_id) is not None and live_id in ids
    }
    taken = {each.address for each in by_id.values()}
    for address, client in old.items():
        other = by_id.get(address)
        if other is None:
            other = left.get(moved.get(address, address))
            if other is not None and other.address in taken:
                other = None
        if other is None:
            alone.append(client)
            continue
        left.pop(other.address, None)
        yield Pair(client, other, _identity(client, other, moves))
    yield from _unpaired(alone, list(left.values()), before, after, moves)


def _identity(old: Client, new: Client, moves: Moves) -> Identity:
    ids = old.platform_id, new.platform_id
    if new.address in moves.replaced or (None not in ids and ids[0] != ids[1]):
        return Identity.REPLACED
    return Identity.SAME if old.address == new.address else Identity.MOVED


def _unpaired(
    old: Sequence[Client],
    new: Sequence[Client],
    before: Inventory,
    after: Inventory,
    moves: Moves,
) -> Iterator[Pair]:
    """Clients whose address is on one side only: told by their names, where those are unique."""
    # An org has no addresses, and clients that are none of this Terraform's.
    across = (before.kind == LIVE) is not (after.kind == LIVE)
    names = Counter(c.name for c in old if isinstance(c.name, str))
    others = Counter(c.name for c in new if isinstance(c.name, str))
    by_name = {c.name: c for c in new if isinstance(c.name, str) and others[c.name] == 1}
    found: set[str] = set()
    for client in old:
        name = client.name
        other = by_name.get(name) if isinstance(name, str) and names[name] == 1 else None
        if moves.is_forgotten(client.address):
            yield Pair(client, None, Identity.FORGOTTEN)
        elif other is not None and not moves.imported(other.address):
            found.add(other.address)
            yield Pair(client, other, Identity.SAME if across else Identity.REPLACED)
        elif not across or before.kind != LIVE:
            yield Pair(client, None, *_absent(client, after, Identity.GONE, across=across))
    for client in new:
        if client.address in found or (across and after.kind == LIVE):
            continue
        imported = moves.imported(client.address)
        if imported is not None:
            yield Pair(None, client, *imported)
        else:
            yield Pair(None, client, *_absent(client, before, Identity.NEW, across=across))


def _absent(
    client: Client,
    other: Inventory,
    identity: Identity,
    *,
    across: bool,
) -> tuple[Identity, tuple[Unknown, ...]]:
    """What to say of a client that the other side does not show."""
    block = without_keys(client.address)
    for module in other.unread:
        if block.startswith(f"{module.address}."):
            return Identity.UNKNOWN, (module.reason,)
    if not across:
        return identity, ()
    if isinstance(client.name, Unknown):
        return Identity.UNKNOWN, (client.name,)
    if any(each.name == client.name for each in other.clients):
        which = Unknown(f'which client named "{client.name}" it is', "a state, which has ids")
        return Identity.UNKNOWN, (which,)
    return identity, ()


def _unique_ids(clients: Iterable[Client]) -> Mapping[str, Client]:
    """The clients by their ids; an id that several have tells none of them."""
    found: dict[str, Client] = {}
    twice: set[str] = set()
    for client in clients:
        live_id = client.platform_id
        if live_id is not None:
            if live_id in found:
                twice.add(live_id)
            found[live_id] = client
    return {live_id: client for live_id, client in found.items() if live_id not in twice}
