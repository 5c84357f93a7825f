"""The changes between two inventories: what each client gains and loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from toolkit.changes.access import (
    Access,
    GrantedRole,
    Holding,
    Opening,
    RoleKeys,
    access_of,
    covers_division,
    covers_name,
    may_be,
)
from toolkit.changes.identity import LIVE, WRITTEN, Pair, match, same_divisions
from toolkit.changes.operations import Turn, Turns
from toolkit.changes.published import PHRASES, RANKS, Published
from toolkit.model.changes import Certainty, Change, ChangeKind, Direction, HolderKind, Identity
from toolkit.model.clients import (
    ALL_DIVISIONS,
    CLIENT_CREDENTIALS,
    GROUP_ROLES_TYPE,
    Client,
    Division,
    Grant,
    Role,
    division_name,
)
from toolkit.model.hiding import sensitive_texts, without
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import has_wildcard
from toolkit.model.values import AttributeValue, Unknown

#: Objects whose management changes, but not their access.
_UNCHANGED = frozenset({Identity.IMPORTED, Identity.FORGOTTEN})
#: The origins of roles whose permissions an inventory has.
_DEFINED = frozenset({"resource", LIVE})
#: Holders that can appear and disappear; users and groups exist before and after.
_APPEARING = frozenset({HolderKind.CLIENT, HolderKind.ROLE})


def changes_between(
    before: Inventory, after: Inventory, published: Published, *, operations: bool = True
) -> tuple[Change, ...]:
    """Return all changes of clients, of users and groups whose roles change, and of roles, sorted.

    `before` or `after` may be empty, for a root that is new or gone. `published` resolves wildcards
    and the operations that a permission opens. If `operations` is False, operations that become
    possible or impossible are left out. Raises CatalogError.
    """
    before = same_divisions(before, after)
    matched = match(before, after)
    keys = (
        RoleKeys(after.roles, matched.moved_roles),
        RoleKeys(after.roles),
    )
    hidden = sensitive_texts(before, after)
    turns = Turns(published) if operations else None
    found: list[Change] = []
    pairs = matched.pairs
    if (before.kind == WRITTEN) is not (after.kind == WRITTEN):
        pairs = tuple(_placed(pair, keys) for pair in pairs)
    for pair in (*pairs, *_holders(before, after), *_roles(before, after, keys)):
        found += _of_pair(_About(pair, after.root), keys, published, hidden, turns)
    found += _modules(before, after)
    if hidden:
        found = [without(change, hidden) for change in found]
    return tuple(sorted(found, key=lambda change: change.sort_key))


def _modules(before: Inventory, after: Inventory) -> Iterator[Change]:
    """The modules that are not read, and are called in another way than before."""
    if (before.kind, after.kind) != (WRITTEN, WRITTEN):
        return
    old, new = ({each.reason: each for each in side.unread} for side in (before, after))
    for direction, there, others in ((Direction.GAIN, new, old), (Direction.LOSS, old, new)):
        for reason, module in there.items():
            if reason not in others:
                yield Change(
                    root=after.root,
                    address=module.address,
                    client=module.address,
                    identity=Identity.UNKNOWN,
                    certainty=Certainty.POSSIBLE,
                    kind=ChangeKind.CLIENT,
                    name=None,
                    division=None,
                    direction=direction,
                    location=module.location,
                    reasons=(reason.plain,),
                    holder=HolderKind.MODULE,
                )


def _placed(pair: Pair, keys: tuple[RoleKeys, RoleKeys]) -> Pair:
    """Return the pair with omitted divisions filled in: such a role keeps its division.

    One side is written code, the other is what exists.
    """
    if pair.before is None or pair.after is None or pair.identity is Identity.REPLACED:
        return pair
    return replace(
        pair,
        before=_placed_as(pair.before, keys[0], pair.after, keys[1]),
        after=_placed_as(pair.after, keys[1], pair.before, keys[0]),
    )


def _placed_as(client: Client, own: RoleKeys, other: Client, others: RoleKeys) -> Client:
    """Return the client with its unplaced roles in the divisions of the other client.

    This applies only to roles that both clients have exactly once.
    """
    if not any(grant.unplaced for grant in client.grants):
        return client
    places: dict[str, list[Division]] = {}
    for grant in other.grants:
        places.setdefault(others.of(grant.role), []).append(grant.division)
    number = Counter(own.of(grant.role) for grant in client.grants)
    grants = []
    for grant in client.grants:
        key = own.of(grant.role)
        there = places.get(key, ())
        if grant.unplaced and len(there) == number[key] == 1:
            grant = replace(grant, division=there[0])
        grants.append(grant)
    return replace(client, grants=tuple(grants))


def _holders(before: Inventory, after: Inventory) -> Iterator[Pair]:
    """Yield the users and groups that are granted roles; one without roles keeps its own."""
    matched = match(replace(before, clients=before.holders), replace(after, clients=after.holders))
    for pair in matched.pairs:
        new = pair.after
        if new is None:
            continue
        kind = _kind_of(new.address)
        old = pair.before
        if old is not None and _may_be_one(old.attribute("id"), new.attribute("id")):
            yield replace(pair, identity=Identity.SAME, holder=kind)
        elif old is not None or pair.identity not in _UNCHANGED:
            already = Unknown(f"what the {kind} of {new.address} has already", "a look at the org")
            yield Pair(None, new, Identity.SAME, (already, *pair.reasons), kind)


def _may_be_one(old: AttributeValue, new: AttributeValue) -> bool:
    """Whether two users or groups are taken for one: not two that are looked up in other ways."""
    if isinstance(old, Unknown) and isinstance(new, Unknown):
        return not (old.origin and new.origin) or old == new
    return not (isinstance(old, str) and isinstance(new, str)) or old == new


def _roles(before: Inventory, after: Inventory, keys: tuple[RoleKeys, RoleKeys]) -> Iterator[Pair]:
    """Yield the roles that Terraform defines.

    Changes of a role with holders in an inventory are reported for its holders, not for the role. A
    platform role that Terraform adopts always has other holders, and exists before and after. Which
    roles of an org are new is unknown.
    """
    held = {
        each.of(grant.role)
        for inventory, each in zip((before, after), keys, strict=True)
        for client in (*inventory.clients, *inventory.holders)
        for grant in client.grants
    }
    told: set[str] = set()
    adopted: set[str] = set()
    sides = []
    for inventory, each in zip((before, after), keys, strict=True):
        roles = {r.label: r for r in inventory.roles if r.origin in _DEFINED}
        adopted |= {label for label, role in roles.items() if role.adopts}
        told |= {label for label, role in roles.items() if each.of(role) in held} - adopted
        alone = tuple(_alone(label, role, inventory.root) for label, role in roles.items())
        sides.append(replace(inventory, clients=alone))
    across = (before.kind == LIVE) is not (after.kind == LIVE)
    for pair in match(*sides).pairs:
        if across and None in (pair.before, pair.after):
            continue
        client = pair.after or pair.before
        label = client.address if client is not None else ""
        pair = replace(pair, holder=HolderKind.ROLE, told=label in told)
        if label in adopted and None in (pair.before, pair.after):
            reason = Unknown(f"what {label} grants without this Terraform", "a look at the org")
            pair = replace(pair, identity=Identity.SAME, reasons=(reason, *pair.reasons))
        yield pair


def _alone(label: str, role: Role, root: str) -> Client:
    """Return the role as a client that has this role and nothing else."""
    return Client(
        root=root,
        address=label,
        name=label if role.name is None else role.name,
        grant_type=CLIENT_CREDENTIALS,
        grants=(Grant(role, ALL_DIVISIONS),),
        attributes={} if role.id is None else {"id": role.id},
        existence=role.existence,
        location=role.location,
    )


def _kind_of(address: str) -> HolderKind:
    return HolderKind.GROUP if f"{GROUP_ROLES_TYPE}." in address else HolderKind.USER


def _of_pair(
    about: _About,
    keys: tuple[RoleKeys, RoleKeys],
    published: Published,
    hidden: frozenset[str],
    turns: Turns | None,
) -> Iterator[Change]:
    pair = about.pair
    yield from about.clients()
    if pair.identity in _UNCHANGED or pair.told:
        return
    before, after = access_of(pair.before, keys[0]), access_of(pair.after, keys[1])
    # A shortcut for most clients of a pull request, which do not change.
    both = _bare(before), _bare(after)
    if both[0] == both[1]:
        return
    # Several values that are not known may be not known for one reason.
    gained = dict.fromkeys(_one_way(before, after, Direction.GAIN, about, published, hidden))
    lost = dict.fromkeys(_one_way(after, before, Direction.LOSS, about, published, hidden))
    yield from gained
    yield from lost
    if turns is None:
        return
    # What a sensitive value opens would reveal the value.
    names = {(c.kind, c.name) for c in (*gained, *lost) if c.name and c.name not in hidden}
    yield from map(about.operation, turns.between(before, after, names, both))


def _bare(access: Access) -> Hashable:
    """Return the part of an access that counts, without locations."""
    return (
        frozenset((h.kind, h.name, h.division, h.doubts, h.condition) for h in access.holdings),
        frozenset((o.kind, o.key, o.division, o.doubts) for o in access.openings),
        frozenset((r.key, r.division, r.doubts) for r in access.roles),
    )


class _About:
    """The client that the changes of a pair are about."""

    def __init__(self, pair: Pair, root: str) -> None:
        self.pair = pair
        self.root = root
        client = pair.after or pair.before
        assert client is not None  # noqa: S101 - a pair has at least one side
        self.client = client
        moved = pair.before is not None and pair.before.address != client.address
        self.before = pair.before.address if pair.before is not None and moved else None
        self.is_role = pair.holder is HolderKind.ROLE

    def change(
        self,
        kind: ChangeKind,
        name: str | None,
        direction: Direction,
        *,
        division: Division = None,
        in_division: bool = False,
        reasons: Iterable[Unknown] = (),
        **more: Any,
    ) -> Change:
        """Return one change of this client; `more` are further fields of it.

        The change is possible, not certain, if there are reasons for doubt.
        """
        doubts = tuple(dict.fromkeys(each.plain for each in (*reasons, *self.pair.reasons)))
        return Change(
            root=self.root,
            address=self.client.address,
            client=self.client.label,
            identity=self.pair.identity,
            certainty=Certainty.POSSIBLE if doubts else Certainty.CERTAIN,
            kind=kind,
            name=name,
            division=division_name(division) if in_division and not self.is_role else None,
            direction=direction,
            reasons=doubts,
            before=self.before,
            holder=self.pair.holder,
            **more,
        )

    def operation(self, turn: Turn) -> Change:
        """Return the change for an operation that becomes possible or impossible."""
        return self.change(
            ChangeKind.OPERATION,
            turn.operation,
            turn.direction,
            reasons=turn.reasons,
            phrase=PHRASES.get(turn.operation),
            rank=RANKS.get(turn.operation, len(RANKS)),
        )

    def clients(self) -> Iterator[Change]:
        """Yield the changes of the client itself: it appears, disappears or is replaced."""
        before, after = self.pair.before, self.pair.after
        if self.pair.identity in _UNCHANGED or self.pair.holder not in _APPEARING:
            return
        is_other = self.pair.identity is Identity.REPLACED
        if self.pair.identity is Identity.SAME:
            return
        if after is not None and (before is None or is_other):
            yield self._client(after, Direction.GAIN)
        if before is not None and (after is None or is_other):
            yield self._client(before, Direction.LOSS)

    def _client(self, client: Client, direction: Direction) -> Change:
        return self.change(
            ChangeKind.ROLE if self.is_role else ChangeKind.CLIENT,
            client.address if self.is_role else client.label,
            direction,
            location=client.location,
            reasons=() if client.existence is None else (client.existence,),
        )


def _one_way(
    old: Access,
    new: Access,
    direction: Direction,
    about: _About,
    published: Published,
    hidden: frozenset[str],
) -> Iterator[Change]:
    """Yield the changes for what `new` has and `old` does not."""
    for role in new.roles if not about.is_role else ():
        if not any(_covers_role(each, role) for each in old.roles):
            yield about.change(
                ChangeKind.GRANT,
                role.label,
                direction,
                division=role.division,
                in_division=True,
                reasons=_sorted(role.doubts | _maybe_roles(old, role)),
                location=role.location,
            )
    seen: set[tuple[ChangeKind, str, str]] = set()
    # Certain holdings come first, so that nothing is reported again as possible.
    for held in sorted(new.holdings, key=lambda h: (len(h.doubts), "*" in h.name)):
        for name in _atoms(held, old, published, hidden):
            atom = held.kind, name, division_name(held.division)
            if atom in seen or any(_covers(each, held, name) for each in old.holdings):
                continue
            if ":" not in name and any(_keeps(each, held) for each in old.openings):
                continue
            seen.add(atom)
            scope = held.kind is ChangeKind.SCOPE
            yield about.change(
                held.kind,
                name,
                direction,
                division=held.division,
                in_division=not scope,
                reasons=_sorted(held.doubts | _maybe(old, held, name)),
                through=None if about.is_role else held.role,
                pattern=held.name if held.name != name else None,
                location=held.location,
                growing=not scope and has_wildcard(name),
                # The risk of a sensitive value would reveal the value.
                risks=() if scope or name in hidden else published.risks(name),
            )
    for opening in new.openings:
        if not opening.legacy and not _is_there(opening, old):
            permission = opening.kind is ChangeKind.PERMISSION
            yield about.change(
                opening.kind,
                None,
                direction,
                division=opening.division,
                in_division=permission,
                reasons=_sorted(opening.doubts),
                through=None if about.is_role else opening.role,
                location=opening.location,
            )


def _atoms(
    held: Holding, old: Access, published: Published, hidden: frozenset[str]
) -> Iterable[str]:
    """Return the names that a holding stands for: a wildcard, and all that it grants today."""
    if held.kind is ChangeKind.SCOPE or not has_wildcard(held.name) or held.name in hidden:
        return (held.name,)
    if any(_covers(each, held, held.name) for each in old.holdings):
        return ()
    return (held.name, *published.expanded(held.name))


def _covers(other: Holding, held: Holding, name: str) -> bool:
    """Whether the other side has `name` in every division and under every doubt that `held` has."""
    return (
        covers_name(other, held.kind, name)
        and covers_division(other.division, held.division)
        and other.doubts <= held.doubts
        and (other.condition is None or other.condition == held.condition)
    )


def _keeps(opening: Opening, held: Holding) -> bool:
    """Whether a platform role keeps a legacy permission that Terraform does not set."""
    return (
        opening.legacy
        and held.kind is ChangeKind.PERMISSION
        and opening.role == held.role
        and covers_division(opening.division, held.division)
    )


def _covers_role(other: GrantedRole, role: GrantedRole) -> bool:
    return (
        other.key == role.key
        and covers_division(other.division, role.division)
        and other.doubts <= role.doubts
    )


def _is_there(opening: Opening, old: Access) -> bool:
    """Whether the other side has the same opening.

    A kept opening is unchanged if the other side has the role.
    """
    if opening.kept and any(role.key == opening.key[0] for role in old.roles):
        return True
    return any(_covers_opening(each, opening) for each in old.openings)


def _covers_opening(other: Opening, opening: Opening) -> bool:
    return (
        other.kind is opening.kind
        and other.key == opening.key
        and covers_division(other.division, opening.division)
    )


def _maybe(old: Access, held: Holding, name: str) -> frozenset[Unknown]:
    """Return why the other side may have it too."""
    reasons: set[Unknown] = set()
    for each in old.holdings:
        if covers_name(each, held.kind, name):
            where = may_be(each.division, held.division)
            if where is not None:
                reasons |= {*where, *(each.doubts - held.doubts)}
    for opening in old.openings:
        is_about = opening.kind is held.kind and not (opening.legacy and ":" in name)
        if is_about and may_be(opening.division, held.division) is not None:
            reasons |= opening.doubts
    return frozenset(reasons)


def _maybe_roles(old: Access, role: GrantedRole) -> frozenset[Unknown]:
    reasons: set[Unknown] = set()
    for each in old.roles:
        if each.key == role.key:
            where = may_be(each.division, role.division)
            if where is not None:
                reasons |= {*where, *(each.doubts - role.doubts)}
    for opening in old.openings:
        if opening.role is None and opening.kind is ChangeKind.PERMISSION:
            reasons |= opening.doubts
    return frozenset(reasons)


def _sorted(reasons: Iterable[Unknown]) -> tuple[Unknown, ...]:
    return tuple(sorted(reasons, key=lambda reason: (reason.reference, reason.decided_by)))
