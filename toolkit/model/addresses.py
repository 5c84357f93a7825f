"""Addresses of Terraform objects, and how `moved` and similar blocks change them."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.lazily import pattern
from toolkit.model.changes import Identity
from toolkit.model.inventory import Succession
from toolkit.model.values import Unknown

_KEYS = pattern(r'\[(?:-?\d+|"(?:[^"\\]|\\.)*")\]')
_FIRST = "[0]"
#: Terraform treats an instance of a resource without `count` and the first one with it as the same.
_LAST_KEY = pattern(r'(?:\[(?:-?\d+|"(?:[^"\\]|\\.)*")\])?$')


def without_keys(address: str) -> str:
    """Return the address without the keys of instances."""
    return _KEYS.sub("", address)


class Moves:
    """The address changes that an inventory's lineage records since an earlier inventory."""

    def __init__(self, lineage: Iterable[Succession]) -> None:
        by_kind: dict[str, list[Succession]] = {}
        for each in lineage:
            by_kind.setdefault(each.kind, []).append(each)
        self._moved = _in_order(by_kind.get("moved", []))
        self._imported = {each.address for each in by_kind.get("imported", ())}
        self._forgotten = [each.address for each in by_kind.get("forgotten", ())]
        self.replaced = {each.address for each in by_kind.get("replaced", ())}

    def of(self, old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
        """Return the new address of each old address that changed."""
        new = set(new)
        # Maps the address where an object is now to its old address.
        there = {address: address for address in old}
        for step in self._moved:
            going = [at for at in there if _is_moved(at, step)]
            if not any(_is_target(at, step) for at in there.keys() - {*going}):
                for at in going:
                    there[step.address + at[len(step.before) :]] = there.pop(at)
        found: dict[str, str] = {}
        for at, address in there.items():
            if at not in new:
                bare = _LAST_KEY.sub("", at)
                implied = at + _FIRST if bare == at else bare
                is_first = bare == at or at.endswith(_FIRST)
                if is_first and implied in new and implied not in there:
                    at = implied
            if at != address:
                found[address] = at
        return found

    def is_forgotten(self, address: str) -> bool:
        bare = without_keys(address)
        return any(_within(bare, each) or _within(address, each) for each in self._forgotten)

    def imported(self, address: str) -> tuple[Identity, tuple[Unknown, ...]] | None:
        """Return the identity of an imported object, with reasons if uncertain, or None."""
        if address in self._imported:
            return Identity.IMPORTED, ()
        if f"{without_keys(address)}[*]" in self._imported:
            return Identity.UNKNOWN, (Unknown(f"whether {address} is imported", "a plan"),)
        return None


def _is_moved(address: str, by: Succession) -> bool:
    """Whether the `moved` block applies to the address."""
    return _is_side(address, by.before, by)


def _is_target(address: str, by: Succession) -> bool:
    """Whether an object at the address blocks the move."""
    return _is_side(address, by.address, by)


def _is_side(address: str, side: str, by: Succession) -> bool:
    """Whether one side of a `moved` block refers to the address.

    If either side has a key, the block applies to one instance; otherwise to all instances.
    """
    if not _within(address, side):
        return False
    is_one = by.before.endswith("]") or by.address.endswith("]")
    return not (is_one and address[len(side) :].startswith("["))


def _in_order(moves: list[Succession]) -> list[Succession]:
    """Return the `moved` blocks in Terraform's order: a block that continues another one follows
    it.
    """
    ordered: list[Succession] = []
    waiting = list(moves)
    while waiting:
        # Terraform refuses a cycle of blocks, so any of them may be the first.
        first = next(
            (s for s in waiting if not any(_goes_on(s, each) for each in waiting if each is not s)),
            waiting[0],
        )
        waiting.remove(first)
        ordered.append(first)
    return ordered


def _goes_on(later: Succession, earlier: Succession) -> bool:
    return _within(later.before, earlier.address) or _within(earlier.address, later.before)


def _within(address: str, prefix: str) -> bool:
    """Whether the address equals the prefix or is inside it."""
    rest = address[len(prefix) :]
    return address.startswith(prefix) and (not rest or rest[0] in ".[")
