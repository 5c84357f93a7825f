"""Finds the operation that a user names, by its id or as a call."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.routes import operation_of_call
from toolkit.contracts.contract import Operation
from toolkit.documents.wording import nearest_of, quoted
from toolkit.errors import CatalogError, UsageError


def named_operation(name: str, contracted: Mapping[str, Operation], catalog: Catalog) -> Operation:
    """Return the operation with that id, or of a call such as ``GET /api/v2/users``.

    Raises CatalogError if there is no such operation, and UsageError as `as_contracted` does.
    """
    operation = contracted.get(name) or catalog.operation(name)
    if operation is None and " " in name:
        called = operation_of_call(name, [*catalog.operations.values(), *contracted.values()])
        operation = None if called is None else as_contracted(called, contracted)
    if operation is None:
        near = nearest_of(name, {*contracted, *catalog.operations})
        meant = f"; did you mean {' or '.join(map(quoted, near))}?" if near else ""
        raise CatalogError(
            f"there is no operation {quoted(name)}{meant}",
            hint="'recording-toolkit catalog search WORDS' finds operations; those of another "
            "contract come with --contract, or with a policy that names it.",
        )
    return operation


def as_contracted(called: Operation, contracted: Mapping[str, Operation]) -> Operation:
    """Return the contract's version of an operation, or the operation itself if it has none.

    Raises UsageError if the contract uses the same id for another call.
    """
    found = contracted.get(called.id, called)
    if (found.method, found.path) != (called.method, called.path):
        raise UsageError(
            f"the contract calls {found.method} {found.path} {quoted(called.id)}, which is "
            f"asked for as {called.method} {called.path}",
            hint="Rename the operation of the contract.",
        )
    return found
