"""Compile a catalog from an API document: a region's OpenAPI 2 document, or a facts table.

In an OpenAPI 2 document, ``security`` and ``x-inin-requires-permissions`` count. The platform's
documents list scopes of which any one is enough, so each becomes an alternative. What a document
does not say about an operation stays unknown.

A facts table is a JSON list of ``{operationId, method, path, scopes, permissions}``, in which null
means unknown. It lacks its date and the scopes that no operation takes; a list of scopes, ``{as_of,
published}``, has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TypeVar

import msgspec
from msgspec import Struct, field

from toolkit.catalog.form import Day, Entry, Header, Name, Needed, pack
from toolkit.contracts.contract import PermissionMode, UserContext
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.errors import CatalogError

#: The maximum size of a document in bytes. The whole published API takes about 20 MiB.
MAX_DOCUMENT: Final = 64 << 20
_DOCUMENT_HINT: Final = "Give the OpenAPI 2 document that a region serves at /api/v2/docs/swagger."
_EXTENSION: Final = "x-inin-requires-permissions"
_T = TypeVar("_T")


class _Row(Struct):
    operation_id: Name = field(name="operationId")
    method: str
    path: Name
    scopes: tuple[Name, ...] | None
    permissions: Needed | None


class _ScopeList(Struct):
    published: tuple[Name, ...]
    as_of: Day | None = None


class _Permissions(Struct):
    type: PermissionMode
    permissions: tuple[Name, ...] = ()


class _Operation(Struct):
    operation_id: Name | None = field(name="operationId", default=None)
    summary: str = ""
    security: tuple[dict[str, tuple[Name, ...]], ...] | None = None
    requires: _Permissions | None = field(name=_EXTENSION, default=None)


class _PathItem(Struct):
    get: _Operation | None = None
    put: _Operation | None = None
    post: _Operation | None = None
    patch: _Operation | None = None
    delete: _Operation | None = None
    head: _Operation | None = None
    options: _Operation | None = None


class _Scheme(Struct):
    type: str
    scopes: dict[Name, str] = {}


class _Document(Struct):
    swagger: str = ""
    openapi: str = ""
    paths: dict[Name, _PathItem] = {}
    security: tuple[dict[str, tuple[Name, ...]], ...] | None = None
    schemes: dict[str, _Scheme] = field(name="securityDefinitions", default_factory=dict)


def compile_catalog(
    document: bytes, *, name: str, source: str, today: str, scopes: bytes | None = None
) -> tuple[bytes, Header]:
    """Return the compiled catalog of a document, and its header.

    `name` is the document's name in errors, `source` the origin that the catalog records. Its date
    is `today` (ISO), or that of the list of `scopes`, which only a facts table can have. Raises
    CatalogError if the document is neither form, is empty or too large, or contradicts itself.
    """
    if len(document) > MAX_DOCUMENT:
        raise CatalogError(
            f"{name}: larger than any API document ({MAX_DOCUMENT >> 20} MiB)", hint=_DOCUMENT_HINT
        )
    document = document.removeprefix(b"\xef\xbb\xbf").strip()
    if not document:
        raise CatalogError(f"{name}: the document is empty", hint=_DOCUMENT_HINT)
    described: dict[str, str] = {}
    if document.startswith(b"["):
        entries = list(_rows(_decoded(document, list[_Row], name)))
        if scopes is not None:
            listed = _decoded(scopes, _ScopeList, "the list of scopes")
            described = dict.fromkeys(listed.published, "")
            today = listed.as_of or today
    else:
        read = _decoded(document, _Document, name)
        _refuse_other_versions(read, name)
        described = {k: v for s in _oauth(read).values() for k, v in s.scopes.items()}
        entries = list(_operations(read, name))
    if not entries:
        raise CatalogError(f"{name}: the document has no operations", hint=_DOCUMENT_HINT)
    _refuse_twice(entries, name)
    header = Header(
        format="recording-toolkit-catalog",
        version=1,
        date=today,
        source=source,
        operations=len(entries),
        scopes={scope: described.get(scope, "") for scope in _all_scopes(described, entries)},
        permissions=tuple(
            sorted(
                {each for entry in entries if entry.permissions for each in entry.permissions.names}
            )
        ),
    )
    return pack(header, _marked(entries)), header


def _decoded(data: bytes, kind: type[_T], name: str) -> _T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        reason = " ".join(str(error).split())
        raise CatalogError(f"{name}: not an API document: {reason}", hint=_DOCUMENT_HINT) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogError(f"{name}: the document is not JSON", hint=_DOCUMENT_HINT) from error


def _rows(rows: Iterable[_Row]) -> Iterator[Entry]:
    for row in rows:
        scopes = None if row.scopes is None else tuple(dict.fromkeys(row.scopes))
        yield Entry(
            row.operation_id, row.method.upper(), row.path, scopes, _settled(row.permissions)
        )


def _refuse_other_versions(document: _Document, name: str) -> None:
    if document.swagger == "2.0":
        return
    what = "an OpenAPI 3 document" if document.openapi else "no OpenAPI document"
    raise CatalogError(f"{name}: this is {what}, not OpenAPI 2", hint=_DOCUMENT_HINT)


def _operations(document: _Document, name: str) -> Iterator[Entry]:
    for path, item in document.paths.items():
        for method in item.__struct_fields__:
            operation: _Operation | None = getattr(item, method)
            if operation is None:
                continue
            if operation.operation_id is None:
                raise CatalogError(f"{name}: {method.upper()} {path} has no operationId")
            asked = operation.requires
            yield Entry(
                operation.operation_id,
                method.upper(),
                path,
                _scopes(document, operation),
                _settled(None if asked is None else Needed(asked.type, asked.permissions)),
                summary=operation.summary,
            )


def _oauth(document: _Document) -> dict[str, _Scheme]:
    return {key: scheme for key, scheme in document.schemes.items() if scheme.type == "oauth2"}


def _scopes(document: _Document, operation: _Operation) -> tuple[str, ...] | None:
    """Return the alternative scopes; () if no scope is required, None if unknown.

    The scopes of an operation that only has other security schemes are unknown.
    """
    security = document.security if operation.security is None else operation.security
    if security is None:
        return None
    schemes = _oauth(document)
    if any(len(schemes.keys() & each.keys()) > 1 for each in security):
        return None  # Scopes of several schemes at once, which a single list cannot express.
    by_oauth = [scopes for each in security for key, scopes in each.items() if key in schemes]
    if security and not by_oauth and {} not in security:
        return None
    # One alternative without scopes means that no scope is required.
    listed = () if {} in security or () in by_oauth else chain.from_iterable(by_oauth)
    return tuple(dict.fromkeys(listed))


def _settled(asked: Needed | None) -> Needed | None:
    """Return the permissions; an empty list becomes NONE in any mode but BACKEND."""
    if asked is None or asked.mode is PermissionMode.BACKEND:
        return asked
    if asked.mode is PermissionMode.NONE or not asked.names:
        return Needed(PermissionMode.NONE)
    return Needed(asked.mode, tuple(dict.fromkeys(asked.names)))


def _refuse_twice(entries: Iterable[Entry], name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise CatalogError(f"{name}: the operationId {entry.id} is used twice")
        seen.add(entry.id)


def _all_scopes(described: Iterable[str], entries: Iterable[Entry]) -> list[str]:
    return sorted({*described, *(scope for entry in entries for scope in entry.scopes or ())})


def _marked(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries sorted by id, with the user context from the shipped contracts.

    API documents do not have the user context. A contract with the same call provides it.
    """
    known = {
        (operation.id, operation.method, operation.path): operation.user_context
        for contract in SHIPPED_CONTRACTS
        for operation in load_contract(contract).operations
    }
    found = []
    for entry in sorted(entries, key=lambda entry: entry.id):
        context = known.get((entry.id, entry.method, entry.path), UserContext.NO)
        found.append(msgspec.structs.replace(entry, user_context=context))
    return found
