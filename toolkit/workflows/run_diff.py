"""What a change grants and takes: two inputs, compared client by client, as a report."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.changes.delta import changes_between
from toolkit.changes.published import Published
from toolkit.contracts.contract import Operation
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.errors import UsageError
from toolkit.model.changes import Change
from toolkit.model.inventory import Inventory
from toolkit.model.report import Report, Source
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.requests import UNSAID, Execution, Progress
from toolkit.workflows.reading import Found, read_sources

#: The root of an inventory that is no folder, relative to what was named.
_ALONE = "."


class _Side(Struct, frozen=True):
    """One of the two inputs: how it was named, and what was found in it."""

    name: str
    found: Found

    def roots(self) -> dict[str, Inventory]:
        """The inventories by their root, relative to what was named."""
        return {_relative(self.name, each): each for each in self.found.inventories}


def diff(
    base: str,
    head: str,
    *,
    variables: Sequence[tuple[str, str]] = (),
    stdin: bytes | None = None,
    environ: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    catalog: Catalog = SHIPPED,
    max_size: int = MAX_SIZE,
    progress: Progress | None = None,
    execution: Execution = UNSAID,
) -> Report:
    """Compare what the clients of `base` and of `head` have.

    Both are sources as `check` takes them. `catalog` says what a wildcard grants, and which
    operations a permission opens. The other arguments are those of `check`.

    Raises UsageError for roots that cannot be told to be the same, and for a variable that no root
    module declares.
    """
    sides = [
        _Side(
            source,
            read_sources(
                [source],
                stdin=stdin,
                variables=variables,
                environ=environ,
                source_dir=None,
                max_size=max_size,
                exclude=exclude,
                progress=progress,
                execution=execution,
            ),
        )
        for source in (base, head)
    ]
    return compare(sides[0], sides[1], catalog)


def compare(before: _Side, after: _Side, catalog: Catalog) -> Report:
    """The report on two sides that were read. One that could not be read leaves no comparison."""
    problems = {*before.found.problems, *after.found.problems}
    pairs = [] if problems else list(_paired(before, after))
    published = Published(catalog, _contract_operations())
    changes: list[Change] = []
    for old, new in pairs:
        changes += changes_between(old, new, published)
    notes = {
        *before.found.notes,
        *after.found.notes,
        *(
            note
            for side in (before, after)
            for each in side.found.inventories
            for note in each.notes
        ),
    }
    return Report(
        command="diff",
        tool_version=__version__,
        sources=tuple(_sources(before, after)),
        notes=tuple(sorted(notes)),
        errors=tuple(sorted(problems, key=lambda p: (p.message, p.hint or ""))),
        changes=tuple(sorted(changes, key=lambda change: change.sort_key)),
    )


def _contract_operations() -> Mapping[str, Operation]:
    """The operations of the contracts that ship."""
    return {
        operation.id: operation
        for name in SHIPPED_CONTRACTS
        for operation in load_contract(name).operations
    }


def _sources(before: _Side, after: _Side) -> Iterator[Source]:
    for side in (before, after):
        for each in sorted(side.found.inventories, key=lambda each: each.root):
            yield Source(each.root, each.kind, len(each.clients))


def _paired(before: _Side, after: _Side) -> Iterator[tuple[Inventory, Inventory]]:
    """The roots of both sides: by their paths, or the only one with the only one."""
    old, new = before.roots(), after.roots()
    if len(old) == 1 and len(new) == 1:
        yield next(iter(old.values())), next(iter(new.values()))
        return
    _refuse_unlike(before, after)
    for path in sorted({*old, *new}):
        there, here = old.get(path), new.get(path)
        if there is not None and here is not None:
            yield there, here
        elif here is not None:
            yield Inventory(here.root, here.kind), here
        elif there is not None:
            yield there, Inventory(there.root, there.kind, lineage=())


def _refuse_unlike(before: _Side, after: _Side) -> None:
    """Raises `UsageError` for several roots against a plan, a state or an org."""
    for side, other in ((before, after), (after, before)):
        kinds = {each.kind for each in side.found.inventories}
        if len(other.found.inventories) > 1 and kinds and kinds != {"hcl"}:
            raise UsageError(
                f"{other.name} has {len(other.found.inventories)} root modules, and {side.name} "
                "is of one",
                hint="Name the folder of the one root module.",
            )


def _relative(name: str, inventory: Inventory) -> str:
    if inventory.kind != "hcl":
        return _ALONE
    folder = name if os.path.isdir(name) else posixpath.dirname(name) or "."  # noqa: PTH112
    return os.path.relpath(inventory.root, folder)
