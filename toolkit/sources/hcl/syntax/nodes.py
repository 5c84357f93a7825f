"""The tree of a file: bodies, blocks, attributes and expressions.

`start` and `end` are offsets in the text of the node's `Source`. The classes have the same names as
in HCL's own syntax tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from toolkit.sources.hcl.syntax.source import Source


class NumberText(str):
    """The decimal text of a number literal that is not a whole number of moderate size."""

    __slots__ = ()


class Node:
    __slots__ = ("end", "start")

    start: int
    end: int


class Literal(Node):
    """A string (`SourceString`), an int, a `NumberText`, a bool, or None for null."""

    __slots__ = ("value",)

    def __init__(self, value: Any, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end


class Template(Node):
    """A string of several parts, or of one directive."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Expression], start: int, end: int) -> None:
        self.parts = parts
        self.start = start
        self.end = end


class TemplateWrap(Node):
    """``"${x}"``: the value of x itself, of any type."""

    __slots__ = ("wrapped",)

    def __init__(self, wrapped: Expression, start: int, end: int) -> None:
        self.wrapped = wrapped
        self.start = start
        self.end = end


class TemplateJoin(Node):
    """``%{ for }``: the strings that a `ForExpr` makes, joined."""

    __slots__ = ("strings",)

    def __init__(self, strings: ForExpr, start: int, end: int) -> None:
        self.strings = strings
        self.start = start
        self.end = end


class Parentheses(Node):
    __slots__ = ("inner",)

    def __init__(self, inner: Expression, start: int, end: int) -> None:
        self.inner = inner
        self.start = start
        self.end = end


#: A step of a traversal: an attribute name, or a literal index.
Step: TypeAlias = "str | Literal"


class ScopeTraversal(Node):
    """A name and the steps from it: ``var.a["b"][0]``."""

    __slots__ = ("root", "steps")

    def __init__(self, root: str, steps: Sequence[Step], start: int, end: int) -> None:
        self.root = root
        self.steps = list(steps)
        self.start = start
        self.end = end


class RelativeTraversal(Node):
    """Steps from the value of another expression."""

    __slots__ = ("origin", "steps")

    def __init__(self, origin: Expression, steps: Sequence[Step], start: int, end: int) -> None:
        self.origin = origin
        self.steps = list(steps)
        self.start = start
        self.end = end


class Index(Node):
    """``a[b]`` where b is not a literal."""

    __slots__ = ("collection", "key")

    def __init__(self, collection: Expression, key: Expression, start: int, end: int) -> None:
        self.collection = collection
        self.key = key
        self.start = start
        self.end = end


class SplatItem(Node):
    """The current element within a `Splat`."""

    __slots__ = ()

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Splat(Node):
    """``a[*].b`` or ``a.*.b``: `each` for every element of `collection`, as `item`."""

    __slots__ = ("collection", "each", "item")

    def __init__(
        self, collection: Expression, each: Expression, item: SplatItem, start: int, end: int
    ) -> None:
        self.collection = collection
        self.each = each
        self.item = item
        self.start = start
        self.end = end


