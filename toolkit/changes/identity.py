"""Match the clients of two inventories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.addresses import Moves, without_keys
from toolkit.model.changes import HolderKind, Identity
from toolkit.model.clients import Client, Grant, OwnDivision, Role
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown

LIVE = "live"
#: The kind of an inventory that says what is written, and not what there is.
WRITTEN = "hcl"
_ByAddress: TypeAlias = Mapping[str, Role] | Mapping[str, OwnDivision]


class Pair(Struct, frozen=True):
    """A client before and after the change; None on the side where it does not exist.

    `reasons` name what would decide an unknown identity. If `holder` is not a client, the pair is a
    user or a group with roles, or a role itself. If `told`, the changes are reported for the
    holders of the role, and the pair only reports that the role appears or disappears.
    """

    before: Client | None
    after: Client | None
    identity: Identity
    reasons: tuple[Unknown, ...] = ()
    holder: HolderKind = HolderKind.CLIENT
    told: bool = False


class Matched(Struct, frozen=True):
    """The clients of two inventories in pairs, and the new addresses of moved roles."""

    pairs: tuple[Pair, ...]
    moved_roles: dict[str, str]


def same_divisions(before: Inventory, after: Inventory) -> Inventory:
    """The earlier inventory, with divisions at the addresses that they have in the later one."""
    old, new = _divisions(before), _divisions(after)
    addresses = Moves(after.lineage).of(old, new)
    if _by_name(before, after):
        addresses |= _renamed(old, new)
    if not addresses:
        return before

    def of(grant: Grant) -> Grant:
        there = grant.division
        if not isinstance(there, OwnDivision) or there.address not in addresses:
            return grant
        return replace(grant, division=replace(there, address=addresses[there.address]))

    def rewritten(client: Client) -> Client:
        return replace(client, grants=tuple(map(of, client.grants)))

    return replace(
        before,
        clients=tuple(map(rewritten, before.clients)),
        holders=tuple(map(rewritten, before.holders)),
    )


def _divisions(inventory: Inventory) -> dict[str, OwnDivision]:
    """The divisions in which something is granted, by address."""
    return {
        grant.division.address: grant.division
        for client in (*inventory.clients, *inventory.holders)
        for grant in client.grants
        if isinstance(grant.division, OwnDivision)
    }


def match(before: Inventory, after: Inventory) -> Matched:
    """Match every client of both sides."""
    moves = Moves(after.lineage)
    moved_roles = moves.of(
        [role.address for role in before.roles if role.address],
        {role.address for role in after.roles if role.address},
    )
    if _by_name(before, after):
        old, new = ({r.address: r for r in side.roles if r.address} for side in (before, after))
        moved_roles |= _renamed(old, new)
    return Matched(tuple(_pairs(before, after, moves)), moved_roles)


def _by_name(before: Inventory, after: Inventory) -> bool:
    """Whether one side has the exporter's labels, which say nothing about the other side."""
    return before.kind != after.kind and (before.is_export or after.is_export)


def _renamed(old: _ByAddress, new: _ByAddress) -> dict[str, str]:
    """Match objects with an address on one side only, by their unique names."""
    sides = []
    for side, other in ((old, new), (new, old)):
        names = Counter(each.name for each in side.values())
        sides.append(
            {
                each.name: address
                for address, each in side.items()
                if address not in other and isinstance(each.name, str) and names[each.name] == 1
            }
        )
    return {address: sides[1][name] for name, address in sides[0].items() if name in sides[1]}


def imported(before: Inventory, after: Inventory) -> tuple[str, ...]:
    """Return the addresses of imported clients: what they have before the import is unknown."""
    pairs = match(before, after).pairs
    return tuple(
        pair.after.address
        for pair in pairs
        if pair.after is not None and pair.identity is Identity.IMPORTED
    )


def _pairs(before: Inventory, after: Inventory, moves: Moves) -> Iterator[Pair]:
    old = {client.address: client for client in before.clients}
    new = {client.address: client for client in after.clients}
    moved = moves.of(old, new)
    ids = _unique_ids(new.values())
    # The next apply of the HCL replaces what the state has tainted.
    tainted = {s.address for s in before.lineage if s.kind == "tainted" and after.kind == WRITTEN}
    left = dict(new)
    alone: list[Client] = []
    # Equal ids prove more than equal addresses, so match by id first.
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
        if _may_be_elsewhere(client, other):
            which = f"whether {other.provider[0]} is of the org that {client.provider[0]} is of"
            yield Pair(client, other, Identity.REPLACED, (Unknown(which, "a plan"),))
            continue
        is_tainted = address in tainted
        yield Pair(client, other, _identity(client, other, moves, is_replaced=is_tainted))
    yield from _unpaired(alone, list(left.values()), before, after, moves)


def _may_be_elsewhere(old: Client, new: Client) -> bool:
    """Whether another configuration of the provider manages the client, maybe in another org."""
    (name, digest), (other, others) = old.provider, new.provider
    return bool(name and other) and name != other and digest != others


def _identity(old: Client, new: Client, moves: Moves, *, is_replaced: bool) -> Identity:
    ids = old.platform_id, new.platform_id
    if is_replaced or new.address in moves.replaced or (None not in ids and ids[0] != ids[1]):
        return Identity.REPLACED
    return Identity.SAME if old.address == new.address else Identity.MOVED


def _unpaired(
    old: Sequence[Client],
    new: Sequence[Client],
    before: Inventory,
    after: Inventory,
    moves: Moves,
) -> Iterator[Pair]:
    """Yield pairs for clients whose address is on one side only, matched by unique names."""
    # An org has no addresses, and also has clients of other Terraform.
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
            is_same = across or _by_name(before, after)
            yield Pair(client, other, Identity.SAME if is_same else Identity.REPLACED)
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
    """Return the identity of a client that the other side does not have."""
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
    """Return the clients by id, without ids that several clients have."""
    found: dict[str, Client] = {}
    twice: set[str] = set()
    for client in clients:
        live_id = client.platform_id
        if live_id is not None:
            if live_id in found:
                twice.add(live_id)
            found[live_id] = client
    return {live_id: client for live_id, client in found.items() if live_id not in twice}
