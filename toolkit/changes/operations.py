"""Operations that become possible or impossible for a client."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct

from toolkit.changes.access import Access, Holding, covers_division, covers_name, may_be
from toolkit.changes.published import Published
from toolkit.contracts.contract import Operation, PermissionMode
from toolkit.model.changes import ChangeKind, Direction
from toolkit.model.clients import Division
from toolkit.model.permissions import scopes_included
from toolkit.model.values import Unknown


class Turn(Struct, frozen=True):
    """An operation that becomes possible or impossible, and the reasons for doubt."""

    operation: str
    direction: Direction
    reasons: tuple[Unknown, ...]


class Turns:
    """Finds the operations of many clients; equal accesses are computed once."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._known: dict[object, tuple[Turn, ...]] = {}

    def between(
        self,
        before: Access,
        after: Access,
        names: Iterable[tuple[ChangeKind, str]],
        key: Hashable,
    ) -> tuple[Turn, ...]:
        """Return the operations that are possible on one side only.

        Only operations that depend on the scopes and permissions in `names` are considered. Calls
        with an equal `key` have the same result. Raises CatalogError.
        """
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._between(before, after, names))
        return found

    def _between(
        self, before: Access, after: Access, names: Iterable[tuple[ChangeKind, str]]
    ) -> Iterator[Turn]:
        candidates: dict[str, Operation] = {}
        for kind, name in names:
            held = scopes_included(name) if kind is ChangeKind.SCOPE else (name,)
            for each in held:
                candidates.update((op.id, op) for op in self._published.asking(kind, each))
        # Many operations require the same.
        told: dict[object, tuple[Direction, tuple[Unknown, ...]] | None] = {}
        for operation_id in sorted(candidates):
            operation = candidates[operation_id]
            asked = operation.scopes, operation.permissions
            if asked not in told:
                told[asked] = _turn(before, after, operation)
            turn = told[asked]
            if turn is not None:
                yield Turn(operation_id, *turn)


def _turn(
    before: Access, after: Access, operation: Operation
) -> tuple[Direction, tuple[Unknown, ...]] | None:
    was, now = _ability(before, operation), _ability(after, operation)
    if _rank(was) == _rank(now):
        return None
    direction = Direction.GAIN if _rank(now) > _rank(was) else Direction.LOSS
    return direction, tuple(dict.fromkeys([*(was or ()), *(now or ())]))


def _rank(ability: tuple[Unknown, ...] | None) -> int:
    if ability is None:
        return 0
    return 1 if ability else 2


def _ability(access: Access, operation: Operation) -> tuple[Unknown, ...] | None:
    """Return why the access may not be enough: () if it surely is, None if it surely is not."""
    by_scope = _by_scopes(access, operation)
    by_permission = _by_permissions(access, operation)
    # A client has one of the two; if its grant type is unknown, either may be enough.
    least = _least([by_scope, by_permission])
    return least if least is not None else _by_openings(access, operation)


def _by_openings(access: Access, operation: Operation) -> tuple[Unknown, ...] | None:
    """Return the doubts of the openings that may be enough, or None if none may."""
    asked = operation.permissions
    takes = {
        ChangeKind.SCOPE: any(operation.scopes or ()),
        ChangeKind.PERMISSION: asked is not None and bool(asked.names),
    }
    doubts = [
        doubt
        for each in access.openings
        if takes[each.kind] and not each.legacy
        for doubt in each.doubts
    ]
    return tuple(dict.fromkeys(doubts)) or None


def _by_scopes(access: Access, operation: Operation) -> tuple[Unknown, ...] | None:
    return _least(
        _all_of(
            _least(tuple(h.doubts) for h in access.holdings if _has_scope(h, scope))
            for scope in alternative
        )
        for alternative in operation.scopes or ()
        if alternative
    )


def _has_scope(held: Holding, scope: str) -> bool:
    return covers_name(held, ChangeKind.SCOPE, scope)


def _by_permissions(access: Access, operation: Operation) -> tuple[Unknown, ...] | None:
    asked = operation.permissions
    if asked is None or not asked.names:
        return None
    if asked.mode is PermissionMode.ANY:
        return _least(
            tuple(held.doubts)
            for name in asked.names
            for held in access.holdings
            if covers_name(held, ChangeKind.PERMISSION, name)
        )
    if asked.mode is not PermissionMode.ALL:
        return None
    holders = {
        name: [h for h in access.holdings if covers_name(h, ChangeKind.PERMISSION, name)]
        for name in asked.names
    }
    if not all(holders.values()):
        return None
    # All permissions must be held in one division.
    divisions = list(dict.fromkeys(h.division for some in holders.values() for h in some))
    return _least(
        _all_of(_least(_doubts_in(held, division) for held in some) for some in holders.values())
        for division in divisions
    )


def _doubts_in(held: Holding, division: Division) -> tuple[Unknown, ...] | None:
    if covers_division(held.division, division):
        return tuple(held.doubts)
    where = may_be(held.division, division)
    return None if where is None else (*held.doubts, *where)


def _least(abilities: Iterable[tuple[Unknown, ...] | None]) -> tuple[Unknown, ...] | None:
    """Return the ability with the fewest doubts, as any one of them is enough."""
    return min((each for each in abilities if each is not None), key=len, default=None)


def _all_of(abilities: Iterable[tuple[Unknown, ...] | None]) -> tuple[Unknown, ...] | None:
    """Return all doubts together, as all abilities are needed; None if one is missing."""
    found: list[Unknown] = []
    for each in abilities:
        if each is None:
            return None
        found += each
    return tuple(dict.fromkeys(found))
