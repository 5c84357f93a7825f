"""Terraform's values, including unknown ones.

Known scalars are Python's own: str, bool, and the numbers of `numbers`. A string may be a
`SourceString`, which records its source location.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from toolkit.model.values import HOLE
from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl.syntax.source import SourceString
from toolkit.sources.hcl.values.budget import check_elements, check_length
from toolkit.sources.hcl.values.numbers import Float, Int53, Int64, Number
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    UNTYPED,
    Type,
    list_of,
    map_of,
    object_of,
    set_of,
    tuple_of,
)

SENSITIVE: Final = "sensitive"
EPHEMERAL: Final = "ephemeral"
#: Known here, but known after apply in Terraform: it was made from an id that does not exist yet.
DEFERRED: Final = "deferred"
NO_MARKS: Final[frozenset[str]] = frozenset()
#: The most reasons that a value keeps.
_MOST_REASONS: Final = 16


class EvaluationError(Exception):
    """Terraform refuses the expression.

    `type` is the type of the value with which Terraform continues if it drops the error, as in the
    branch of a condition that is not selected.
    """

    def __init__(self, message: str, result: Type = DYNAMIC) -> None:
        super().__init__(message)
        self.message = message
        self.type = result
        #: The location of the error: a source and the offset in it.
        self.place: tuple[Any, int] | None = None


class Doubts(threading.local):
    """Counts how often an unknown value might have made Terraform refuse something.

    An unknown result carries its reasons; this counter records possible refusals, so that `try` and
    `can` treat none of them as decided.
    """

    count = 0
    reasons: tuple[Reason, ...] = ()


doubts: Final = Doubts()


def doubt(reasons: Sequence[Reason]) -> None:
    """Record that Terraform may refuse the expression being evaluated."""
    doubts.count += 1
    doubts.reasons = tuple(reasons)


class Null:
    """A null of a type."""

    __slots__ = ("type",)

    def __init__(self, kind: Type = UNTYPED) -> None:
        self.type = kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Null)

    def __hash__(self) -> int:
        return hash(Null)

    def __repr__(self) -> str:
        return f"Null({self.type})"


NULL: Final = Null()


#: The most characters of a partly unknown text; of a longer one nothing is kept.
_MOST_SHOWN: Final = 1 << 16


class UnknownVal:
    """A value that is unknown or partly unknown, with the reasons.

    `sure` holds the elements that it certainly has, by key if the type has keys. `complete` says
    that there are no others; their order is unknown and some may be equal. `not_null` says that it
    is not null. `template` is a string's text with `HOLE` for each unknown part.
    """

    __slots__ = ("complete", "not_null", "reasons", "sure", "template", "type")

    def __init__(
        self,
        kind: Type,
        reasons: Iterable[Reason],
        *,
        sure: Sequence[Value] | Mapping[str, Value] = (),
        complete: bool = False,
        not_null: bool = False,
        template: str | None = None,
    ) -> None:
        self.type = DYNAMIC if kind is UNTYPED else kind
        self.reasons = tuple(reasons)
        self.sure = sure
        self.complete = complete
        self.not_null = not_null or complete or bool(sure)
        self.template = template if template is None or len(template) <= _MOST_SHOWN else None

    def __repr__(self) -> str:
        return f"UnknownVal({self.type}, {self.reasons}, sure={self.sure})"


class Symbol:
    """A string that is known after apply: the id of one resource, a UUID.

    Two symbols of one address are equal; others may or may not differ. `reason` says why its
    characters are unknown.
    """

    __slots__ = ("address", "is_data", "kind", "reason")

    def __init__(self, address: str, kind: str, reason: Reason, *, is_data: bool) -> None:
        self.address = address
        self.kind = kind
        self.reason = reason
        self.is_data = is_data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"Symbol({self.address})"


class SymbolText:
    """A string that contains symbols."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | Symbol]) -> None:
        self.parts = tuple(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SymbolText) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __repr__(self) -> str:
        return f"SymbolText{self.parts}"


class Marked:
    """A value with marks: `SENSITIVE`, `EPHEMERAL`, `DEFERRED`."""

    __slots__ = ("marks", "value")

    def __init__(self, value: Value, marks: frozenset[str]) -> None:
        self.value = value
        self.marks = marks

    @property
    def type(self) -> Type:
        return type_of(self.value)

    def __repr__(self) -> str:
        return f"Marked({self.value}, {set(self.marks)})"


