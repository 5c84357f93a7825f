"""A user's own contracts: what is understood, and the errors of a wrong one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from toolkit.contracts.contract import Operation, PermissionMode, Permissions, UserContext
from toolkit.contracts.reader import load_contract
from toolkit.errors import ContractError, DocumentError, ToolkitError

OAUTH = {"type": "oauth2", "flows": {}}


def write(folder: Path, operation: dict[str, Any], **more: Any) -> str:
    """Write a document with one operation, `GET /thing`; return its path."""
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/thing": {"get": {"operationId": "getThing", **operation}}},
        "components": {"securitySchemes": {"oauth": OAUTH, "chat": {"type": "apiKey"}}},
        **more,
    }
    path = folder / "things.json"
    path.write_text(json.dumps(content, indent=1))
    return str(path)


def read(folder: Path, operation: dict[str, Any], **more: Any) -> Operation:
    (found,) = load_contract(write(folder, operation, **more)).operations
    return found


@pytest.mark.parametrize(
    ("security", "scopes"),
    [
        ([{"oauth": ["a", "b"]}], (("a", "b"),)),
        ([{"oauth": ["a"]}, {"oauth": ["b"]}], (("a",), ("b",))),
        ([{"oauth": []}], ((),)),
        ([], ((),)),
        ([{}, {"oauth": ["a"]}], ((), ("a",))),
        ([{"oauth": ["a"], "chat": []}], (("a",),)),
        ([{"chat": []}, {"oauth": ["a"]}], (("a",),)),
        ([{"chat": []}], None),
    ],
)
def test_scopes(tmp_path: Path, security: Any, scopes: Any) -> None:
    assert read(tmp_path, {"security": security}).scopes == scopes


def test_scopes_of_the_document_hold_where_the_operation_has_none(tmp_path: Path) -> None:
    root = [{"oauth": ["root"]}]
    assert read(tmp_path, {}, security=root).scopes == (("root",),)
    assert read(tmp_path, {"security": []}, security=root).scopes == ((),)


def test_what_is_not_said_is_not_known(tmp_path: Path) -> None:
    operation = read(tmp_path, {})
    assert operation.scopes is None
    assert operation.permissions is None
    assert operation.payload is None
    assert operation.user_context is UserContext.NO


@pytest.mark.parametrize(
    ("extension", "permissions"),
    [
        ({"type": "ALL", "permissions": ["a:b:c"]}, Permissions(PermissionMode.ALL, ("a:b:c",))),
        ({"type": "ANY", "permissions": []}, Permissions(PermissionMode.NONE)),
        ({"type": "BACKEND"}, Permissions(PermissionMode.BACKEND)),
    ],
)
def test_permissions(tmp_path: Path, extension: Any, permissions: Permissions) -> None:
    found = read(tmp_path, {"x-inin-requires-permissions": extension})
    assert found.permissions == permissions


def test_references_are_put_into_the_schema(tmp_path: Path) -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    components = {
        "schemas": {
            "Thing": {
                "properties": {
                    "name": {"$ref": "#/components/schemas/a~1b"},
                    "other": {"$ref": "#/components/schemas/a~1b", "maxLength": 3},
                    "literal": {"const": {"$ref": "#/nowhere"}},
                }
            },
            "a/b": {"type": "string"},
        }
    }
    operation = read(tmp_path, {"requestBody": body}, components=components)
    assert operation.payload == {
        "properties": {
            "name": {"type": "string"},
            "other": {"maxLength": 3, "allOf": [{"type": "string"}]},
            "literal": {"const": {"$ref": "#/nowhere"}},
        }
    }


def test_statuses_may_be_written_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "things.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: Things, version: '1'}\npaths:\n  /thing:\n    get:\n"
        "      operationId: getThing\n      responses:\n        204: {description: done}\n"
        "        default: {description: else}\n"
    )
    assert load_contract(str(path)).operations[0].success == 204


def test_the_example_of_a_success_is_kept(tmp_path: Path) -> None:
    media = {"application/json": {"example": {"id": "1"}}}
    operation = read(tmp_path, {"responses": {"201": {"content": media}}})
    assert (operation.success, operation.success_example) == (201, {"id": "1"})


def schema_of(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


EXPLODING = {
    f"s{n}": {"properties": {key: {"$ref": f"#/components/schemas/s{n + 1}"} for key in "abcdef"}}
    for n in range(9)
} | {"s9": {}}


@pytest.mark.parametrize(
    ("operation", "more", "complaint"),
    [
        ({}, {"openapi": "3.0.3"}, "not an OpenAPI 3.1 document"),
        ({}, {"openapi": 3.1}, "not an OpenAPI 3.1 document"),
        ({}, {"info": {"title": "x", "version": 1}}, "info.version must be text"),
        ({}, {"info": {"title": "x"}}, 'info has no "version"'),
        ({}, {"paths": {"thing": {}}}, 'the path "thing" must start with a slash'),
        ({}, {"paths": {"/a\nb": {}}}, 'the path "/a\\nb" has a non-printable character'),
        ({"operationId": "a\nb"}, {}, "operationId has a non-printable character"),
        ({}, {"paths": []}, "paths must be a mapping"),
        ({}, {"paths": {"/a": {"get": {}}}}, 'has no "operationId"'),
        (
            {},
            {"paths": {"/a": {"get": {"operationId": "x"}, "put": {"operationId": "x"}}}},
            'the operationId "x" is used twice',
        ),
        ({"security": [{"nope": []}]}, {}, 'the security scheme "nope" is not defined'),
        ({"security": {"oauth": []}}, {}, "security must be a list"),
        ({"x-inin-requires-permissions": {"type": "EVERY"}}, {}, "type cannot be"),
        ({"x-inin-requires-permissions": {"permissions": []}}, {}, 'has no "type"'),
        ({"x-user-context": "requird"}, {}, 'did you mean "required"?'),
        ({"x-recording-step": "stop"}, {}, "x-recording-step cannot be"),
        ({}, {"x-session-states": {"startabel": []}}, "does not know"),
        (schema_of({"$ref": "other.yaml#/x"}), {}, "leads out of the document"),
        (schema_of({"$ref": "#/components/schemas/None"}), {}, "leads nowhere"),
        (
            schema_of({"$ref": "#/components/schemas/a"}),
            {"components": {"schemas": {"a": {"$ref": "#/components/schemas/a"}}}},
            "leads to itself",
        ),
        (
            schema_of({"$ref": "#/components/schemas/a"}),
            {"components": {"schemas": {"a": {"items": {"$ref": "#/components/schemas/a"}}}}},
            "is too large, or contains itself",
        ),
        (
            schema_of({"$ref": "#/components/schemas/s0"}),
            {"components": {"schemas": EXPLODING}},
            "is too large, or contains itself",
        ),
        (schema_of([]), {}, "schema must be a mapping"),
    ],
)
def test_a_contract_that_is_wrong(
    tmp_path: Path, operation: dict[str, Any], more: dict[str, Any], complaint: str
) -> None:
    path = write(tmp_path, operation, **more)
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert complaint in caught.value.message
    assert caught.value.message.startswith(f"{path}:")
    assert "\n" not in caught.value.message


def test_the_line_of_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "things.yaml"
    path.write_text(
        "openapi: 3.1.0\n"
        "info: {title: Things, version: '1'}\n"
        "paths:\n"
        "  /thing:\n"
        "    get:\n"
        "      operationId: getThing\n"
        "      x-user-context: perhaps\n"
    )
    with pytest.raises(ContractError, match=r"things\.yaml:7:7: x-user-context cannot be"):
        load_contract(str(path))


@pytest.mark.parametrize(
    ("name", "error", "complaint"),
    [
        ("recording-sesion", ContractError, 'did you mean "recording-session"?'),
        ("zzz", ContractError, 'there is no contract "zzz"'),
        ("folder/none", DocumentError, "cannot be read"),
        ("none.yaml", DocumentError, "cannot be read"),
    ],
)
def test_a_contract_that_does_not_exist(
    name: str, error: type[ToolkitError], complaint: str
) -> None:
    with pytest.raises(error) as caught:
        load_contract(name)
    assert complaint in caught.value.message
    assert caught.value.hint


def test_a_shipped_name_is_never_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("recording-session").write_text("not a contract")
    assert load_contract("recording-session").title == "Recording sessions"


def test_reading_contracts_does_not_import_jsonschema() -> None:
    code = (
        "import sys; from toolkit.contracts.reader import load_contract;"
        "load_contract('recording-session'); assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
