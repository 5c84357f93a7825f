"""Functions that convert a value or change its sensitivity."""

from __future__ import annotations

from typing import Final

from toolkit.sources.hcl.functions.signature import Definitions, Nullable
from toolkit.sources.hcl.values.conversion import convert
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Type,
    list_of,
    map_of,
    set_of,
)
from toolkit.sources.hcl.values.values import (
    EPHEMERAL,
    SENSITIVE,
    ListVal,
    MapVal,
    Marked,
    Null,
    ObjectVal,
    SetVal,
    TupleVal,
    UnknownVal,
    Value,
    is_plain,
    mark,
    type_of,
    unknown,
    unmark,
)

define: Final = Definitions()


def _conversion(name: str, wanted: Type) -> None:
    """Define the function that converts to a type. It keeps the marks of inner values."""

    def body(value: Value) -> Value:
        return convert(value, wanted)

    body.__name__ = name
    define(Nullable(DYNAMIC), returns=wanted, structural=True)(body)


_conversion("tostring", STRING)
_conversion("tonumber", NUMBER)
_conversion("tobool", BOOL)
_conversion("tolist", list_of(DYNAMIC))
_conversion("toset", set_of(DYNAMIC))
_conversion("tomap", map_of(DYNAMIC))


@define(Nullable(DYNAMIC), raw=True)
def sensitive(value: Value) -> Value:
    return mark(value, frozenset({SENSITIVE}))


@define(Nullable(DYNAMIC), raw=True)
def ephemeralasnull(value: Value) -> Value:
    return _without_ephemeral(value)


def _without_ephemeral(value: Value) -> Value:
    if is_plain(value):
        return value
    if isinstance(value, Marked):
        if EPHEMERAL in value.marks:
            return mark(Null(type_of(value)), value.marks - {EPHEMERAL})
        return mark(_without_ephemeral(value.value), value.marks)
    if isinstance(value, TupleVal):
        return TupleVal([_without_ephemeral(each) for each in value.items])
    if isinstance(value, ListVal | SetVal):
        return type(value)([_without_ephemeral(each) for each in value.items], value.element)
    if isinstance(value, MapVal):
        items = {name: _without_ephemeral(each) for name, each in value.items.items()}
        return MapVal(items, value.element)
    if isinstance(value, ObjectVal):
        return ObjectVal({name: _without_ephemeral(each) for name, each in value.items.items()})
    return value


@define(Nullable(DYNAMIC), raw=True)
def nonsensitive(value: Value) -> Value:
    bare, marks = unmark(value)
    return mark(bare, marks - {SENSITIVE})


@define(Nullable(DYNAMIC), raw=True)
def issensitive(value: Value) -> Value:
    bare, marks = unmark(value)
    if SENSITIVE in marks:
        return True
    return unknown(BOOL, bare, not_null=True) if isinstance(bare, UnknownVal) else False
