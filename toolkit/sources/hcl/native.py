"""Native Terraform syntax, read with tree-sitter: blocks and attributes with exact positions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from toolkit.errors import SourceError
from toolkit.sources.hcl.blocks import Attribute, Block, Span
from toolkit.sources.hcl.expressions import Expression
from toolkit.sources.hcl.native_expressions import expression, read_string, text

_EXPONENT = re.compile(rb"(?<![\w.])\d+(?:\.\d+)?[eE][+-]?\d+(?!\w)")
_PARSER = Parser(Language(tree_sitter_hcl.language()))


def parse(source: bytes) -> Node:
    """The syntax tree of a file.

    The grammar knows 1.5e+3 and none of 1e3, 1e-3 and 1.5e3. To it they are shown as other numbers
    of the same length; what a node says is read from `source`.
    """
    root = _PARSER.parse(source).root_node
    if root.has_error and _EXPONENT.search(source):
        shown = _EXPONENT.sub(lambda found: re.sub(rb"[eE+-]", b"0", found[0]), source)
        root = _PARSER.parse(shown).root_node
    return root


def first_error(root: Node) -> tuple[int, int] | None:
    """Line and column, from 1, of the first thing that is not Terraform; None where all is."""
    if not root.has_error:
        return None
    node = root
    while True:
        if node.is_error or node.is_missing:
            break
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if inner is None:
            break
        node = inner
    return node.start_point[0] + 1, node.start_point[1] + 1


def blocks(root: Node, source: bytes, path: str) -> Iterator[Block]:
    """The top-level blocks of a file."""
    for body in root.children:
        if body.type == "body":
            for node in body.children:
                if node.type == "block":
                    yield _block(node, source, path)


def attributes(root: Node, source: bytes, path: str) -> dict[str, Attribute]:
    """The top-level attributes of a file, as a tfvars file has them.

    Raises `SourceError` for one that is set twice.
    """
    for body in root.children:
        if body.type == "body":
            return _attributes(body, source, path)
    return {}


def expression_of(source_text: str) -> Expression | None:
    """The expression that `source_text` is; None where it is none."""
    source = b"_ = " + source_text.encode(errors="replace") + b"\n"
    root = parse(source)
    if root.has_error:
        return None
    found = attributes(root, source, "")
    return found["_"].expression if "_" in found and len(found) == 1 else None


def heading(block: Node, source: bytes) -> tuple[str, tuple[str, ...]]:
    """The type and the labels of a block."""
    words = [
        read_string(child, source) if child.type == "string_lit" else text(child, source)
        for child in block.children
        if child.type in ("identifier", "string_lit")
    ]
    return words[0], tuple(words[1:])


def _block(node: Node, source: bytes, path: str) -> Block:
    kind, labels = heading(node, source)
    body = next((child for child in node.children if child.type == "body"), None)
    return Block(
        kind,
        labels,
        _span(node, source, path),
        # Read only when asked: most blocks of a large configuration are never looked into.
        lambda: ({}, ()) if body is None else _body(body, source, path),
    )


def _body(body: Node, source: bytes, path: str) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
    nested = tuple(_block(c, source, path) for c in body.children if c.type == "block")
    return _attributes(body, source, path), nested


def _attributes(body: Node, source: bytes, path: str) -> dict[str, Attribute]:
    found = {}
    for node in body.children:
        if node.type == "attribute":
            name, value = node.children[0], node.children[-1]
            label = text(name, source)
            if label in found:
                line = node.start_point[0] + 1
                raise SourceError(
                    f"{path}:{line}: {label} is set twice",
                    hint="Terraform refuses that; remove one of them.",
                )
            found[label] = Attribute(
                label,
                _span(node, source, path),
                text(value, source),
                lambda value=value: expression(value, source),  # type: ignore[misc]
            )
    return found


def _span(node: Node, source: bytes, path: str) -> Span:
    (row, column), (end_row, _) = node.start_point, node.end_point
    start = node.start_byte - column
    end = source.find(b"\n", node.start_byte)
    line = source[start : end if end >= 0 else len(source)].decode(errors="replace").rstrip("\r")
    return Span(path, row + 1, end_row + 1, column + 1, line)
