"""A permission that no published operation requires, nor one of a contract in use.

The catalog has the permissions that operations require. The platform has more, such as those of its
user interface, so this check is only a note.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.nearest import nearest_permission, phrase
from toolkit.judging.check_context import CheckContext, contract_permissions
from toolkit.judging.check_interface import BuiltIn, RoleFinding, Undecided
from toolkit.judging.phrases import NAMED
from toolkit.judging.role_findings import find_in_roles
from toolkit.model.clients import Role, RolePermission
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import has_wildcard, permissions_overlap


def find(inventory: Inventory, context: CheckContext) -> Iterator[RoleFinding | Undecided]:
    catalog = context.catalog
    if catalog is None:
        return
    asked = _Asked(catalog, contract_permissions(context.operations))

    def others(role: Role) -> tuple[RolePermission, ...]:
        if role.adopts:
            return ()  # The platform defines this role, so its permissions are spelled correctly.
        return tuple(each for each in role.permissions if not asked.covers(each.pattern))

    def message(role: Role, names: str) -> str:
        told = f"{role.label} grants {names}, which no published operation needs."
        wrong = dict.fromkeys(each.pattern for each in others(role))
        # A name similar to a sensitive permission would reveal that permission.
        near = [
            phrase(nearest_permission(name, catalog))
            for name in list(wrong)[:NAMED]
            if name not in inventory.hidden
        ]
        return " ".join([told, *filter(None, dict.fromkeys(near))])

    yield from find_in_roles(inventory, others, message)


class _Asked:
    """The permissions that operations require.

    Answers are cached, since many clients hold the same.
    """

    def __init__(self, catalog: Catalog, contracted: frozenset[str]) -> None:
        self._catalog = catalog
        self._contracted = contracted
        self._known: dict[str, bool] = {}

    def covers(self, pattern: str) -> bool:
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = self._look(pattern)
        return known

    def _look(self, pattern: str) -> bool:
        if pattern in self._contracted or self._catalog.has_permission(pattern):
            return True
        return has_wildcard(pattern) and any(
            permissions_overlap(pattern, name) for name in self._contracted
        )


CHECK = BuiltIn(
    id="unpublished-permission",
    title="No published operation needs a permission of the role",
    severity=Severity.NOTE,
    why="The platform has permissions that no published operation needs, such as those of "
    "its user interface. A misspelled permission looks the same, and the provider only "
    "logs it.",
    fix="Compare it with the permissions that the client's calls need: 'recording-toolkit catalog "
    "show OPERATION' names them.",
    find=find,
)
