"""Walks through an OpenAPI document: follows references, and reports errors with their line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from toolkit.documents import Document
from toolkit.documents.wording import named, quoted
from toolkit.errors import ContractError
from toolkit.lazily import pattern

#: Keys of a JSON Schema with values that are data: a ``$ref`` in them is not a reference.
_DATA_KEYS = frozenset({"const", "default", "enum", "example", "examples"})
#: Names have no space, and no character that a terminal or a page would interpret.
_NAME = pattern(r"[!-~]+")
#: A schema that grows beyond this while its references are resolved is a mistake, or an attack.
_MAX_SCHEMA_PARTS = 20_000
_MAX_DEPTH = 60


class Node(Struct, frozen=True):
    """A value of the document and the keys that lead to it."""

    document: Document
    value: Any
    keys: tuple[str | int, ...] = ()

    def failure(self, message: str, hint: str | None = None) -> ContractError:
        """Return the error to raise about this place."""
        at = self.document.position_of(self.keys)
        return ContractError(f"{self.document.path}:{at.line}:{at.column}: {message}", hint=hint)

    @property
    def name(self) -> str:
        """Return the place in words."""
        return named(self.keys)

    def child(self, key: str) -> Node | None:
        """Return the value under `key`, with references followed, or None."""
        value = self.mapping().get(key)
        return None if value is None else Node(self.document, value, (*self.keys, key)).followed()

    def required(self, key: str) -> Node:
        child = self.child(key)
        if child is None:
            raise self.failure(f"{self.name} has no {quoted(key)}")
        return child

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the entries of a mapping."""
        for key, value in self.mapping().items():
            yield key, Node(self.document, value, (*self.keys, key)).followed()

    def mapping(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise self.failure(f"{self.name} must be a mapping")
        return self.value

    def entries(self) -> tuple[Node, ...]:
        """Return the entries of a list."""
        if not isinstance(self.value, list):
            raise self.failure(f"{self.name} must be a list")
        return tuple(
            Node(self.document, value, (*self.keys, index)).followed()
            for index, value in enumerate(self.value)
        )

    def text(self) -> str:
        if not isinstance(self.value, str):
            number = isinstance(self.value, int | float)
            hint = "Put it in quotes to make it text." if number else None
            raise self.failure(f"{self.name} must be text", hint)
        return self.value

    def line(self) -> str:
        """Return a text that is a single line, for use in messages."""
        if not self.text().isprintable():
            raise self.failure(f"{self.name} has a non-printable character")
        return self.text()

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.failure(f"{self.name} must be true or false")
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(entry.text() for entry in self.entries())

    def names(self) -> tuple[str, ...]:
        """Return a list of names of scopes or permissions."""
        for entry in self.entries():
            if not _NAME.fullmatch(entry.text()):
                raise entry.failure(f"{entry.name} is not a name: {quoted(entry.text())}")
        return self.texts()

    def followed(self) -> Node:
        """Return the target of a reference, or the node itself."""
        node = self
        for _ in range(_MAX_DEPTH):
            if not (isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str)):
                return node
            node = node._target(node.value["$ref"])
        raise self.failure(f"the reference at {self.name} leads to itself")

    def _target(self, reference: str) -> Node:
        if not reference.startswith("#"):
            raise self.failure(
                f"the reference {quoted(reference)} leads out of the document",
                hint="Put its target under components: #/components/schemas/NAME.",
            )
        node = Node(self.document, self.document.value)
        for part in reference[1:].split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            value = node.value.get(key) if isinstance(node.value, dict) else None
            if value is None:
                raise self.failure(f"the reference {quoted(reference)} leads nowhere")
            node = Node(self.document, value, (*node.keys, key))
        return node

    def schema(self) -> Any:
        """Return the JSON Schema here, as plain data with every reference resolved."""
        return _Inliner(self).inline(self, 0)


class _Inliner:
    """Resolves the references of one schema, within limits."""

    def __init__(self, start: Node) -> None:
        self._start = start
        self._left = _MAX_SCHEMA_PARTS

    def inline(self, node: Node, depth: int) -> Any:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            raise self._start.failure(
                f"the schema at {self._start.name} is too large, or contains itself",
                hint="Describe the body of an operation without recursion.",
            )
        if isinstance(node.value, list):
            return [self.inline(self._below(node, i), depth + 1) for i in range(len(node.value))]
        if not isinstance(node.value, dict):
            return node.value
        plain = {
            key: value if key in _DATA_KEYS else self.inline(self._below(node, key), depth + 1)
            for key, value in node.value.items()
            if key != "$ref" or not isinstance(value, str)
        }
        reference = node.value.get("$ref")
        if not isinstance(reference, str):
            return plain
        target = self.inline(node.followed(), depth + 1)
        # Keywords beside a reference apply as well (JSON Schema 2020-12).
        return {**plain, "allOf": [*plain.get("allOf", []), target]} if plain else target

    @staticmethod
    def _below(node: Node, key: Any) -> Node:
        return Node(node.document, node.value[key], (*node.keys, key))
