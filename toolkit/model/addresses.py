"""Addresses of Terraform's objects, and where `moved` blocks and their like have led them."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.lazily import pattern
from toolkit.model.changes import Identity
from toolkit.model.inventory import Succession
from toolkit.model.values import Unknown

_KEYS = pattern(r'\[(?:-?\d+|"(?:[^"\\]|\\.)*")\]')
_FIRST = "[0]"
#: An instance of a resource without `count`, and the first of one with it, are one to Terraform.
_LAST_KEY = pattern(r'(?:\[(?:-?\d+|"(?:[^"\\]|\\.)*")\])?$')


def without_keys(address: str) -> str:
    """The address of what makes an instance: no keys in it."""
    return _KEYS.sub("", address)


class Moves:
    """What an inventory's lineage says of the addresses of an earlier one."""

    def __init__(self, lineage: Iterable[Succession]) -> None:
        by_kind: dict[str, list[Succession]] = {}
        for each in lineage:
            by_kind.setdefault(each.kind, []).append(each)
        self._moved = by_kind.get("moved", [])
        self._imported = {each.address for each in by_kind.get("imported", ())}
        self._forgotten = [each.address for each in by_kind.get("forgotten", ())]
        self.replaced = {each.address for each in by_kind.get("replaced", ())}

    def of(self, old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
        """The new address of each old one that has another now."""
        new = set(new)
        found: dict[str, str] = {}
        for address in old:
            # A chain of moves: each leads on to the next, and none is followed twice.
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
        """Whether the object exists already; where only some of a resource may, that is open."""
        if address in self._imported:
            return Identity.IMPORTED, ()
        if f"{without_keys(address)}[*]" in self._imported:
            return Identity.UNKNOWN, (Unknown(f"whether {address} is imported", "a plan"),)
        return None


def _is_moved(address: str, by: Succession) -> bool:
    """Whether an address is one of those that a `moved` is about.

    One with a key on either side is about one instance; else it is about all that there are.
    """
    if not _within(address, by.before):
        return False
    is_one = by.before.endswith("]") or by.address.endswith("]")
    return not (is_one and address[len(by.before) :].startswith("["))


def _within(address: str, prefix: str) -> bool:
    """Whether an address is the prefix's own, or of something in it."""
    rest = address[len(prefix) :]
    return address.startswith(prefix) and (not rest or rest[0] in ".[")
