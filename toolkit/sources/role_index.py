"""The roles of one source, by id and by address."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.values import Unknown
from toolkit.sources.remedies import ONE_RESOURCE
from toolkit.sources.resources import merged, undefined_role


class RoleBook:
    """Looks up a role by its id; an id that the source does not define gives an unknown role."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._by_id: dict[str, Role] = {}
        for role in roles:
            if role.id is not None:
                known = self._by_id.get(role.id)
                self._by_id[role.id] = role if known is None else both(known, role)

    def by_id(self, role_id: str) -> Role:
        role = self._by_id.get(role_id)
        return undefined_role(role_id) if role is None else role

    def known(self, role_id: str | None) -> Role | None:
        """Return the role if the source defines it."""
        return self._by_id.get(role_id or "")


def both(first: Role, second: Role, decided_by: str = ONE_RESOURCE) -> Role:
    """Merge two descriptions of a role: it certainly grants what both contain.

    Which of the two resources wins is not decided here.
    """
    if first.origin == "data" or second.origin == "data":
        return second if first.origin == "data" else first
    said = [{replace(each, location=None) for each in role.permissions} for role in (first, second)]
    doubts = [*first.unknown, *second.unknown]
    if said[0] != said[1]:
        doubts.append(Unknown(first.label, decided_by))
    return replace(
        first,
        permissions=tuple(p for p in first.permissions if replace(p, location=None) in said[1]),
        unknown=merged(doubts),
        legacy=first.legacy or second.legacy,
    )
