"""Evaluate constants (expressions without references or functions) and type constraints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn

from msgspec import Struct

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.evaluator import Evaluator, Names
from toolkit.sources.hcl.functions.signature import Behaviour
from toolkit.sources.hcl.syntax import nodes
from toolkit.sources.hcl.syntax.nodes import Block, Expression, FunctionCall, ScopeTraversal
from toolkit.sources.hcl.syntax.source import Source
from toolkit.sources.hcl.values import EvaluationError, Type, UnknownVal, Value
from toolkit.sources.hcl.values.budget import Budget

_KEYWORDS: Final[Mapping[str, Type]] = {
    "string": cty.STRING,
    "number": cty.NUMBER,
    "bool": cty.BOOL,
    "any": cty.DYNAMIC,
    # The form of Terraform 0.11, allowed only at the top.
    "list": cty.list_of(cty.DYNAMIC),
    "map": cty.map_of(cty.DYNAMIC),
}
_COLLECTIONS: Final = {"list": cty.list_of, "set": cty.set_of, "map": cty.map_of}


class _Constants:
    """An environment without names."""

    def __init__(self) -> None:
        self.budget = Budget()

    @property
    def files(self) -> NoReturn:
        raise NotImplementedError

    def resolve(self, node: ScopeTraversal, names: Names) -> NoReturn:
        raise EvaluationError("only a literal value may stand here, not a reference")

    def function(self, name: str) -> NoReturn:
        raise EvaluationError("only a literal value may stand here, no call of a function")

    def special(self, node: FunctionCall, names: Names) -> Value | None:
        self.function(node.name)

    def has(self, behaviour: Behaviour) -> bool:
        return False


def constant(expression: Expression, source: Source | None = None) -> Value:
    """Return the value of an expression without references. Raises `EvaluationError`."""
    return Evaluator(_Constants()).value(expression, source, {})


def flag(block: Block, name: str, *, default: bool = False) -> bool:
    """Return a boolean setting of a block. Raises `EvaluationError`."""
    attribute = block.body.attributes.get(name)
    if attribute is None:
        return default
    value = cty.convert(constant(attribute.expression, attribute.source), cty.BOOL)
    if not isinstance(value, bool):
        raise EvaluationError(f"{name} is true or false")
    return value


class Defaults(Struct, frozen=True):
    """Default values for optional attributes of an object, and for the types inside a type.

    `inner` holds the defaults of attributes by name, of tuple elements by index, and of collection
    elements under None.
    """

    values: Mapping[str, Value]
    inner: Mapping[str | int | None, Defaults]

    def applied(self, value: Value) -> Value:
        """Return the value with defaults for its absent attributes."""
        if not self.values and not self.inner:
            return value
        bare, marks = cty.unmark(value)
        if isinstance(bare, cty.SEQUENCES):
            is_tuple = isinstance(bare, cty.TupleVal)
            items = [
                self._inside(at if is_tuple and at in self.inner else None, item)
                for at, item in enumerate(bare.items)
            ]
            bare = cty.TupleVal(items)
        elif isinstance(bare, cty.MAPPINGS):
            found = {
                name: self._inside(name if name in self.inner else None, item)
                for name, item in bare.items.items()
            }
            for name, default in self.values.items():
                if isinstance(cty.unmark(found.get(name, cty.NULL))[0], cty.Null):
                    found[name] = self._inside(name, default)
            bare = cty.ObjectVal(found)
        elif isinstance(bare, UnknownVal) and bare.sure:
            # The defaults are not applied to the certain elements, so nothing of them is kept.
            bare = cty.unknown(bare.type, bare, not_null=True)
        return cty.mark(bare, marks)

    def _inside(self, key: str | int | None, value: Value) -> Value:
        inner = self.inner.get(key)
        return value if inner is None else inner.applied(value)


NO_DEFAULTS: Final = Defaults({}, {})


def type_constraint(expression: Expression) -> tuple[Type, Defaults]:
    """Return the type that an expression denotes, with its defaults. Raises `EvaluationError`."""
    if isinstance(expression, ScopeTraversal) and not expression.steps:
        kind = _KEYWORDS.get(expression.root)
        if kind is not None:
            return kind, NO_DEFAULTS
    return _constructed(expression)


def _inner_type(expression: Expression) -> tuple[Type, Defaults]:
    if isinstance(expression, ScopeTraversal) and expression.root in _COLLECTIONS:
        raise EvaluationError(f"{expression.root} needs the type of its elements in parentheses")
    return type_constraint(expression)


def _constructed(expression: Expression) -> tuple[Type, Defaults]:
    if not isinstance(expression, FunctionCall) or len(expression.arguments) != 1:
        raise EvaluationError("this is not a type, such as string or list(string)")
    (argument,) = expression.arguments
    if expression.name in _COLLECTIONS:
        element, inner = _inner_type(argument)
        return _COLLECTIONS[expression.name](element), _nested({None: inner})
    if expression.name == "tuple" and isinstance(argument, nodes.TupleCons):
        found = [_inner_type(each) for each in argument.items]
        inner_ones: dict[str | int | None, Defaults] = {
            at: inner for at, (_, inner) in enumerate(found)
        }
        return cty.tuple_of(kind for kind, _ in found), _nested(inner_ones)
    if expression.name == "object" and isinstance(argument, nodes.ObjectCons):
        return _object(argument)
    raise EvaluationError("this is not a type, such as string or list(string)")


def _nested(
    inner: Mapping[str | int | None, Defaults], values: Mapping[str, Value] = {}
) -> Defaults:
    needed = {key: each for key, each in inner.items() if each is not NO_DEFAULTS}
    return Defaults(values, needed) if needed or values else NO_DEFAULTS


def _object(node: nodes.ObjectCons) -> tuple[Type, Defaults]:
    attributes: dict[str, Type] = {}
    inner: dict[str | int | None, Defaults] = {}
    defaults: dict[str, Value] = {}
    optional: set[str] = set()
    for key, value in node.items:
        if not isinstance(key, nodes.Literal) or not isinstance(key.value, str):
            raise EvaluationError("the name of an attribute is a bare word")
        name = key.value
        if name in attributes:
            raise EvaluationError(f"the attribute {name} has two types")
        if isinstance(value, FunctionCall) and value.name == "optional":
            if not 1 <= len(value.arguments) <= 2:
                raise EvaluationError("optional() takes a type, and perhaps a default")
            attributes[name], inner[name] = _inner_type(value.arguments[0])
            optional.add(name)
            for each in value.arguments[1:]:
                default = constant(each)
                defaults[name] = inner[name].applied(default)
        else:
            attributes[name], inner[name] = _inner_type(value)
    kind = cty.object_of(attributes, optional)
    for name, default in defaults.items():
        defaults[name] = cty.convert(default, attributes[name])
    return kind, _nested(inner, defaults)
