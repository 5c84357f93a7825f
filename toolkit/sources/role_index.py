"""The roles of one source, found by id and by address."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from toolkit.model.clients import Role
from toolkit.model.values import Unknown
from toolkit.sources.remedies import ONE_RESOURCE
from toolkit.sources.resources import undefined_role


class RoleBook:
    """Answers an id with its role; one that the source does not define is an unknown role."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._by_id: dict[str, Role] = {}
        for role in roles:
            if role.id is not None:
                self._by_id[role.id] = self._both(self._by_id.get(role.id), role)

    @staticmethod
    def _both(first: Role | None, second: Role) -> Role:
        if first is None or first.origin == "data":
            return second
        if second.origin == "data" or set(first.permissions) == set(second.permissions):
            return first
        # Two resources manage one role: which of them has the last word is not decided here.
        unknown = Unknown(first.id or first.label, ONE_RESOURCE)
        return replace(
            first,
            permissions=tuple(p for p in first.permissions if p in second.permissions),
            unknown=(*first.unknown, unknown),
        )

    def by_id(self, role_id: str) -> Role:
        role = self._by_id.get(role_id)
        return undefined_role(role_id) if role is None else role
