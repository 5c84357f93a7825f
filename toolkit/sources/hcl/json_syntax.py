"""Terraform's JSON syntax (``.tf.json``, ``.tfvars.json``), read into the same blocks.

A string is a template whose parts are native expressions; which keys are nested blocks is decided
by the schema of the resources this toolkit looks at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import tree_sitter_json
from tree_sitter import Language, Node, Parser

from toolkit.sources.hcl import native
from toolkit.sources.hcl.blocks import Attribute, Block, Span
from toolkit.sources.hcl.expressions import (
    Expression,
    Literal,
    Mapping,
    Mixed,
    Reference,
    Sequence,
    Template,
)
from toolkit.sources.hcl.literals import kept_number, kept_text
from toolkit.sources.hcl.native_expressions import text

_PARSER = Parser(Language(tree_sitter_json.language()))
#: How many labels each top-level block type has.
_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
#: Nested blocks of the resources that this toolkit reads, and Terraform's own.
_NESTED = frozenset({"roles", "permission_policies", "conditions", "lifecycle", "backend"})
#: The blocks that can have them; the keys of others, of a module call, are names of the author's.
_NESTING = frozenset(
    {"resource", "data", "terraform", "content", "roles", "permission_policies", "conditions"}
)


def parse(source: bytes) -> Node:
    """The syntax tree of a file."""
    return _PARSER.parse(source).root_node


def blocks(root: Node, source: bytes, path: str) -> Iterator[Block]:
    """The top-level blocks of a file."""
    for document in root.named_children:
        # An array of objects is all of them.
        for each in document.named_children if document.type == "array" else (document,):
            for kind, value in _pairs(each, source):
                yield from _labelled(kind, _LABELS.get(kind, 0), (), value, source, path)


def values(root: Node, source: bytes, path: str) -> dict[str, Attribute]:
    """The top-level members of a ``.tfvars.json`` file, whose strings are no templates."""
    found = {}
    for document in root.named_children:
        for name, value in _pairs(document, source):
            found[name] = Attribute(
                name,
                _span(value, path),
                text(value, source),
                lambda value=value: _expression(value, source, templates=False),  # type: ignore[misc]
            )
    return found


def _labelled(
    kind: str, depth: int, labels: tuple[str, ...], node: Node, source: bytes, path: str
) -> Iterator[Block]:
    """A block for each leaf of the nested objects that stand for its labels."""
    if node.type == "array":
        for item in node.named_children:
            yield from _labelled(kind, depth, labels, item, source, path)
    elif node.type == "object" and depth:
        for label, value in _pairs(node, source):
            yield from _labelled(kind, depth - 1, (*labels, label), value, source, path)
    elif node.type == "object":
        yield Block(kind, labels, _span(node, path), lambda: _body(kind, node, source, path))


def _body(
    kind: str, node: Node, source: bytes, path: str
) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
    attributes: dict[str, Attribute] = {}
    nested: list[Block] = []
    for name, value in _pairs(node, source):
        if kind in _NESTING and name == "dynamic":
            nested += _labelled("dynamic", 1, (), value, source, path)
        elif (kind in _NESTING and name in _NESTED) or (kind == "dynamic" and name == "content"):
            nested += _labelled(name, 0, (), value, source, path)
        elif name != "//":
            attributes[name] = Attribute(
                name,
                _span(value, path),
                text(value, source),
                # The default of a variable is a value, not an expression.
                lambda value=value, templates=(kind, name) != ("variable", "default"): _expression(  # type: ignore[misc]
                    value, source, templates=templates
                ),
            )
    return attributes, tuple(nested)


def _pairs(node: Node, source: bytes) -> Iterator[tuple[str, Node]]:
    for pair in node.named_children if node.type == "object" else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None:
            yield str(decoded(text(key, source))), value


def decoded(source: str, *, no_twins: bool = False) -> Any:
    """A JSON value, by the standard alone. Raises ValueError where it is none.

    With `no_twins` also where a key stands twice in one object.

    Python's own decoder: it is there already, for tfparse, and the others take long to import.
    """
    hook = _without_twins if no_twins else None
    return json.loads(source, parse_constant=_refuse, object_pairs_hook=hook)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice} stands in it twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


def _span(node: Node, path: str) -> Span:
    # No text: a line of JSON may hold anything, a secret of another attribute included.
    (row, column), (end_row, _) = node.start_point, node.end_point
    return Span(path, row + 1, end_row + 1, column + 1, None)


def _expression(node: Node, source: bytes, *, templates: bool) -> Expression:
    if node.type == "object":
        return Mapping(
            tuple(
                (
                    _template(key) if templates else Literal(kept_text(key)),
                    _expression(value, source, templates=templates),
                )
                for key, value in _pairs(node, source)
            )
        )
    if node.type == "array":
        items = (_expression(item, source, templates=templates) for item in node.named_children)
        return Sequence(tuple(items))
    if node.type == "number":
        number = kept_number(text(node, source))
        return Mixed((), text(node, source)) if number is None else Literal(number)
    value = decoded(text(node, source))
    if not isinstance(value, str):
        return Literal(value)
    return _template(value) if templates else Literal(kept_text(value))


def _template(value: str) -> Expression:
    """The expression that a JSON string stands for."""
    if "${" not in value and "%{" not in value:
        return Literal(kept_text(value))
    # Native quoting would change what stands inside ``${ }``, so only the rest is escaped.
    unread = Mixed((Reference(value, (), value),), value)
    pieces = _split(value)
    if pieces is None:
        return unread
    parts: list[Expression] = []
    for is_expression, piece in pieces:
        inner = native.expression_of(piece) if is_expression else Literal(kept_text(piece))
        if inner is None:
            return unread
        parts.append(inner)
    if len(parts) == 1:
        return parts[0]
    return Template(tuple(parts))


_OPENING = re.compile(r"\$\$\{|%%\{|\$\{|%\{")


def _split(value: str) -> list[tuple[bool, str]] | None:
    """The literal and the interpolated pieces of a template; None with a directive in it."""
    pieces: list[tuple[bool, str]] = []
    literal, at = "", 0
    while match := _OPENING.search(value, at):
        literal += value[at : match.start()]
        at = match.end()
        if match[0] == "%{":
            return None
        if match[0] != "${":
            literal += match[0][1:]
            continue
        end = _closing(value, at)
        if end is None:
            return None
        if literal:
            pieces.append((False, literal))
        literal = ""
        pieces.append((True, value[at:end]))
        at = end + 1
    literal += value[at:]
    if literal:
        pieces.append((False, literal))
    return pieces


def _closing(value: str, start: int) -> int | None:
    """Where the brace that was opened just before `start` is closed, strings skipped."""
    depth, quoted, at = 1, False, start
    while at < len(value):
        char = value[at]
        if quoted:
            if char == "\\":
                at += 1
            elif char == '"':
                quoted = False
            elif value.startswith("${", at):
                inner = _closing(value, at + 2)
                if inner is None:
                    return None
                at = inner
        elif char == '"':
            quoted = True
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return None
