"""Expressions of the native syntax: tree-sitter's nodes as `toolkit.sources.hcl.expressions`."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from toolkit.sources.hcl.expressions import (
    Access,
    Call,
    Comprehension,
    Conditional,
    Expression,
    Literal,
    Mapping,
    Mixed,
    Operation,
    Reference,
    Sequence,
    Splat,
    Step,
    Template,
)
from toolkit.sources.hcl.literals import kept_number, kept_text
from toolkit.sources.references import unquoted

#: Wrappers that add nothing of their own to the one expression inside.
_TRANSPARENT = frozenset({"expression", "literal_value", "collection_value", "template_expr"})


def text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode(errors="replace")


def expression(node: Node, source: bytes) -> Expression:
    """The tree of an expression node."""
    while node.type in _TRANSPARENT and node.named_child_count == 1:
        node = node.named_children[0]
    read = _READERS.get(node.type)
    return read(node, source) if read is not None else _mixed(node, source)


def _mixed(node: Node, source: bytes) -> Expression:
    parts = tuple(expression(c, source) for c in _expressions(node))
    return Mixed(parts, text(node, source))


def _expressions(node: Node) -> Iterator[Node]:
    """The nearest expressions below a node whose own shape is not read."""
    for child in node.named_children:
        if child.type == "expression":
            yield child
        else:
            yield from _expressions(child)


def read_string(node: Node, source: bytes) -> str:
    return kept_text(unquoted(text(node, source)[1:-1]))


def _literal_string(node: Node, source: bytes) -> Expression:
    return Literal(read_string(node, source))


def _number(node: Node, source: bytes) -> Expression:
    number = kept_number(text(node, source))
    return _mixed(node, source) if number is None else Literal(number)


def _bool(node: Node, source: bytes) -> Expression:
    return Literal(text(node, source) == "true")


def _null(_node: Node, _source: bytes) -> Expression:
    return Literal(None)


def _template(node: Node, source: bytes) -> Expression:
    """A quoted template. The grammar drops white space around a literal, so gaps are text too."""
    parts: list[Expression] = []
    interpolated = 0
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type == "template_directive":
            return _mixed(node, source)
        if child.type != "template_interpolation":
            continue
        before = source[at : child.start_byte]
        # To Terraform ``$$${`` is a sign and then the ``${`` of no interpolation.
        if before.endswith(b"$"):
            return _mixed(node, source)
        _gap(parts, before)
        inner = [c for c in child.named_children if c.type == "expression"]
        markers = [text(c, source) for c in child.named_children if c.type != "expression"]
        # ``~`` trims white space of the neighbouring text, which no part here knows how to do.
        if len(inner) != 1 or any("~" in marker for marker in markers):
            return _mixed(node, source)
        parts.append(expression(inner[0], source))
        interpolated += 1
        at = child.end_byte
    _gap(parts, source[at : node.end_byte - 1])
    if len(parts) == interpolated == 1:
        return parts[0]
    return Template(tuple(parts))


def _gap(parts: list[Expression], raw: bytes) -> None:
    if raw:
        parts.append(Literal(kept_text(unquoted(raw.decode(errors="replace")))))


def _sequence(node: Node, source: bytes) -> Expression:
    return Sequence(tuple(expression(c, source) for c in _values(node)))


def _values(node: Node) -> list[Node]:
    return [c for c in node.named_children if c.type == "expression"]


def _object(node: Node, source: bytes) -> Expression:
    items = []
    for element in node.named_children:
        if element.type != "object_elem":
            continue
        key_node = element.child_by_field_name("key")
        value_node = element.child_by_field_name("val")
        if key_node is None or value_node is None:
            return _mixed(node, source)
        key = expression(key_node, source)
        # A bare word is a key's name, not a reference; ``(name)`` is how one is written.
        bare = isinstance(key, Reference) and not key.steps and key.text == text(key_node, source)
        name = Literal(kept_text(key.root)) if bare and isinstance(key, Reference) else key
        items.append((name, expression(value_node, source)))
    return Mapping(tuple(items))


def _variable(node: Node, source: bytes) -> Expression:
    name = text(node, source)
    return Reference(name, (), name)


def _call(node: Node, source: bytes) -> Expression:
    name = text(node.named_children[0], source)
    arguments: tuple[Expression, ...] = ()
    expanded = False
    for child in node.named_children[1:]:
        if child.type == "function_arguments":
            arguments = tuple(expression(c, source) for c in _values(child))
            expanded = any(c.type == "ellipsis" or text(c, source) == "..." for c in child.children)
    return Call(name, arguments, expanded, text(node, source))


def _conditional(node: Node, source: bytes) -> Expression:
    parts = _values(node)
    if len(parts) != 3:
        return _mixed(node, source)
    # To the grammar ``a ? b : c ? d : e`` is ``(a ? b : c) ? d : e``; to Terraform what stands
    # behind the colon is all of the rest.
    while (first := _conditional_without_parentheses(parts[0])) is not None:
        parts = [*_values(first), *parts[1:]]
    *before, last = (expression(part, source) for part in parts)
    for yes, condition in zip(before[::-2], before[-2::-2], strict=True):
        last = Conditional(condition, yes, last)
    return last


def _conditional_without_parentheses(node: Node) -> Node | None:
    start = node.start_byte
    while node.type in _TRANSPARENT and node.named_child_count == 1:
        node = node.named_children[0]
    is_one = node.type == "conditional" and node.start_byte == start and len(_values(node)) == 3
    return node if is_one else None


def _comprehension(node: Node, source: bytes) -> Expression:
    node = node.named_children[0] if node.type == "for_expr" else node
    names: tuple[str, ...] = ()
    collection = condition = None
    values: list[Expression] = []
    grouped = False
    for child in node.children:
        if child.type == "for_intro":
            names = tuple(text(c, source) for c in child.named_children if c.type == "identifier")
            inner = _values(child)
            collection = expression(inner[0], source) if inner else None
        elif child.type == "for_cond":
            inner = _values(child)
            condition = expression(inner[0], source) if inner else None
        elif child.type == "expression":
            values.append(expression(child, source))
        elif text(child, source) == "...":
            grouped = True
    wanted = 2 if node.type == "for_object_expr" else 1
    if collection is None or len(values) != wanted:
        return _mixed(node, source)
    key = values[0] if wanted == 2 else None
    return Comprehension(names, collection, key, values[-1], condition, grouped)


def _operation(node: Node, source: bytes) -> Expression:
    """A name and its steps are siblings of the operator: the grammar does not wrap an operand."""
    node = node.named_children[0]
    groups: list[list[Node]] = [[]]
    operator = ""
    for child in node.children:
        if child.is_named:
            groups[-1].append(child)
            continue
        operator = text(child, source)
        if groups[-1]:
            groups.append([])
    return Operation(operator, tuple(_chained(group, node, source) for group in groups if group))


def _traversal(children: list[Node], source: bytes) -> list[Step] | None:
    steps: list[Step] = []
    for child in children:
        if child.type == "get_attr":
            steps.append(text(child.named_children[0], source))
        elif child.type == "index":
            inner = child.named_children[0]
            if inner.type == "legacy_index":
                steps.append(Literal(int(text(inner, source).lstrip("."))))
            else:
                steps.append(expression(inner.named_children[0], source))
        elif child.type == "splat":
            inner = child.named_children[0]
            steps.append(Splat(inner.type == "attr_splat"))
            rest = _traversal(inner.named_children, source)
            if rest is None:
                return None
            steps += rest
        else:
            return None
    return steps


def _end_of_attribute_splat(steps: list[Step]) -> int | None:
    """Where the first index behind a ``.*`` stands among the steps."""
    inside = False
    for at, step in enumerate(steps):
        if isinstance(step, Splat):
            inside = step.attributes_only
        elif inside and not isinstance(step, str):
            return at
    return None


def _chain(node: Node, source: bytes) -> Expression:
    return _chained(node.named_children, node, source)


def _chained(children: list[Node], node: Node, source: bytes) -> Expression:
    """An expression followed by attribute, index or splat steps."""
    head, *rest = children
    steps = _traversal(rest, source)
    if steps is None:
        return _mixed(node, source)
    base = expression(head, source)
    end = _end_of_attribute_splat(steps)
    if end is not None:
        shown = text(node, source)
        whole = (
            Reference(base.root, tuple(steps[:end]), shown)
            if (isinstance(base, Reference) and not base.steps)
            else Access(base, tuple(steps[:end]))
        )
        return Access(whole, tuple(steps[end:]))
    # In parentheses, a list that a splat made is over: what follows is taken of the list.
    if isinstance(base, Reference) and not any(isinstance(step, Splat) for step in base.steps):
        shown = source[head.start_byte : children[-1].end_byte].decode(errors="replace")
        return Reference(base.root, (*base.steps, *steps), shown)
    return Access(base, tuple(steps)) if steps else base


_READERS = {
    "string_lit": _literal_string,
    "numeric_lit": _number,
    "bool_lit": _bool,
    "null_lit": _null,
    "quoted_template": _template,
    "tuple": _sequence,
    "object": _object,
    "variable_expr": _variable,
    "function_call": _call,
    "conditional": _conditional,
    "for_expr": _comprehension,
    "for_tuple_expr": _comprehension,
    "for_object_expr": _comprehension,
    "operation": _operation,
    "expression": _chain,
}
