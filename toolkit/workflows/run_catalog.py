"""Looks up a name in the published API, or searches it by words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from msgspec.structs import replace

from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.catalog.nearest import nearest_permission, nearest_scope, phrase
from toolkit.catalog.risks import table, why
from toolkit.catalog.routes import Routes, operation_of_call, path_of
from toolkit.catalog.searching import search as search_operations
from toolkit.contracts.contract import Operation, Step
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.documents.wording import nearest_of, quoted
from toolkit.errors import CatalogError
from toolkit.model.catalog_entries import Call, CatalogEntry, Matches, Risk
from toolkit.model.permissions import READONLY, permissions_overlap, scopes_included

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_SEARCH: Final = "'recording-toolkit catalog search WORDS' finds operations."


def describe(name: str, catalog: Catalog = SHIPPED) -> CatalogEntry:
    """Return what a name is: an operation, a scope, a permission, or ``METHOD /path``.

    A name that the published API does not have is looked up in the shipped contracts. Raises
    CatalogError, with the nearest names, if none has it.
    """
    name = name.strip()
    date = catalog.header.date
    operation, origin = _operation(name, catalog)
    if operation is not None:
        call = _call(operation, origin)
        published = _published(origin) if origin is not None else None
        about = call.summary
        return CatalogEntry("operation", operation.id, about, date, (call,), origin, published)
    if catalog.has_scope(name):
        calls = _taking(name, catalog.operations)
        bare = name.removesuffix(READONLY)
        about = catalog.header.scopes.get(name) or catalog.header.scopes.get(bare, "")
        return CatalogEntry("scope", name, about, date, calls)
    if catalog.has_permission(name):
        calls, risks = _asking(name, catalog.operations), tuple(_risks(name, catalog))
        return CatalogEntry("permission", name, "", date, calls, risks=risks)
    for contract in SHIPPED_CONTRACTS:
        found = _in_contract(name, contract, date)
        if found is not None:
            return found
    raise CatalogError(
        f"the published API ({date}) has no operation, scope or permission {quoted(name)}",
        hint=_near(name, catalog),
    )


def _risks(name: str, catalog: Catalog) -> Iterator[Risk]:
    """Yield the risk classes of a permission, or of all that a wildcard grants today."""
    granted = [each for each in catalog.permissions if permissions_overlap(name, each)]
    for risk, title in table().classes.items():
        reasons = sorted({why(each, risk) for each in granted} - {""})
        if reasons:
            yield Risk(risk, title, " ".join(reasons))


def search(words: str, catalog: Catalog = SHIPPED) -> Matches:
    """Return the operations, scopes and permissions with these words.

    Operations of a shipped contract that are not published are included, because users expect them
    here. Raises CatalogError if nothing matches.
    """
    wanted = words.split()
    others = _unpublished(catalog)
    known = {**catalog.operations, **{key: operation for key, (operation, _) in others.items()}}
    found = search_operations(wanted, _with_more_words(known.values()))
    calls = tuple(
        _call(known[each.id], others[each.id][1] if each.id in others else None)
        # Published operations come first.
        for each in sorted(found, key=lambda each: each.id in others)
    )
    parts = [word.lower() for word in wanted]

    def having(names: Mapping[str, str] | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if parts and all(p in name.lower() for p in parts))

    header = catalog.header
    scopes = having(header.scopes)
    permissions = having(header.permissions) or _of_class(words.strip(), header.permissions)
    if not (calls or scopes or permissions):
        raise CatalogError(
            f"nothing in the published API ({header.date}) has {quoted(words)}",
            hint="Use words of a call's path, such as: catalog search patch call participant.",
        )
    return Matches(words, header.date, calls, scopes, permissions)


def _with_more_words(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield the operations; those of shipped contracts have the contract's summary too."""
    said: dict[str, list[str]] = {}
    for contract in SHIPPED_CONTRACTS:
        for each in load_contract(contract).operations:
            said.setdefault(each.id, []).extend((each.summary, *each.known_as))
    for each in operations:
        yield replace(each, summary=" ".join([each.summary, *said.get(each.id, ())]))


def _unpublished(catalog: Catalog) -> dict[str, tuple[Operation, str]]:
    """Return the operations that only a contract has, by id, each with the contract's name."""
    return {
        operation.id: (operation, contract)
        for contract in SHIPPED_CONTRACTS
        for operation in load_contract(contract).operations
        if operation.id not in catalog.operations
    }


