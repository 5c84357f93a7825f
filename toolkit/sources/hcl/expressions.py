"""The expressions of Terraform's language, as small trees.

Both syntaxes, native and JSON, end here; `toolkit.sources.hcl.resolve` reads these trees. What has
no node of its own is a `Mixed`: its parts are kept, so that what they refer to is still seen.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Literal(NamedTuple):
    """A string, number, bool or null."""

    value: str | int | float | bool | None


class Template(NamedTuple):
    """A string with interpolations, its parts in order."""

    parts: tuple[Expression, ...]


class Sequence(NamedTuple):
    items: tuple[Expression, ...]


class Mapping(NamedTuple):
    items: tuple[tuple[Expression, Expression], ...]


class Splat(NamedTuple):
    """``[*]`` or ``.*`` among the steps of a `Reference`."""

    #: An index behind ``.*`` is one of the whole list; behind ``[*]``, one of each member.
    attributes_only: bool = False


class Reference(NamedTuple):
    """A traversal from a name: ``var.x``, ``module.m["a"].out``, ``local.l[0]``.

    A step is an attribute's name, the expression of an index, or a splat. `text` is the source.
    """

    root: str
    steps: tuple[Step, ...]
    text: str


class Access(NamedTuple):
    """A traversal from anything that is not a name."""

    base: Expression
    steps: tuple[Step, ...]


class Call(NamedTuple):
    """A function call; `expanded` when the last argument ends in ``...``."""

    name: str
    arguments: tuple[Expression, ...]
    expanded: bool
    text: str


class Conditional(NamedTuple):
    condition: Expression
    yes: Expression
    no: Expression


class Comprehension(NamedTuple):
    """A ``for`` expression; `key` is the key expression of one that builds an object."""

    names: tuple[str, ...]
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool


class Operation(NamedTuple):
    """``!``, ``-``, a comparison, a logical or arithmetic operator, with one or two operands."""

    operator: str
    operands: tuple[Expression, ...]


class Mixed(NamedTuple):
    """Anything else (a heredoc, a template directive): only its parts and its text are kept."""

    parts: tuple[Expression, ...]
    text: str


Step: TypeAlias = "str | Expression | Splat"
Expression: TypeAlias = (
    Literal
    | Template
    | Sequence
    | Mapping
    | Reference
    | Access
    | Call
    | Conditional
    | Comprehension
    | Operation
    | Mixed
)

NULL = Literal(None)