class FunctionCall(Node):
    """A function call; `expands` says whether ``...`` follows the last argument."""

    __slots__ = ("arguments", "expands", "name")

    def __init__(
        self, name: str, arguments: list[Expression], expands: bool, start: int, end: int
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.expands = expands
        self.start = start
        self.end = end


class Conditional(Node):
    __slots__ = ("condition", "false_result", "true_result")

    def __init__(
        self,
        condition: Expression,
        true_result: Expression,
        false_result: Expression,
        start: int,
        end: int,
    ) -> None:
        self.condition = condition
        self.true_result = true_result
        self.false_result = false_result
        self.start = start
        self.end = end


class BinaryOp(Node):
    __slots__ = ("left", "operator", "right")

    def __init__(self, operator: str, left: Expression, right: Expression) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.start = left.start
        self.end = right.end


class UnaryOp(Node):
    __slots__ = ("operand", "operator")

    def __init__(self, operator: str, operand: Expression, start: int, end: int) -> None:
        self.operator = operator
        self.operand = operand
        self.start = start
        self.end = end


class TupleCons(Node):
    __slots__ = ("items",)

    def __init__(self, items: list[Expression], start: int, end: int) -> None:
        self.items = items
        self.start = start
        self.end = end


class ObjectCons(Node):
    """Pairs of key and value. A bare name as key is a `Literal`."""

    __slots__ = ("is_json", "items")

    def __init__(
        self,
        items: list[tuple[Expression, Expression]],
        start: int,
        end: int,
        is_json: bool = False,
    ) -> None:
        self.items = items
        self.is_json = is_json
        self.start = start
        self.end = end


class Invalid(Node):
    """An expression that HCL refuses only on evaluation: ``{a.b = 1}``, a broken
    template in JSON.
    """

    __slots__ = ("message",)

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message = message
        self.start = start
        self.end = end


class ForExpr(Node):
    """``[for k, v in c : value if condition]``, or an object if there is a `key`."""

    __slots__ = ("collection", "condition", "groups", "key", "key_name", "value", "value_name")

    def __init__(
        self,
        names: tuple[str | None, str],
        collection: Expression,
        key: Expression | None,
        value: Expression,
        condition: Expression | None,
        groups: bool,
        start: int,
        end: int,
    ) -> None:
        self.key_name, self.value_name = names
        self.collection = collection
        self.key = key
        self.value = value
        self.condition = condition
        self.groups = groups
        self.start = start
        self.end = end


Expression: TypeAlias = (
    Literal
    | Template
    | TemplateWrap
    | TemplateJoin
    | Parentheses
    | ScopeTraversal
    | RelativeTraversal
    | Index
    | Splat
    | SplatItem
    | FunctionCall
    | Conditional
    | BinaryOp
    | UnaryOp
    | TupleCons
    | ObjectCons
    | Invalid
    | ForExpr
)


class Attribute(Node):
    """``name = expression``; the range covers both."""

    __slots__ = ("_expression", "name", "source")

    def __init__(
        self, name: str, expression: Expression, source: Source, start: int, end: int
    ) -> None:
        self.name = name
        self._expression: Expression | None = expression
        self.source = source
        self.start = start
        self.end = end

    @property
    def expression(self) -> Expression:
        """Return the value."""
        return self._expression  # type: ignore[return-value]

    @property
    def verbatim(self) -> Expression:
        """Return the value if templates are not allowed: JSON strings are taken literally."""
        return self.expression

    @property
    def reference(self) -> Expression:
        """Return the value if a type or a reference is meant: a JSON string contains one."""
        return self.expression

    @property
    def text(self) -> str:
        """Return the value's source text."""
        value = self.expression
        return self.source.text[value.start : value.end]


class Body:
    """The content between a block's braces, or of a file."""

    __slots__ = ("attributes", "blocks")

    def __init__(self, attributes: dict[str, Attribute], blocks: list[Block]) -> None:
        self.attributes = attributes
        self.blocks = blocks

    def content(self, _blocks: Mapping[str, int]) -> Body:
        """Return the body as a schema reads it; `JsonBody` cannot be read without a schema."""
        return self


class Block(Node):
    """A block; the range covers everything from the type to the closing brace."""

    __slots__ = ("body", "labels", "source", "type")

    def __init__(
        self, kind: str, labels: tuple[str, ...], body: Body, source: Source, start: int, end: int
    ) -> None:
        self.type = kind
        self.labels = labels
        self.body = body
        self.source = source
        self.start = start
        self.end = end


def children(node: Expression) -> Iterator[Expression]:
    """Yield the expressions directly inside an expression."""
    for name in type(node).__slots__:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value  # type: ignore[misc]
        elif isinstance(value, list) and name != "steps":
            for item in value:
                yield from item if isinstance(item, tuple) else (item,)