def _operation(name: str, catalog: Catalog) -> tuple[Operation | None, str | None]:
    """Return an operation by its id or as a call; its contract too if only that has it."""
    found = catalog.operation(name)
    if found is not None or not name:
        return found, None
    if " " in name:
        others = _unpublished(catalog)
        # The published ones come last: if two have the same path, the published one is the result.
        known = [*(operation for operation, _ in others.values()), *catalog.operations.values()]
        found = operation_of_call(name, known)
        return found, others[found.id][1] if found is not None and found.id in others else None
    lower = name.lower()
    named = (each for key, each in catalog.operations.items() if key.lower() == lower)
    return next(named, None), None


def _taking(scope: str, operations: Mapping[str, Operation]) -> tuple[Call, ...]:
    """Return the operations for which this scope alone is enough."""
    held = set(scopes_included(scope))
    return tuple(
        _call(each)
        for each in operations.values()
        if any(way and held.issuperset(way) for way in each.scopes or ())
    )


def _of_class(risk: str, permissions: Iterable[str]) -> tuple[str, ...]:
    """Return the permissions of a risk class; empty if the word is not a risk class."""
    return tuple(each for each in permissions if why(each, risk))


def _asking(permission: str, operations: Mapping[str, Operation]) -> tuple[Call, ...]:
    return tuple(
        _call(each)
        for each in operations.values()
        if each.permissions is not None
        and any(permissions_overlap(permission, name) for name in each.permissions.names)
    )


def _in_contract(name: str, contract: str, date: str) -> CatalogEntry | None:
    operations = {each.id: each for each in load_contract(contract).operations}
    name = next((key for key, each in operations.items() if name in each.known_as), name)
    if name in operations:
        call = _call(operations[name], contract)
        published = _published(contract)
        return CatalogEntry("operation", name, call.summary, date, (call,), contract, published)
    for kind, calls in (
        ("scope", tuple(e for e in operations.values() if any(name in w for w in e.scopes or ()))),
        (
            "permission",
            tuple(e for e in operations.values() if e.permissions and name in e.permissions.names),
        ),
    ):
        if calls:
            told = tuple(_call(each, contract) for each in calls)
            return CatalogEntry(kind, name, "", date, told, contract)
    return None


def _published(contract: str) -> str | None:
    """Return the published operation that starts a recording, for an unpublished contract."""
    instead = load_contract(contract).unpublished
    started = load_contract(instead.instead).step(Step.START) if instead else None
    return started.id if started else None


@cache
def _summaries() -> Mapping[str, str]:
    """Return the summaries of shipped contracts by call; the published catalog has none."""
    contracts = map(load_contract, SHIPPED_CONTRACTS)
    return {each.id: each.summary for contract in contracts for each in contract.operations}


def _call(operation: Operation, contract: str | None = None) -> Call:
    asked = operation.permissions
    return Call(
        operation.id,
        operation.method,
        operation.path,
        operation.summary or _summaries().get(operation.id, ""),
        operation.scopes,
        None if asked is None else asked.mode.value,
        () if asked is None else asked.names,
        operation.user_context.value,
        contract,
    )


def _near(name: str, catalog: Catalog) -> str:
    """Return suggestions for a name that was not found, by its form."""
    parts: list[str] = []
    ours = _unpublished(catalog).values()
    method, _, target = name.rpartition(" ")
    path = path_of(target)
    if path is not None:
        others = (operation for operation, _ in ours)
        routes = Routes((*others, *catalog.operations.values()))
        found = [each for each in _METHODS if routes.find(each, path)]
        if not found:
            return _SEARCH
        if method:
            return f"There is no {method.strip().upper()} at this path, but {', '.join(found)}."
        return f"Put the method in front: {' or '.join(found)} {path}"
    if name.count(":") == 2:
        parts.append(_sentence("As a permission", phrase(nearest_permission(name, catalog))))
    if " " not in name:
        parts.append(_sentence("As a scope", phrase(nearest_scope(name, catalog))))
    known = (*catalog.operations, *(alias for each, _ in ours for alias in each.known_as))
    operations = [] if ":" in name else nearest_of(name, known)
    if operations:
        parts.append(f"Operations that are spelled alike: {', '.join(operations)}.")
    return " ".join(part for part in parts if part) or _SEARCH


def _sentence(what: str, near: str) -> str:
    return f"{what}: {near[:1].lower()}{near[1:]}" if near else ""
