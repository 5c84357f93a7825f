"""Equality of values, and the order of a set's elements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final

from toolkit.lazily import pattern
from toolkit.sources.hcl.values import numbers
from toolkit.sources.hcl.values.numbers import Float, Number
from toolkit.sources.hcl.values.types import BOOL, NUMBER, STRING, Type, set_of
from toolkit.sources.hcl.values.values import (
    MAPPINGS,
    SEQUENCES,
    SYMBOLIC,
    ListVal,
    MapVal,
    Marked,
    Null,
    ObjectVal,
    SetVal,
    Symbol,
    TupleVal,
    UnknownVal,
    Value,
    is_plain,
    mark,
    reasons_of,
    type_of,
    unmark_deep,
)

_UUID: Final = pattern(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values without marks are equal; None if unknown.

    Values of different types are unequal, except for nulls.
    """
    if isinstance(left, Null) or isinstance(right, Null):
        return _with_null(left, right)
    if isinstance(left, UnknownVal) or isinstance(right, UnknownVal):
        return False if _cannot_be_equal(type_of(left), type_of(right)) else None
    if isinstance(left, SYMBOLIC) or isinstance(right, SYMBOLIC):
        return _symbolic(left, right)
    if is_plain(left) and is_plain(right):
        return type_of(left) == type_of(right) and key(left) == key(right)
    return _containers(left, right)


def _with_null(left: Value, right: Value) -> bool | None:
    if isinstance(left, Null) and isinstance(right, Null):
        return True
    other = right if isinstance(left, Null) else left
    return None if isinstance(other, UnknownVal) and not other.not_null else False


def _cannot_be_equal(left: Type, right: Type) -> bool:
    return not left.has_dynamic and not right.has_dynamic and left != right


def _symbolic(left: Value, right: Value) -> bool | None:
    if left == right:
        return True
    if type_of(left) is not type_of(right):
        return False
    literal = left if isinstance(left, str) else right if isinstance(right, str) else None
    symbol = right if literal is left else left
    if literal is not None and isinstance(symbol, Symbol) and not _UUID.fullmatch(literal):
        # An id of this provider is a UUID.
        return False
    return None


def _containers(left: Value, right: Value) -> bool | None:
    kind, other = type_of(left), type_of(right)
    if _cannot_be_equal(kind, other):
        return False
    if isinstance(left, SetVal) or isinstance(right, SetVal):
        return None
    if isinstance(left, SEQUENCES) and isinstance(right, SEQUENCES):
        if len(left.items) != len(right.items):
            return False
        pairs: Iterable[tuple[Value, Value]] = zip(left.items, right.items, strict=True)
    elif isinstance(left, MAPPINGS) and isinstance(right, MAPPINGS):
        if left.items.keys() != right.items.keys():
            return False
        pairs = [(left.items[name], right.items[name]) for name in left.items]
    else:
        return False
    answers = [equal(one, two) for one, two in pairs]
    if False in answers:
        return False
    return None if None in answers or kind.has_dynamic or other.has_dynamic else True


def key(value: Value) -> Hashable:
    """Return a key that is equal for two plain values of one type exactly if the values
    are equal.
    """
    if isinstance(value, SEQUENCES):
        return tuple(map(key, value.items))
    if isinstance(value, MAPPINGS):
        return frozenset((name, key(each)) for name, each in value.items.items())
    return value


def make_set(items: Iterable[Value], element: Type) -> Value:
    """Return the set of elements of one type; some may be unknown."""
    found: list[Value] = []
    marks: frozenset[str] = frozenset()
    for item in items:
        if isinstance(item, Marked) or not is_plain(item):
            item, own = unmark_deep(item)
            marks |= own
        found.append(item)
    if all(map(is_plain, found)):
        distinct = list({key(item): item for item in reversed(found)}.values())
        if element is STRING and Null() not in distinct:
            distinct.sort()
        else:
            distinct.sort(key=lambda item: _order(item, element))
        return mark(SetVal(distinct, element), marks)
    return mark(_partly_known(found, element), marks)


def _partly_known(items: list[Value], element: Type) -> Value:
    sure: list[Value] = []
    complete = True
    for item in items:
        if isinstance(item, UnknownVal):
            complete = False
        elif not any(equal(item, other) for other in sure):
            sure.append(item)
    if complete and len(sure) == 1:
        return SetVal(sure, element)
    return UnknownVal(
        set_of(element), reasons_of(*items), sure=sure, complete=complete, not_null=True
    )


class _Rank:
    """A number as a sort key."""

    __slots__ = ("value",)

    def __init__(self, value: Number) -> None:
        self.value = value

    def __lt__(self, other: _Rank) -> bool:
        return numbers.compare(self.value, other.value) < 0


def _order(value: Value, element: Type) -> tuple[bool, Any]:
    """Return an element's sort key in its set: nulls come last."""
    if isinstance(value, Null):
        return True, ""
    if element == NUMBER and isinstance(value, int | Float):
        return False, _Rank(value)
    if element in (BOOL, STRING):
        return False, value
    return False, _hash_text(value).encode("utf-8", "surrogatepass")


def _hash_text(value: Value) -> str:
    """Return the text by which cty orders values that have no natural order."""
    if isinstance(value, Null):
        return "~"
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, str):
        return go_quoted(value)
    if isinstance(value, int | Float):
        return _general(value)
    if isinstance(value, MapVal):
        pairs = sorted(value.items.items())
        return "{" + "".join(f"{go_quoted(k)}:{_hash_text(v)};" for k, v in pairs) + "}"
    if isinstance(value, ObjectVal):
        return "<" + "".join(f"{_hash_text(v)};" for _, v in sorted(value.items.items())) + ">"
    if isinstance(value, ListVal | SetVal):
        return "[" + "".join(f"{_hash_text(v)};" for v in value.items) + "]"
    if isinstance(value, TupleVal):
        return "<" + "".join(f"{_hash_text(v)};" for v in value.items) + ">"
    return "?"


def _general(value: Number) -> str:
    """Return a number to ten digits, as Go's %g prints a big.Float."""
    number = numbers.to_float(value)
    text = f"{number:.10g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}" if e else text


_ESCAPES: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
    "\\": "\\\\", '"': '\\"',
}  # fmt: skip


def go_quoted(text: str) -> str:
    """Return a string as Go's %q prints it."""
    return '"' + "".join(map(_go_escaped, text)) + '"'


def _go_escaped(character: str) -> str:
    escape = _ESCAPES.get(character)
    if escape is not None:
        return escape
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
