"""A variable's value as its declared type makes it."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.sources.hcl.expressions import Call, Expression, Literal, Mapping, Reference, Sequence
from toolkit.sources.hcl.literals import kept_number
from toolkit.sources.hcl.values import (
    Computed,
    Partial,
    SetValue,
    Value,
    as_bool,
    as_identifiers,
    as_text,
    combined,
    is_uneven,
)

#: Gives the value of an expression that refers to nothing: the default of an optional attribute.
Evaluate = Callable[[Expression], Value]


def converted(value: Value, kind: Expression | None, text: str, evaluate: Evaluate) -> Value:
    """The value as a type constraint makes it; `text` names it where only tfparse can tell."""
    if value is None or kind is None:
        return value
    if isinstance(kind, Reference):
        return _primitive(value, kind.root, text)
    if isinstance(kind, Literal) and isinstance(kind.value, str):
        return _primitive(value, kind.value, text)
    if not isinstance(kind, Call) or len(kind.arguments) != 1:
        return Computed(text)
    (inner,) = kind.arguments
    if kind.name == "object" and isinstance(inner, Mapping):
        return _object(value, inner, text, evaluate)
    if kind.name == "map" and isinstance(value, dict):
        made = {key: converted(item, inner, text, evaluate) for key, item in value.items()}
        return Computed(text) if is_uneven(list(made.values())) else made
    if kind.name == "tuple" and isinstance(inner, Sequence) and isinstance(value, list):
        if len(value) != len(inner.items) or isinstance(value, SetValue):
            return Computed(text)
        pairs = zip(value, inner.items, strict=True)
        return [converted(item, each, text, evaluate) for item, each in pairs]
    if kind.name in ("list", "set"):
        return _members(value, inner, text, evaluate, is_set=kind.name == "set")
    return value


def _primitive(value: Value, kind: str, text: str) -> Value:
    if kind == "string":
        shown = as_text(value)
        return value if shown is None else shown
    if kind == "bool":
        truth = as_bool(value)
        return value if truth is None else truth
    if kind == "number" and isinstance(value, str):
        number = kept_number(value)
        return Computed(text) if number is None else number
    return value


def _members(
    value: Value, inner: Expression, text: str, evaluate: Evaluate, *, is_set: bool
) -> Value:
    if isinstance(value, Partial):
        items = tuple(converted(item, inner, text, evaluate) for item in value.items)
        return value._replace(items=items)
    if not isinstance(value, list):
        return value
    made = [converted(item, inner, text, evaluate) for item in value]
    texts = [item for item in made if isinstance(item, str)]
    if is_set and len(texts) == len(made):
        return SetValue(sorted(set(texts)))
    if not is_set:
        return Computed(text) if is_uneven(made) else made
    # Which members of another kind are one and the same is the evaluator's to say.
    return as_identifiers(made) or combined(made, text)


def _object(value: Value, shape: Mapping, text: str, evaluate: Evaluate) -> Value:
    """Declared attributes only; an optional one that is absent or null has its default."""
    if not isinstance(value, dict):
        return value
    made: dict[str, Value] = {}
    for key, kind in shape.items:
        name = key.value if isinstance(key, Literal) else None
        if not isinstance(name, str):
            return Computed(text)
        given = value.get(name)
        optional = isinstance(kind, Call) and kind.name == "optional" and kind.arguments
        if name not in value and not optional:
            return Computed(text)
        if isinstance(kind, Call) and optional:
            inner, *default = kind.arguments
            if given is None and default:
                given = evaluate(default[0])
            made[name] = converted(given, inner, text, evaluate)
        else:
            made[name] = converted(given, kind, text, evaluate)
    return made
