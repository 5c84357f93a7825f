"""Roles that one target defines and another of the same org looks up by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.inventory import Inventory, Note
from toolkit.model.values import Unknown
from toolkit.workflows.source_reading import Found

_AMBIGUOUS: Final = "roles of targets with one name each: several of org {} have that name"


class TargetRoles:
    """The roles that the targets of one org define, as far as they were looked at."""

    def __init__(self, org: str) -> None:
        self._org = org
        self._by_name: defaultdict[str, list[tuple[str, Role]]] = defaultdict(list)

    def add(self, inventories: Iterable[Inventory], target: str) -> None:
        """Takes note of what a target defines."""
        for inventory in inventories:
            for role in inventory.roles if inventory.judged else ():
                if role.origin == "resource" and isinstance(role.name, str):
                    self._by_name[role.name].append((target, role))

    def join(self, found: Found, target: str) -> Found:
        """What was found in a target, with the roles that it looks up and another one defines.

        A name that several roles of the org have decides nothing.
        """
        notes: set[Note] = set()

        def decided(role: Role) -> Role:
            if role.origin != "data" or not role.unknown or not isinstance(role.name, str):
                return role
            known = self._by_name.get(role.name, ())
            if not known:
                return role
            if len(known) > 1:
                reason = Unknown(role.label, _AMBIGUOUS.format(self._org))
                return replace(role, unknown=(reason,))
            ((owner, defined),) = known
            if owner == target or (None not in (role.id, defined.id) and role.id != defined.id):
                return role
            text = (
                f"{role.label} is {defined.label} of target {owner}, by its name "
                f'"{role.name}": both are in org {self._org}.'
            )
            notes.add(Note("role-of-target", text))
            return Role(
                "live",
                role.address,
                role.id or defined.id,
                role.name,
                # Edits are for the target's own files.
                tuple(replace(each, location=None) for each in defined.permissions),
                defined.unknown,
                role.location,
                defined.legacy,
                defined.adopts,
            )

        known = found.decided(lambda each: each.with_roles(decided))
        if (known.inventories, known.pairs) == (found.inventories, found.pairs):
            return found
        return replace(known, notes=tuple(sorted({*found.notes, *notes})))
