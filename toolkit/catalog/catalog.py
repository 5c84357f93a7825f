"""A compiled catalog that is unpacked only as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from toolkit.catalog.form import (
    Header,
    beginning_of,
    entry_of,
    unpack_header,
    unpack_lines,
)
from toolkit.contracts.contract import Operation
from toolkit.errors import CatalogError
from toolkit.model.permissions import READONLY, has_wildcard, permissions_overlap


def including(scope: str) -> str:
    """Return the scope that includes this one, or the scope itself if none does."""
    bare = scope.removesuffix(READONLY)
    # ``x:readonly:readonly`` is not a valid scope.
    return scope if bare.endswith(READONLY) else bare


class Catalog:
    """Published operations, and the names of the scopes and permissions that they accept.

    `read` returns the compiled bytes on first use; `name` is the catalog's name in errors. Every
    property and method raises CatalogError if the bytes are not a valid catalog; `catalog_of`
    validates them at once.
    """

    def __init__(self, read: Callable[[], bytes], name: str) -> None:
        self._read = read
        self.name = name
        self._overlaps = lru_cache(maxsize=4096)(self._overlapping)

    @property
    def header(self) -> Header:
        return self._parts[0]

    @cached_property
    def _parts(self) -> tuple[Header, bytes]:
        return unpack_header(self._read(), self.name)

    @cached_property
    def _lines(self) -> bytes:
        return unpack_lines(self._parts[1], self.name)

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """All operations by their id."""
        entries = (entry_of(line, self.name) for line in self._lines.splitlines())
        found = {entry.id: entry.operation() for entry in entries}
        if len(found) != self.header.operations:
            raise CatalogError(
                f"{self.name}: the catalog is damaged: it has {len(found)} operations, "
                f"not {self.header.operations}"
            )
        return found

    def operation(self, operation_id: str) -> Operation | None:
        """Return one operation. This costs a tenth of reading all operations."""
        if "operations" in self.__dict__:
            return self.operations.get(operation_id)
        if not operation_id.isascii():
            return None  # Every id is ASCII, and an argument may hold what JSON cannot encode.
        beginning = beginning_of(operation_id)
        lines = self._lines
        at = 0 if lines.startswith(beginning) else lines.find(b"\n" + beginning) + 1
        if at == 0 and not lines.startswith(beginning):
            return None
        end = lines.find(b"\n", at)
        return entry_of(lines[at : end if end >= 0 else len(lines)], self.name).operation()

    @cached_property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.header.scopes)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The permissions that published operations require; the platform has more."""
        return frozenset(self.header.permissions)

    def has_scope(self, scope: str) -> bool:
        """Whether the scope, or the one that includes it, is published."""
        return scope in self.scopes or including(scope) in self.scopes

    def has_permission(self, pattern: str) -> bool:
        """Whether an operation requires the permission, or one that the pattern grants."""
        return pattern in self.permissions or self._overlaps(pattern)

    def _overlapping(self, pattern: str) -> bool:
        return has_wildcard(pattern) and any(
            permissions_overlap(pattern, known) for known in self.header.permissions
        )


def catalog_of(data: bytes, name: str) -> Catalog:
    """Return the catalog in these bytes, completely validated. Raises CatalogError."""
    catalog = Catalog(lambda: data, name)
    if not catalog.operations:
        raise CatalogError(f"{name}: the catalog has no operations")
    return catalog


_FILE: Final = Path(__file__).with_name("catalog.jsonl.gz")
#: The shipped catalog.
SHIPPED: Final = Catalog(_FILE.read_bytes, "the catalog that ships")
