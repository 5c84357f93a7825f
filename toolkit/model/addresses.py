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
        self._moved = by_kind.get("moved", [])
        self._imported = {each.address for each in by_kind.get("imported", ())}
        self._forgotten = [each.address for each in by_kind.get("forgotten", ())]
        self.replaced = {each.address for each in by_kind.get("replaced", ())}

    def of(self, old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
        """Return the new address of each old address that changed."""
        new = set(new)
        found: dict[str, str] = {}
        for address in old:
            # Follow a chain of moves, each move at most once.
            at, waiting = address, list(self._moved)
            while waiting:
                step = next((s for s in waiting if _is_moved(at, s)), None)
                if step is None:
                    break
                waiting.remove(step)
                at = step.address + at[len(step.before) :]
            if at == address and address not in new:
                bare = _LAST_KEY.sub("", address)
                implied = address + _FIRST if bare == address else bare
                if implied in new and (bare == address or address.endswith(_FIRST)):
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
    """Whether the `moved` block applies to the address.

    If one side of the block has a key, it applies to one instance; otherwise to all instances.
    """
    if not _within(address, by.before):
        return False
    is_one = by.before.endswith("]") or by.address.endswith("]")
    return not (is_one and address[len(by.before) :].startswith("["))


def _within(address: str, prefix: str) -> bool:
    """Whether the address equals the prefix or is inside it."""
    rest = address[len(prefix) :]
    return address.startswith(prefix) and (not rest or rest[0] in ".[")