class _Container:
    """The base of values with elements; it caches both answers.

    `weight` is the number of values in it, at all depths. Raises `OverBudget` above the limit of
    one expression: locals that contain each other twice take few objects but have too many elements
    to iterate.
    """

    __slots__ = ("_plain", "_type", "weight")

    _plain: bool | None
    _type: Type | None

    def _weigh(self, elements: Collection[Value]) -> None:
        self.weight = len(elements) + sum(map(_weight, elements))
        check_elements(self.weight)

    def elements(self) -> Iterable[Value]:
        raise NotImplementedError

    @property
    def plain(self) -> bool:
        """Whether every part is known, unmarked, and no symbol."""
        if self._plain is None:
            self._plain = all(map(is_plain, self.elements()))
        return self._plain


class TupleVal(_Container):
    __slots__ = ("items",)

    def __init__(self, items: Sequence[Value]) -> None:
        self.items = items
        self._plain = None
        self._type = None
        self._weigh(items)

    def elements(self) -> Iterable[Value]:
        return self.items

    @property
    def type(self) -> Type:
        if self._type is None:
            self._type = tuple_of(map(type_of, self.items))
        return self._type

    def __repr__(self) -> str:
        return f"TupleVal({list(self.items)})"


class _Sequence(_Container):
    """Elements of one type."""

    __slots__ = ("element", "items")

    def __init__(self, items: Sequence[Value], element: Type) -> None:
        self.items = items
        self.element = element
        self._plain = None
        self._weigh(items)

    def elements(self) -> Iterable[Value]:
        return self.items

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.items)}, {self.element})"


class ListVal(_Sequence):
    __slots__ = ()

    @property
    def type(self) -> Type:
        return list_of(self.element)


class SetVal(_Sequence):
    """Distinct elements in Terraform's order; `equality.make_set` makes a set."""

    __slots__ = ()

    @property
    def type(self) -> Type:
        return set_of(self.element)


class MapVal(_Container):
    __slots__ = ("element", "items")

    def __init__(self, items: Mapping[str, Value], element: Type) -> None:
        self.items = items
        self.element = element
        self._plain = None
        self._weigh(items.values())

    def elements(self) -> Iterable[Value]:
        return self.items.values()

    @property
    def type(self) -> Type:
        return map_of(self.element)

    def __repr__(self) -> str:
        return f"MapVal({dict(self.items)}, {self.element})"


class ObjectVal(_Container):
    __slots__ = ("items",)

    def __init__(self, items: Mapping[str, Value]) -> None:
        self.items = items
        self._plain = None
        self._type = None
        self._weigh(items.values())

    def elements(self) -> Iterable[Value]:
        return self.items.values()

    @property
    def type(self) -> Type:
        if self._type is None:
            self._type = object_of({k: type_of(v) for k, v in self.items.items()})
        return self._type

    def __repr__(self) -> str:
        return f"ObjectVal({dict(self.items)})"


Value: TypeAlias = (
    str | bool | Number | Null | UnknownVal | Symbol | SymbolText | Marked
    | TupleVal | ListVal | SetVal | MapVal | ObjectVal
)  # fmt: skip

SEQUENCES: Final = (TupleVal, ListVal, SetVal)
MAPPINGS: Final = (MapVal, ObjectVal)
SYMBOLIC: Final = (Symbol, SymbolText)

_SCALARS: Final[Mapping[type, Type]] = {
    str: STRING,
    SourceString: STRING,
    bool: BOOL,
    int: NUMBER,
    Int64: NUMBER,
    Int53: NUMBER,
    Float: NUMBER,
    Symbol: STRING,
    SymbolText: STRING,
}


def _weight(value: Value) -> int:
    if type(value) in _SCALARS:
        return 0
    if isinstance(value, Marked):
        return _weight(value.value)
    if isinstance(value, UnknownVal):
        sure = value.sure.values() if isinstance(value.sure, Mapping) else value.sure
        return len(value.sure) + sum(map(_weight, sure))
    return value.weight if isinstance(value, _Container) else 0


def weight(*values: Value) -> int:
    """Return the number of values in them, at all depths."""
    return sum(map(_weight, values))


def type_of(value: Value) -> Type:
    found = _SCALARS.get(type(value))
    return value.type if found is None else found  # type: ignore[union-attr]


def is_plain(value: Value) -> bool:
    """Whether every part of the value is known, unmarked, and no symbol."""
    if isinstance(value, _Container):
        return value.plain
    return not isinstance(value, UnknownVal | Marked | Symbol | SymbolText)


