"""Reads contracts: the shipped ones by name, a user's by path.

Only what the toolkit uses is read. ``security`` and ``x-inin-requires-permissions`` (the extension
of the platform's own documents) say what an operation needs; ``x-session-states``,
``x-user-context``, ``x-recording-step``, ``x-known-as``, ``x-published-permissions``, ``x-reads``,
``x-recorder``, ``x-any-case`` and ``x-unpublished`` are extensions of this project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from math import prod
from pathlib import Path
from typing import TypeVar

from toolkit.contracts.contract import (
    Contract,
    ErrorCase,
    Json,
    Operation,
    PermissionMode,
    Permissions,
    SessionStates,
    Step,
    Unpublished,
    UserContext,
)
from toolkit.contracts.node import Node
from toolkit.documents import Document, read_file
from toolkit.documents.wording import quoted, suggestion
from toolkit.errors import ContractError

#: The contracts that ship with the package; the first is the default.
SHIPPED_CONTRACTS = ("recording-session", "call-recording", "recording-state", "snippet")

#: The limit on the ways to choose one scope of each alternative.
_MAX_WAYS = 4096
_FOLDER = Path(__file__).parent
_SUFFIXES = (".yaml", ".yml", ".json")
_METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
_JSON = "application/json"
_Word = TypeVar("_Word", bound=StrEnum)


def load_contract(name_or_path: str, beside: str = "") -> Contract:
    """Return the shipped contract of that name, else the OpenAPI 3.1 document at that path.

    `beside` is the document that names it, if one does.

    Raises ContractError, or DocumentError if the file cannot be read as YAML or JSON.
    """
    if name_or_path in SHIPPED_CONTRACTS:
        return _shipped(name_or_path)
    path = Path(name_or_path)
    if path.suffix.lower() not in _SUFFIXES and path.name == name_or_path:
        raise ContractError(
            f"there is no contract {quoted(name_or_path)}"
            f"{suggestion(name_or_path, SHIPPED_CONTRACTS)}",
            hint=f"Shipped: {', '.join(SHIPPED_CONTRACTS)}. Others are given by path.",
        )
    return read_contract(path, name_or_path, beside)


def read_contract(path: Path, name: str, beside: str = "") -> Contract:
    """Return the contract in the file at `path`, under the name `name`."""
    return contract_of(read_file(path, beside), name)


def contract_of(document: Document, name: str) -> Contract:
    """Return the contract in a document."""
    root = Node(document, document.value)
    _check_version(root)
    info = root.required("info")
    description = info.child("description")
    states = root.child("x-session-states")
    unpublished = root.child("x-unpublished")
    reads = root.child("x-reads")
    return Contract(
        name=name,
        title=info.required("title").text(),
        version=info.required("version").text(),
        description=description.text() if description else "",
        operations=tuple(_operations(root)),
        session_states=_session_states(states) if states else None,
        unpublished=_unpublished(unpublished) if unpublished else None,
        reads=_shipped_name(reads) if reads else "",
    )


@cache
def _shipped(name: str) -> Contract:
    return read_contract(_FOLDER / f"{name}.yaml", name)


def _check_version(root: Node) -> None:
    version = root.child("openapi")
    text = version.value if version else None
    if not (isinstance(text, str) and text.startswith("3.1.")):
        raise root.failure(
            "not an OpenAPI 3.1 document", hint="A contract starts with `openapi: 3.1.0`."
        )


def _session_states(node: Node) -> SessionStates:
    # The source of the state names is only for readers of the document.
    names = {key: child.texts() for key, child in node.items() if key != "source"}
    unknown = names.keys() - {"startable", "recording", "ended"}
    if unknown:
        raise node.failure(
            f"x-session-states does not know {quoted(min(unknown))}",
            hint="Its keys are startable, recording, ended and source.",
        )
    return SessionStates(**names)


def _unpublished(node: Node) -> Unpublished:
    return Unpublished(node.required("source").line(), _shipped_name(node.required("instead")))


def _shipped_name(node: Node) -> str:
    if node.text() not in SHIPPED_CONTRACTS:
        raise node.failure(
            f"there is no contract {quoted(node.text())}"
            f"{suggestion(node.text(), SHIPPED_CONTRACTS)}",
            hint=f"Shipped: {', '.join(SHIPPED_CONTRACTS)}.",
        )
    return node.text()


def _operations(root: Node) -> Iterator[Operation]:
    seen: set[str] = set()
    for path, item in root.required("paths").items():
        if not path.startswith("/"):
            raise item.failure(f"the path {quoted(path)} must start with a slash")
        if not path.isprintable():
            raise item.failure(f"the path {quoted(path)} has a non-printable character")
        for method in _METHODS:
            node = item.child(method)
            if node is None:
                continue
            shared = item.child("parameters")
            operation = _operation(root, node, method.upper(), path, shared)
            if operation.id in seen:
                raise node.failure(f"the operationId {quoted(operation.id)} is used twice")
            seen.add(operation.id)
            yield operation


def _operation(root: Node, node: Node, method: str, path: str, shared: Node | None) -> Operation:
    summary, body = node.child("summary"), node.child("requestBody")
    media = _media_types(body)
    payload = next((schema for item in media.values() if (schema := item.child("schema"))), None)
    required = body.child("required") if body else None
    success, example, answer, errors = _responses(node)
    return Operation(
        id=node.required("operationId").line(),
        method=method,
        path=path,
        summary=summary.text() if summary else "",
        step=_word(node, "x-recording-step", Step),
        scopes=_scopes(root, node),
        permissions=_permissions(node),
        user_context=_word(node, "x-user-context", UserContext) or UserContext.NO,
        payload=_schema(payload) if payload else None,
        payload_required=required.flag() if required else False,
        payload_types=tuple(media),
        payload_examples={
            name: value for item in media.values() for name, value in _examples(item)
        },
        success=success,
        success_example=example,
        answer=answer,
        errors=errors,
        known_as=known.names() if (known := node.child("x-known-as")) else (),
        query={
            key: value for each in (shared, node.child("parameters")) for key, value in _query(each)
        },
        recorder=recorder.line() if (recorder := node.child("x-recorder")) else "",
        published_permissions=(
            published.names() if (published := node.child("x-published-permissions")) else ()
        ),
    )


def _query(parameters: Node | None) -> Iterator[tuple[str, Json]]:
    for each in parameters.entries() if parameters else ():
        if (where := each.child("in")) and where.value == "query":
            schema = each.child("schema")
            yield each.required("name").text(), _schema(schema) if schema else {}


def _schema(node: Node) -> dict[str, Json]:
    node.mapping()
    schema: dict[str, Json] = node.schema()
    return schema


def _media_types(node: Node | None) -> dict[str, Node]:
    content = node.child("content") if node else None
    return dict(content.items()) if content else {}


def _examples(media: Node) -> Iterator[tuple[str, Json]]:
    single, named = media.child("example"), media.child("examples")
    if single:
        yield "example", single.value
    if named:
        for name, node in named.items():
            if (value := node.child("value")) is not None:
                yield name, value.value


def _responses(
    node: Node,
) -> tuple[int, Json, Mapping[str, Json] | None, tuple[ErrorCase, ...]]:
    """Return status, example and schema of the first success, and each refusal with an example."""
    successes: list[tuple[int, Json, Mapping[str, Json] | None]] = []
    errors: list[ErrorCase] = []
    responses = node.child("responses")
    for key, response in responses.items() if responses else ():
        if not key.isdecimal():
            continue  # `default` and ranges such as 4XX name no single status
        status = int(key)
        media = _media_types(response).get(_JSON)
        examples = list(_examples(media)) if media else []
        if 200 <= status < 300:
            schema = media.child("schema") if media else None
            example = examples[0][1] if examples else None
            successes.append((status, example, _schema(schema) if schema else None))
        for name, body in examples:
            if isinstance(body, dict) and isinstance(body.get("code"), str):
                message = str(body.get("message", ""))
                errors.append(ErrorCase(status, name, body["code"], message))
    return *(successes[0] if successes else (200, None, None)), tuple(errors)


def _scopes(root: Node, node: Node) -> tuple[tuple[str, ...], ...] | None:
    """Return the alternatives of ``security``, by default the document's.

    An alternative without an OAuth scheme admits no OAuth client, and is left out.
    """
    security = node.child("security") or root.child("security")
    if security is None:
        return None
    schemes = _oauth_schemes(root)
    alternatives: list[tuple[str, ...]] = []
    for requirement in security.entries():
        used = dict(requirement.items())
        for scheme in used:
            if scheme not in schemes:
                raise requirement.failure(f"the security scheme {quoted(scheme)} is not defined")
        if not used or any(schemes[scheme] for scheme in used):
            scopes = [
                text for scheme, list_ in used.items() if schemes[scheme] for text in list_.names()
            ]
            alternatives.append(tuple(dict.fromkeys(scopes)))
    if prod(map(len, alternatives)) > _MAX_WAYS:
        raise security.failure(
            "security has too many alternatives to compare",
            hint="If any one of several scopes is enough, list each as a separate alternative.",
        )
    if alternatives:
        return tuple(dict.fromkeys(alternatives))
    # An empty list switches security off; a list of other schemes says nothing about scopes.
    return None if security.entries() else ((),)


def _oauth_schemes(root: Node) -> dict[str, bool]:
    """Return the security schemes, and whether each is about OAuth scopes."""
    components = root.child("components")
    schemes = components.child("securitySchemes") if components else None
    return {
        name: scheme.required("type").text() in ("oauth2", "openIdConnect")
        for name, scheme in (schemes.items() if schemes else ())
    }


def _permissions(node: Node) -> Permissions | None:
    extension = node.child("x-inin-requires-permissions")
    if extension is None:
        return None
    mode = _word(extension, "type", PermissionMode)
    listed = extension.child("permissions")
    names = listed.names() if listed else ()
    if mode is None:
        raise extension.failure(f'{extension.name} has no "type"', hint="Write ANY or ALL.")
    if mode is PermissionMode.BACKEND:
        return Permissions(mode)
    return Permissions(mode, names) if names else Permissions(PermissionMode.NONE)


def _word(node: Node, key: str, words: type[_Word]) -> _Word | None:
    """Return one of a fixed set of words, or None if the key is absent."""
    child = node.child(key)
    if child is None:
        return None
    known = [word.value for word in words]
    if child.value not in known:
        text = str(child.value)
        raise child.failure(
            f"{key} cannot be {quoted(text)}{suggestion(text, known)}",
            hint=f"One of: {', '.join(known)}.",
        )
    return words(child.value)
