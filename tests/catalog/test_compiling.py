"""Compiling documents: the catalog matches the source, or the source is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.catalog.catalog import Catalog, catalog_of
from toolkit.catalog.compiling import MAX_DOCUMENT, compile_catalog
from toolkit.contracts.contract import PermissionMode, Permissions
from toolkit.errors import CatalogError

SWAGGER = (Path(__file__).parent / "swagger.json").read_bytes()
ROW = {
    "operationId": "getX",
    "method": "get",
    "path": "/x/{id}",
    "scopes": ["a", "b"],
    "permissions": {"mode": "ANY", "names": ["a:b:c"]},
}


def compiled(document: Any, scopes: Any = None) -> Catalog:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    listed = None if scopes is None else json.dumps(scopes).encode()
    made, _ = compile_catalog(data, name="doc", source="src", today="2026-11-23", scopes=listed)
    return catalog_of(made, "made")


ANY, ALL, NONE = PermissionMode.ANY, PermissionMode.ALL, PermissionMode.NONE


@pytest.mark.parametrize(
    ("name", "scopes", "permissions"),
    [
        (
            "getThings",
            (("things",), ("things:readonly",)),
            Permissions(ANY, ("thing:thing:view", "thing:thing:edit")),
        ),
        ("postThings", (("things",),), Permissions(ALL, ("thing:thing:add", "thing:part:add"))),
        ("deleteThing", (("things",), ("other",)), Permissions(NONE)),
        ("patchThing", ((),), Permissions(PermissionMode.BACKEND)),
        ("putThing", ((),), None),
        ("headThing", None, None),
        ("optionsThing", None, None),
        ("getBoth", (("things",),), None),
    ],
)
def test_an_openapi_2_document(name: str, scopes: Any, permissions: Any) -> None:
    operation = compiled(SWAGGER).operation(name)
    assert operation is not None
    assert (operation.scopes, operation.permissions) == (scopes, permissions)


def test_its_header() -> None:
    header = compiled(SWAGGER).header
    assert (header.date, header.source, header.operations) == ("2026-11-23", "src", 8)
    assert header.scopes == {
        "other": "",
        "things": "Use things",
        "things:readonly": "Look at things",
        "unused": "Nothing takes it",
    }
    assert header.permissions == (
        "thing:part:add", "thing:thing:add", "thing:thing:edit", "thing:thing:view",
    )  # fmt: skip


def test_its_summaries_are_kept() -> None:
    found = {key: each.summary for key, each in compiled(SWAGGER).operations.items()}
    assert {key: text for key, text in found.items() if text} == {
        "getThings": "List the things",
        "postThings": "Make a thing",
    }


@pytest.mark.parametrize(
    ("change", "scopes", "permissions"),
    [
        ({}, (("a",), ("b",)), Permissions(ANY, ("a:b:c",))),
        ({"scopes": []}, ((),), Permissions(ANY, ("a:b:c",))),
        ({"scopes": None, "permissions": None}, None, None),
        (
            {"permissions": {"mode": "NONE", "names": []}},
            (("a",), ("b",)),
            Permissions(NONE),
        ),
        (
            {"permissions": {"mode": "BACKEND", "names": []}},
            (("a",), ("b",)),
            Permissions(PermissionMode.BACKEND),
        ),
    ],
)
def test_a_facts_table(change: dict[str, Any], scopes: Any, permissions: Any) -> None:
    operation = compiled([{**ROW, **change}]).operation("getX")
    assert operation is not None
    assert (operation.method, operation.path) == ("GET", "/x/{id}")
    assert (operation.scopes, operation.permissions) == (scopes, permissions)


def test_a_list_of_scopes_dates_a_facts_table() -> None:
    header = compiled([ROW], {"as_of": "2026-07", "published": ["c", "a"]}).header
    assert (header.date, sorted(header.scopes)) == ("2026-07", ["a", "b", "c"])


def test_the_same_document_gives_the_same_bytes() -> None:
    first, second = (
        compile_catalog(SWAGGER, name="n", source="s", today="2026-01-01")[0] for _ in range(2)
    )
    assert first == second


OPERATION = {"operationId": "x", "security": []}
BROKEN = {
    "nothing": (b"", "the document is empty"),
    "blanks": (b" \n\t", "the document is empty"),
    "no JSON": (b"<html>", "not JSON"),
    "cut off": (SWAGGER[:-50], "not JSON"),
    "not UTF-8": (b'{"swagger": "\xff"}', "not JSON"),
    "deep": (b"[" * 100_000, "not"),
    "no document": (b"{}", "no OpenAPI document"),
    "OpenAPI 3": (b'{"openapi": "3.0.1", "paths": {}}', "an OpenAPI 3 document"),
    "no operations": (b'{"swagger": "2.0", "paths": {}}', "has no operations"),
    "an empty table": (b"[]", "has no operations"),
    "no operationId": (
        {"swagger": "2.0", "paths": {"/a": {"get": {}}}},
        "GET /a has no operationId",
    ),
    "twice": (
        {"swagger": "2.0", "paths": {"/a": {"get": OPERATION}, "/b": {"get": OPERATION}}},
        "the operationId x is used twice",
    ),
    "a table twice": ([ROW, ROW], "the operationId getX is used twice"),
    "another mode": ([{**ROW, "permissions": {"mode": "SOME", "names": []}}], "SOME"),
    "scopes that are a text": ([{**ROW, "scopes": "a"}], "scopes"),
    "a row without scopes": ([{"operationId": "x", "method": "GET", "path": "/"}], "scopes"),
    "an id with an escape": ([{**ROW, "operationId": "x\x1b[2J"}], "operationId"),
    "a scope with a line break": ([{**ROW, "scopes": ["a\n"]}], "scopes"),
    "too large": (b" " * (MAX_DOCUMENT + 1), "larger than any"),
}


@pytest.mark.parametrize(("document", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_document_is_refused(document: Any, said: str) -> None:
    with pytest.raises(CatalogError) as caught:
        compiled(document)
    assert said in caught.value.message
    assert caught.value.message.startswith("doc: ")
    assert "\x1b" not in caught.value.message


def packed(*lines: Any) -> bytes:
    return b"".join(gzip.compress(json.dumps(line).encode() + b"\n") for line in lines)


HEADER = {
    "format": "recording-toolkit-catalog",
    "version": 1,
    "date": "2026-01",
    "source": "s",
    "operations": 1,
    "scopes": {},
    "permissions": [],
}
ENTRY: dict[str, Any] = {"id": "x", "method": "GET", "path": "/", "scopes": [], "permissions": None}
GOOD = packed(HEADER, ENTRY)
DAMAGED = {
    "nothing": (b"", "not a compiled catalog"),
    "JSON": (SWAGGER, "not a compiled catalog"),
    "cut off": (GOOD[:-30], "not a compiled catalog: it is cut off"),
    "another version": (packed({**HEADER, "version": 2}, ENTRY), "not a catalog of this version"),
    "something else": (packed({"a": 1}), "not a catalog of this version"),
    "no operations": (packed({**HEADER, "operations": 0}) + gzip.compress(b""), "no operations"),
    "one is missing": (packed({**HEADER, "operations": 2}, ENTRY), "damaged: it has 1 operations"),
    "a bad line": (packed(HEADER, {**ENTRY, "scopes": 1}), "damaged"),
    "more": (GOOD + GOOD, "something follows"),
    "a bomb": (gzip.compress(b" " * (65 << 20)), "larger than any catalog"),
}


@pytest.mark.parametrize(("data", "said"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_no_catalog_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog_of(data, "file")
    assert said in caught.value.message
    assert caught.value.message.startswith("file: ")


def test_one_that_is_undamaged_is_not() -> None:
    assert list(catalog_of(GOOD, "file").operations) == ["x"]
