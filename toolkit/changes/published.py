"""The published permissions and operations, as comparisons query them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from msgspec.structs import replace

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.named import NAMED
from toolkit.catalog.risks import risks_of
from toolkit.contracts.contract import Operation, PermissionMode, Permissions
from toolkit.model.changes import ChangeKind
from toolkit.model.permissions import has_wildcard, permission_covers


class Published:
    """A catalog, and the operations of contracts, which win over those of the catalog."""

    def __init__(self, catalog: Catalog, operations: Mapping[str, Operation]) -> None:
        self._catalog = catalog
        self._operations = operations
        self._expanded: dict[str, tuple[str, ...]] = {}

    def expanded(self, pattern: str) -> tuple[str, ...]:
        """Return the published permissions that a wildcard grants, sorted. Raises CatalogError."""
        found = self._expanded.get(pattern)
        if found is None:
            names = (name for name in self._catalog.permissions if permission_covers(pattern, name))
            found = self._expanded[pattern] = tuple(sorted(names))
        return found

    def risks(self, name: str) -> tuple[str, ...]:
        """Return the risk classes of a permission; for a wildcard, of all that it grants today."""
        if not has_wildcard(name):
            return risks_of(name)
        return tuple(sorted({risk for each in self.expanded(name) for risk in risks_of(each)}))

    def asking(self, kind: ChangeKind, name: str) -> tuple[Operation, ...]:
        """Return the operations that require a scope or a permission. Raises CatalogError."""
        return tuple(self._index.get((kind, name), ()))

    @cached_property
    def _index(self) -> Mapping[tuple[ChangeKind, str], list[Operation]]:
        narrowed = {each.operation: each.permissions for each in NAMED if each.permissions}
        found: dict[tuple[ChangeKind, str], list[Operation]] = defaultdict(list)
        for operation in {**self._catalog.operations, **self._operations}.values():
            takes = narrowed.get(operation.id)
            if takes is not None:
                needed = Permissions(PermissionMode.ANY, takes)
                operation = replace(operation, permissions=needed)
            for scope in {s for alternative in operation.scopes or () for s in alternative}:
                found[ChangeKind.SCOPE, scope].append(operation)
            asked = operation.permissions
            for name in dict.fromkeys(asked.names) if asked is not None else ():
                found[ChangeKind.PERMISSION, name].append(operation)
        return found


#: What an operation is for, as a phrase by operation id.
PHRASES: Mapping[str, str] = {each.operation: each.phrase for each in NAMED}
#: The severity order of operations; the lowest rank is the most severe.
RANKS: Mapping[str, int] = {each.operation: at for at, each in enumerate(NAMED)}