def unmark(value: Value) -> tuple[Value, frozenset[str]]:
    """Return the value without its own marks, and these marks; its parts keep theirs."""
    if isinstance(value, Marked):
        return value.value, value.marks
    return value, NO_MARKS


def mark(value: Value, marks: frozenset[str]) -> Value:
    if not marks:
        return value
    if isinstance(value, Marked):
        return Marked(value.value, value.marks | marks)
    return Marked(value, marks)


def unmark_deep(value: Value) -> tuple[Value, frozenset[str]]:
    """Return the value without any marks, and all marks that it and its parts had."""
    if is_plain(value):
        return value, NO_MARKS
    marks: set[str] = set()
    found = _unmarked(value, marks)
    return (found, frozenset(marks)) if marks else (value, NO_MARKS)


def _unmarked(value: Value, marks: set[str]) -> Value:
    if isinstance(value, Marked):
        marks |= value.marks
        return _unmarked(value.value, marks)
    if isinstance(value, _Container) and not value.plain:
        if isinstance(value, TupleVal):
            return TupleVal([_unmarked(each, marks) for each in value.items])
        if isinstance(value, ListVal | SetVal):
            return type(value)([_unmarked(each, marks) for each in value.items], value.element)
        if isinstance(value, MapVal):
            items = {key: _unmarked(each, marks) for key, each in value.items.items()}
            return MapVal(items, value.element)
        if isinstance(value, ObjectVal):
            return ObjectVal({key: _unmarked(each, marks) for key, each in value.items.items()})
    if isinstance(value, UnknownVal) and value.sure:
        if isinstance(value.sure, Mapping):
            sure: Any = {key: _unmarked(each, marks) for key, each in value.sure.items()}
        else:
            sure = [_unmarked(each, marks) for each in value.sure]
        return UnknownVal(
            value.type, value.reasons, sure=sure, complete=value.complete, not_null=value.not_null
        )
    return value


def reasons_of(*values: Value) -> tuple[Reason, ...]:
    """Return why the values or their parts are unknown; empty if they are known."""
    found: dict[Reason, None] = {}
    for value in values:
        if not is_plain(value):
            for reason in _reasons(value):
                found[reason] = None
                if len(found) == _MOST_REASONS:
                    return tuple(found)
    return tuple(found)


def _reasons(value: Value) -> Iterator[Reason]:
    if isinstance(value, UnknownVal):
        yield from value.reasons
        sure = value.sure.values() if isinstance(value.sure, Mapping) else value.sure
        for each in sure:
            yield from _reasons(each)
    elif isinstance(value, Symbol):
        yield value.reason
    elif isinstance(value, SymbolText):
        yield from (part.reason for part in value.parts if isinstance(part, Symbol))
    elif isinstance(value, Marked):
        yield from _reasons(value.value)
    elif isinstance(value, _Container) and not value.plain:
        for each in value.elements():
            yield from _reasons(each)


def is_known(value: Value) -> bool:
    """Whether no part of the value is an `UnknownVal`; symbols count as known."""
    if isinstance(value, UnknownVal):
        return False
    if isinstance(value, Marked):
        return is_known(value.value)
    if isinstance(value, _Container) and not value.plain:
        return all(map(is_known, value.elements()))
    return True


def has_symbols(value: Value) -> bool:
    """Whether some part of a value is known after apply or unknown."""
    if isinstance(value, Marked):
        return has_symbols(value.value)
    if isinstance(value, _Container):
        return not value.plain and any(map(has_symbols, value.elements()))
    return isinstance(value, UnknownVal | Symbol | SymbolText)


def unknown(kind: Type, *because: Value, not_null: bool = False) -> UnknownVal:
    """Return an unknown value that depends on other unknown values."""
    return UnknownVal(kind, reasons_of(*because), not_null=not_null)


def template_of(part: Value) -> str:
    """Return a part of a string as template text; an unknown part is a hole."""
    if isinstance(part, str):
        return part
    return (isinstance(part, UnknownVal) and part.template) or HOLE


def symbol_text(parts: Iterable[str | Symbol | SymbolText]) -> Value:
    """Return the concatenation of the parts."""
    flat: list[str | Symbol] = []
    for part in parts:
        for piece in part.parts if isinstance(part, SymbolText) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    check_elements(len(flat))
    check_length(sum(len(piece) for piece in flat if isinstance(piece, str)))
    if not flat:
        return ""
    if len(flat) == 1:
        return flat[0]
    return SymbolText(flat)
