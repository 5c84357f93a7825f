"""Roles that one target defines and another target of the same org looks up by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.hiding import without
from toolkit.model.inventory import Inventory, Note
from toolkit.model.values import Unknown
from toolkit.workflows.source_reading import Found

_AMBIGUOUS: Final = "roles of targets with one name each: several of org {} have that name"


class _Defined(NamedTuple):
    """A role that a target defines; `hidden` are its texts that no report shows."""

    target: str
    role: Role
    hidden: frozenset[str]


class TargetRoles:
    """The roles that the targets of one org define, as far as they were read."""

    def __init__(self, org: str) -> None:
        self._org = org
        self._by_name: defaultdict[str, list[_Defined]] = defaultdict(list)

    def add(self, inventories: Iterable[Inventory], target: str) -> None:
        """Add the roles that a target defines."""
        for inventory in inventories:
            for role in inventory.roles if inventory.judged else ():
                if role.origin == "resource" and isinstance(role.name, str):
                    defined = _Defined(target, role, inventory.hidden)
                    self._by_name[role.name].append(defined)

    def join(self, found: Found, target: str) -> Found:
        """Return a target's inventories, with looked-up roles completed from other targets.

        A name that several roles of the org share resolves nothing.
        """
        notes: set[Note] = set()

        def of(inventory: Inventory) -> Inventory:
            hidden = set(inventory.hidden)
            made = inventory.with_roles(lambda role: decided(role, hidden))
            return replace(made, hidden=frozenset(hidden))

        def decided(role: Role, hidden: set[str]) -> Role:
            if role.origin != "data" or not role.unknown or not isinstance(role.name, str):
                return role
            known = self._by_name.get(role.name, ())
            if not known:
                return role
            if len(known) > 1:
                reason = Unknown(role.label, _AMBIGUOUS.format(self._org))
                return replace(role, unknown=(reason,))
            ((owner, defined, of_owner),) = known
            if owner == target or (None not in (role.id, defined.id) and role.id != defined.id):
                return role
            text = (
                f"{role.label} is {defined.label} of target {owner}, by its name "
                f'"{role.name}": both are in org {self._org}.'
            )
            hidden |= of_owner
            notes.add(without(Note("role-of-target", text), hidden))
            return Role(
                "live",
                role.address,
                role.id or defined.id,
                role.name,
                # Edits may change only the target's own files.
                tuple(replace(each, location=None) for each in defined.permissions),
                defined.unknown,
                role.location,
                defined.legacy,
                defined.adopts,
            )

        known = found.decided(of)
        if (known.inventories, known.pairs) == (found.inventories, found.pairs):
            return found
        return replace(known, notes=tuple(sorted({*found.notes, *notes})))
