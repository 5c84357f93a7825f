"""The shipped catalog matches the facts, and is small."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolkit.catalog.catalog import _FILE, SHIPPED, Catalog
from toolkit.catalog.compiling import compile_catalog
from toolkit.catalog.form import unpack_header, unpack_lines
from toolkit.contracts.contract import Operation, UserContext
from toolkit.contracts.reader import load_contract
from toolkit.workflows import describe

from . import facts

SOURCE = "operations.json, scopes.json"
ROWS = facts.rows()
#: Forty rows across the table: every eightieth, and one of each unusual kind.
SPECIAL = [
    "patchConversationsCallParticipant",
    "postConversationsCallParticipantSnippetRecord",
    "getUserrecordingTranscoding",
    "getUserrecordingMedia",
    "getLanguageunderstandingDomains",
    "putRecordingJob",
    "deleteUser",
]
CHOSEN = [*list(ROWS)[::97], *SPECIAL]


def test_it_is_what_compiling_the_facts_gives() -> None:
    made, _ = compile_catalog(
        facts.table(), name="t", source=SOURCE, today="2000-01-01", scopes=facts.scopes()
    )
    fresh, shipped = (unpack_header(data, "c") for data in (made, _FILE.read_bytes()))
    # Compare the content, since another zlib may compress it to other bytes.
    assert fresh[0] == shipped[0]
    assert unpack_lines(fresh[1], "c") == unpack_lines(shipped[1], "c")


def test_it_is_dated_says_its_source_and_names_no_machine() -> None:
    header = SHIPPED.header
    assert (header.date, header.source) == ("2026-07", SOURCE)
    assert (header.operations, len(header.scopes), len(header.permissions)) == (3189, 132, 1365)


def test_it_is_small() -> None:
    assert _FILE.stat().st_size < 150_000


def test_forty_are_chosen() -> None:
    assert len(set(CHOSEN)) >= 40


def as_row(operation: Operation) -> dict[str, Any]:
    """Return an operation in the form of the facts table."""
    asked = operation.permissions
    scopes = operation.scopes
    return {
        "operationId": operation.id,
        "method": operation.method,
        "path": operation.path,
        "scopes": None if scopes is None else [scope for way in scopes for scope in way],
        "permissions": None if asked is None else {"mode": asked.mode, "names": list(asked.names)},
    }


def without_source(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row without its source and with each permission once."""
    asked = row["permissions"]
    if asked is not None:
        asked = {**asked, "names": list(dict.fromkeys(asked["names"]))}
    return {**{key: value for key, value in row.items() if key != "src"}, "permissions": asked}


@pytest.mark.parametrize("name", CHOSEN)
def test_an_operation_is_as_the_facts_have_it(name: str) -> None:
    alone = Catalog(_FILE.read_bytes, "alone").operation(name)
    assert alone is not None
    assert alone == SHIPPED.operations[name]
    assert as_row(alone) == without_source(ROWS[name])
    # Each scope is an alternative: any one is enough.
    assert all(len(way) == 1 for way in alone.scopes or () if ROWS[name]["scopes"])


@pytest.mark.parametrize("name", CHOSEN)
def test_show_says_what_the_facts_say(name: str) -> None:
    (call,) = describe(name).calls
    row = ROWS[name]
    assert (call.method, call.path) == (row["method"], row["path"])
    assert [*(way[0] for way in call.scopes or () if way)] == (row["scopes"] or [])
    assert (call.scopes is None) == (row["scopes"] is None)
    asked = row["permissions"] or {"mode": None, "names": []}
    assert (call.mode, list(call.permissions)) == (asked["mode"], asked["names"])


def test_all_operations_are_as_the_facts_have_them() -> None:
    found = {name: as_row(operation) for name, operation in SHIPPED.operations.items()}
    assert found == {name: without_source(row) for name, row in ROWS.items()}


def test_every_scope_of_the_list_is_there() -> None:
    assert sorted(SHIPPED.header.scopes) == sorted(json.loads(facts.scopes())["published"])


def test_what_a_contract_knows_of_user_context_is_marked() -> None:
    marked = {
        name
        for name, operation in SHIPPED.operations.items()
        if operation.user_context is not UserContext.NO
    }
    assert marked == {
        operation.id
        for operation in load_contract("call-recording").operations
        if operation.user_context is not UserContext.NO
    }
    assert marked == {"patchConversationsCallParticipant"}
