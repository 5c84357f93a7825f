"""Functions of lists, sets, maps and objects.

They accept partly known values: the result keeps the elements that it surely has. Source: cty 1.16,
stdlib; Terraform 1.11, lang/funcs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from toolkit.sources.hcl.functions.graphemes import count_graphemes
from toolkit.sources.hcl.functions.signature import Behaviour, Definitions, Has, Nullable
from toolkit.sources.hcl.values import budget, numbers
from toolkit.sources.hcl.values.conversion import convert, unify
from toolkit.sources.hcl.values.equality import equal, key, make_set
from toolkit.sources.hcl.values.numbers import Float, Int64, NotANumberError, Number
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    UNTYPED,
    Type,
    list_of,
    map_of,
    set_of,
    tuple_of,
)
from toolkit.sources.hcl.values.values import (
    MAPPINGS,
    SEQUENCES,
    SYMBOLIC,
    EvaluationError,
    ListVal,
    MapVal,
    Null,
    ObjectVal,
    SetVal,
    TupleVal,
    UnknownVal,
    Value,
    doubt,
    is_known,
    is_plain,
    mark,
    reasons_of,
    type_of,
    unknown,
    unmark,
)

define: Final = Definitions()

#: The largest number of elements that range() makes.
_MOST_OF_RANGE: Final = 1024


def _whole(value: Value, what: str) -> int | None:
    """Return an index; None if unknown. Raises `EvaluationError` for a fraction."""
    if isinstance(value, int | Float) and not isinstance(value, bool):
        found = numbers.whole(value)
        if found is None or abs(found) >= 2**63:
            raise EvaluationError(f"{what} must be a whole number")
        return found
    return None


def _items(value: Value) -> Sequence[Value]:
    """Return the elements that a sequence surely has."""
    if isinstance(value, UnknownVal):
        return value.sure if isinstance(value.sure, list | tuple) else ()
    return value.items if isinstance(value, SEQUENCES) else ()


def _is_complete(value: Value) -> bool:
    """Whether `_items` returns all elements."""
    return isinstance(value, SEQUENCES) or (isinstance(value, UnknownVal) and value.complete)


def _require(value: Value, kinds: tuple[str, ...], what: str) -> None:
    """Check the value's kind. Raises `EvaluationError`; a value of unknown type is in doubt."""
    kind = type_of(value).kind
    if kind == "dynamic":
        if not isinstance(value, Null):
            doubt(reasons_of(value))
    elif kind not in kinds:
        raise EvaluationError(f"{what}, not {type_of(value).name}")


def _partly_known(kind: Type, sure: Sequence[Value], complete: bool, *because: Value) -> Value:
    return UnknownVal(kind, reasons_of(*because), sure=sure, complete=complete, not_null=True)


def _made(items: Sequence[Value], kind: Type) -> Value:
    """Return a list, set or tuple."""
    if kind.kind == "tuple":
        return TupleVal(items)
    if kind.kind == "set":
        return make_set(items, kind.element)
    return ListVal(items, kind.element)


# Elements and keys


@define(DYNAMIC, returns=NUMBER, structural=True)
def length(value: Value) -> Value:
    if isinstance(value, str):
        return Int64(count_graphemes(value))
    if isinstance(value, (*SEQUENCES, *MAPPINGS)):
        return Int64(len(value.items))
    kind = type_of(value)
    if kind.kind == "tuple":
        return Int64(len(kind.elements))
    if kind.kind == "object":
        return Int64(len(kind.attributes))
    if kind.is_collection or kind is STRING:
        return unknown(NUMBER, value, not_null=True)
    if kind.kind == "dynamic":
        doubt(reasons_of(value))
        return unknown(NUMBER, value, not_null=True)
    raise EvaluationError(f"length() takes a string or a collection, not {kind.name}")


@define(DYNAMIC, NUMBER, structural=True, asks=True)
def element(has: Has, sequence: Value, index: Value) -> Value:
    _require(sequence, ("list", "tuple"), "element() takes a list")
    at = _whole(index, "the index of element()")
    if isinstance(sequence, UnknownVal) or at is None:
        doubt(reasons_of(sequence, index))
        kind = type_of(sequence)
        return unknown(kind.element if kind.kind == "list" else DYNAMIC, sequence, index)
    items = _items(sequence)
    if not items:
        raise EvaluationError("element() takes no empty list")
    if at < 0:
        is_tuple = isinstance(sequence, TupleVal)
        if not has(Behaviour.NEGATIVE_INDEX) or (
            is_tuple and at % len(items) and not has(Behaviour.NEGATIVE_TUPLE_INDEX)
        ):
            raise EvaluationError(
                f"element() takes no negative index into a {'tuple' if is_tuple else 'list'} "
                "in this version"
            )
    return items[at % len(items)]


@define(DYNAMIC, STRING, rest=Nullable(DYNAMIC), structural=True)
def lookup(mapping: Value, name: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise EvaluationError("lookup() takes two or three arguments")
    _require(mapping, ("map", "object"), "lookup() takes a map")
    kind = type_of(mapping)
    if kind.kind == "map" and default:
        default = (convert(default[0], kind.element),)
    if isinstance(mapping, MAPPINGS) and isinstance(name, str):
        if name in mapping.items:
            return mapping.items[name]
        if default:
            return default[0]
        raise EvaluationError("lookup() finds no such key, and has no default")
    if not default:
        doubt(reasons_of(mapping, name))
    found = _sure_of(mapping, name)
    if found is not None:
        return found
    result = kind.element if kind.kind == "map" else DYNAMIC
    if kind.kind == "object" and isinstance(name, str) and isinstance(mapping, UnknownVal):
        if name not in kind.attributes:
            return _absent(default)
        result = kind.attributes[name]
    return unknown(result, mapping, name)


def _absent(default: Sequence[Value]) -> Value:
    if not default:
        raise EvaluationError("lookup() finds no such key, and has no default")
    return default[0]


def _sure_of(mapping: Value, name: Value) -> Value | None:
    """Return the value of a key that a map surely has."""
    if isinstance(mapping, UnknownVal) and isinstance(mapping.sure, dict) and isinstance(name, str):
        return mapping.sure.get(name)
    return None


@define(DYNAMIC, structural=True)
def keys(mapping: Value) -> Value:
    _require(mapping, ("map", "object"), "keys() takes a map")
    if isinstance(mapping, MapVal):
        return ListVal(sorted(mapping.items), STRING)
    if isinstance(mapping, ObjectVal):
        return TupleVal(sorted(mapping.items))
    if type_of(mapping).kind == "object":
        return TupleVal(sorted(type_of(mapping).attributes))
    sure = list(mapping.sure) if isinstance(mapping, UnknownVal) else ()
    kind = list_of(STRING) if type_of(mapping).kind == "map" else DYNAMIC
    return UnknownVal(kind, reasons_of(mapping), sure=sure, not_null=True)


@define(DYNAMIC, structural=True)
def values(mapping: Value) -> Value:
    _require(mapping, ("map", "object"), "values() takes a map")
    if isinstance(mapping, MAPPINGS):
        found = [mapping.items[name] for name in sorted(mapping.items)]
        return ListVal(found, mapping.element) if isinstance(mapping, MapVal) else TupleVal(found)
    kind = type_of(mapping)
    if kind.kind == "map":
        kind = list_of(kind.element)
    elif kind.kind == "object":
        kind = tuple_of(kind.attributes[name] for name in sorted(kind.attributes))
    sure: Sequence[Value] = ()
    if isinstance(mapping, UnknownVal) and isinstance(mapping.sure, dict):
        sure = list(mapping.sure.values())
    return UnknownVal(kind, reasons_of(mapping), sure=sure, not_null=True)


@define(list_of(STRING), DYNAMIC, structural=True)
def zipmap(names: Value, found: Value) -> Value:
    _require(found, ("list", "tuple"), "zipmap() takes a list of values")
    is_list = type_of(found).kind == "list"
    if not isinstance(names, ListVal) or not isinstance(found, ListVal | TupleVal):
        doubt(reasons_of(names, found))
        return unknown(map_of(type_of(found).element) if is_list else DYNAMIC, names, found)
    if len(names.items) != len(found.items):
        raise EvaluationError("zipmap() takes as many keys as values")
    made: dict[str, Value] = {}
    marks: frozenset[str] = frozenset()
    open_keys: list[Value] = []
    for name, value in zip(names.items, found.items, strict=True):
        text, own = unmark(name)
        marks |= own
        if isinstance(text, Null):
            raise EvaluationError("zipmap() takes no null for a key")
        if isinstance(text, str):
            made[text] = value
        else:
            open_keys.append(text)
    if open_keys:
        kind = map_of(type_of(found).element) if is_list else DYNAMIC
        sure = {} if any(isinstance(each, UnknownVal) for each in open_keys) else made
        return mark(UnknownVal(kind, reasons_of(*open_keys), sure=sure, not_null=True), marks)
    result = MapVal(made, found.element) if isinstance(found, ListVal) else ObjectVal(made)
    return mark(result, marks)


@define(rest=Nullable(DYNAMIC), structural=True)
def merge(*mappings: Value) -> Value:
    if not mappings:
        return ObjectVal({})
    for each in mappings:
        _require(each, ("map", "object"), "merge() takes maps and objects")
    found: dict[str, Value] = {}
    marks: frozenset[str] = frozenset()
    is_open = False
    for each in mappings:
        mapping, own = unmark(each)
        marks |= own
        if isinstance(mapping, MAPPINGS):
            found.update(mapping.items)
        elif isinstance(mapping, UnknownVal):
            is_open |= not _overlay(found, mapping)
    kinds = [type_of(each) for each in mappings]
    same = all(each == kinds[0] for each in kinds[1:])
    if is_open:
        kind = kinds[0] if same and kinds[0].kind == "map" else DYNAMIC
        return mark(UnknownVal(kind, reasons_of(*mappings), sure=found, not_null=True), marks)
    if same and kinds[0].kind == "map":
        return mark(MapVal(found, kinds[0].element), marks)
    return mark(ObjectVal(found), marks)


def _overlay(found: dict[str, Value], mapping: UnknownVal) -> bool:
    """Overlay the map's possible entries on `found`; return whether these are all entries."""
    kind = mapping.type
    sure = mapping.sure if isinstance(mapping.sure, dict) else {}
    if kind.kind == "object":
        for name, each in kind.attributes.items():
            found[name] = sure.get(name, unknown(each, mapping))
        if mapping.not_null:
            return True
        for name in kind.attributes:
            found.pop(name)
        return False
    for name in found:
        found[name] = unknown(type_of(found[name]), mapping)
    found.update(sure)
    return False


@define(map_of(list_of(STRING)), returns=map_of(list_of(STRING)))
def transpose(mapping: MapVal) -> Value:
    found: dict[str, list[Value]] = {}
    for name in sorted(mapping.items):
        row = mapping.items[name]
        if not isinstance(row, ListVal):
            raise EvaluationError("transpose() takes no null")
        for each in row.items:
            if not isinstance(each, str):
                raise EvaluationError("transpose() takes no null")
            found.setdefault(each, []).append(name)
    rows = {name: ListVal(sorted(row), STRING) for name, row in found.items()}  # type: ignore[type-var]
    return MapVal(rows, list_of(STRING))


# Sequences


@define(rest=DYNAMIC, structural=True)
def concat(*sequences: Value) -> Value:
    if not sequences:
        raise EvaluationError("concat() takes at least one list")
    marks: frozenset[str] = frozenset()
    parts: list[Value] = []
    for each in sequences:
        part, own = unmark(each)
        marks |= own
        _require(part, ("list", "tuple"), "concat() takes lists")
        parts.append(part)
    kinds = [type_of(each) for each in parts]
    common = unify(kinds) if all(each.kind == "list" for each in kinds) else None
    if common is not None and common.kind == "list":
        parts = [convert(each, common) for each in parts]
    items = [item for each in parts for item in _items(each)]
    if all(isinstance(each, SEQUENCES) for each in parts):
        kind = common if common is not None and common.kind == "list" else None
        return mark(TupleVal(items) if kind is None else ListVal(items, kind.element), marks)
    result = UnknownVal(
        common or DYNAMIC,
        reasons_of(*parts),
        sure=items,
        complete=all(map(_is_complete, parts)),
        not_null=True,
    )
    return mark(result, marks)


@define(DYNAMIC, structural=True)
def flatten(sequence: Value) -> Value:
    _require(sequence, ("list", "set", "tuple"), "flatten() takes a list")
    found: list[Value] = []
    marks: set[str] = set()
    open_parts: list[Value] = []
    _flatten(sequence, found, marks, open_parts)
    if not open_parts:
        return mark(TupleVal(found), frozenset(marks))
    complete = all(map(_is_complete, open_parts))
    result = UnknownVal(
        DYNAMIC, reasons_of(*open_parts), sure=found, complete=complete, not_null=True
    )
    return mark(result, frozenset(marks))


def _flatten(value: Value, found: list[Value], marks: set[str], open_parts: list[Value]) -> None:
    """Add the elements of a sequence and of the sequences in it."""
    value, own = unmark(value)
    marks |= own
    budget.check_elements(len(found))
    if isinstance(value, UnknownVal):
        open_parts.append(value)
    for item in _items(value):
        bare, _ = unmark(item)
        kind = type_of(bare)
        if isinstance(bare, Null):
            found.append(item)
        elif kind.is_sequence or (kind.kind == "dynamic" and isinstance(bare, UnknownVal)):
            _flatten(item, found, marks, open_parts)
        else:
            found.append(item)


@define(DYNAMIC, structural=True)
def reverse(sequence: Value) -> Value:
    _require(sequence, ("list", "set", "tuple"), "reverse() takes a list")
    if isinstance(sequence, SEQUENCES):
        items = list(reversed(sequence.items))
        return (
            TupleVal(items) if isinstance(sequence, TupleVal) else ListVal(items, sequence.element)
        )
    kind = type_of(sequence)
    return UnknownVal(
        list_of(kind.element) if kind.is_collection else DYNAMIC,
        reasons_of(sequence),
        sure=_items(sequence),
        complete=_is_complete(sequence),
        not_null=True,
    )


@define(DYNAMIC, NUMBER, NUMBER, structural=True)
def slice_(sequence: Value, start: Value, end: Value) -> Value:
    _require(sequence, ("list", "tuple"), "slice() takes a list")
    first, last = (_whole(each, "an index of slice()") for each in (start, end))
    known = isinstance(sequence, SEQUENCES)
    size = len(_items(sequence)) if known else None
    for at in (first, last):
        if at is not None and (at < 0 or (size is not None and at > size)):
            raise EvaluationError("an index of slice() is outside of the list")
    if first is not None and last is not None:
        if first > last:
            raise EvaluationError("the start of slice() is behind its end")
        if known:
            kept = _items(sequence)[first:last]
            is_list = isinstance(sequence, ListVal)
            return ListVal(kept, type_of(sequence).element) if is_list else TupleVal(kept)
    doubt(reasons_of(sequence, start, end))
    kind = type_of(sequence)
    return unknown(kind if kind.kind == "list" else DYNAMIC, sequence, start, end, not_null=True)


@define(list_of(DYNAMIC), NUMBER, structural=True)
def chunklist(sequence: Value, size: Value) -> Value:
    count = _whole(size, "the size of chunklist()")
    kind = type_of(sequence)
    if count is None or not isinstance(sequence, ListVal):
        doubt(reasons_of(sequence, size))
        return unknown(list_of(kind), sequence, size, not_null=True)
    if count < 0:
        raise EvaluationError("the size of chunklist() must not be negative")
    items = sequence.items
    step = count or max(len(items), 1)
    chunks = [ListVal(items[at : at + step], kind.element) for at in range(0, len(items), step)]
    return ListVal(chunks, kind)


@define(list_of(STRING), returns=list_of(STRING), total=True, partial=True)
def compact(sequence: Value) -> Value:
    items = _items(sequence)
    kept = [i for i in items if not (isinstance(i, Null | UnknownVal) or i == "")]
    open_items = [item for item in items if isinstance(item, UnknownVal)]
    if open_items or isinstance(sequence, UnknownVal):
        complete = _is_complete(sequence) and not open_items
        return _partly_known(list_of(STRING), kept, complete, sequence)
    return ListVal(kept, STRING)


@define(list_of(DYNAMIC), total=True, partial=True)
def distinct(sequence: Value) -> Value:
    kind = type_of(sequence)
    kept: list[Value] = []
    if isinstance(sequence, ListVal) and sequence.plain:
        seen = set()
        for item in sequence.items:
            own = key(item)
            if own not in seen:
                seen.add(own)
                kept.append(item)
        return ListVal(kept, kind.element)
    is_open = isinstance(sequence, UnknownVal)
    for item in _items(sequence):
        answers = {equal(item, other) for other in kept}
        if True not in answers:
            is_open |= None in answers
            kept.append(item)
    if is_open:
        complete = _is_complete(sequence) and all(map(is_known, kept))
        return _partly_known(kind, [i for i in kept if is_known(i)], complete, sequence)
    return ListVal(kept, kind.element)


@define(DYNAMIC, DYNAMIC, returns=BOOL, partial=True)
def contains(sequence: Value, value: Value) -> Value:
    _require(sequence, ("list", "set", "tuple"), "contains() takes a list")
    if is_plain(sequence) and isinstance(value, str):
        return any(isinstance(item, str) and item == value for item in _items(sequence))
    answers = {equal(item, value) for item in _items(sequence)}
    if True in answers:
        return True
    if None in answers or not _is_complete(sequence):
        return unknown(BOOL, sequence, value, not_null=True)
    return False


@define(DYNAMIC, DYNAMIC, returns=NUMBER, partial=True)
def index(sequence: Value, value: Value) -> Value:
    _require(sequence, ("list", "tuple"), "index() takes a list")
    answer = None
    for at, item in enumerate(_items(sequence) if isinstance(sequence, SEQUENCES) else ()):
        answer = equal(item, value)
        if answer:
            return Int64(at)
        if answer is None:
            break
    else:
        if isinstance(sequence, SEQUENCES):
            raise EvaluationError("index() does not find the value")
    doubt(reasons_of(sequence, value))
    return unknown(NUMBER, sequence, value, not_null=True)


@define(rest=Nullable(DYNAMIC), partial=True)
def coalesce(*found: Value) -> Value:
    kind = unify(map(type_of, found))
    if kind is None:
        raise EvaluationError("the arguments of coalesce() must have one type in common")
    for each in found:
        value = convert(each, kind)
        is_open = isinstance(value, UnknownVal)
        if kind is DYNAMIC and any(isinstance(other, UnknownVal) for other in found):
            # A string stays a string, whatever type the others turn out to have. An empty one is
            # skipped only if the common type is string.
            doubt(reasons_of(*found))
            is_open = value == "" or not isinstance(value, (str, Null, *SYMBOLIC))
        if is_open:
            doubt(reasons_of(value))
            return unknown(kind, *found)
        if not isinstance(value, Null) and not (value == "" and kind is STRING):
            return value
    raise EvaluationError("every argument of coalesce() is null or an empty string")


@define(rest=Nullable(DYNAMIC), partial=True)
def coalescelist(*found: Value) -> Value:
    if not found:
        raise EvaluationError("coalescelist() takes at least one list")
    for each in found:
        # Terraform stops at the first unknown list.
        if isinstance(each, UnknownVal):
            break
        if isinstance(each, Null) and type_of(each).kind == "dynamic":
            raise EvaluationError("coalescelist() takes lists, not null")
    for each in found:
        _require(each, ("list", "tuple"), "coalescelist() takes lists")
    for each in found:
        if isinstance(each, UnknownVal):
            doubt(each.reasons)
            return each if each.sure else unknown(DYNAMIC, each)
        if isinstance(each, SEQUENCES) and each.items:
            return each
    raise EvaluationError("every argument of coalescelist() is empty")


@define(list_of(DYNAMIC), list_of(DYNAMIC), list_of(DYNAMIC), partial=True)
def matchkeys(found: Value, names: Value, searched: Value) -> Value:
    kind = unify([type_of(names), type_of(searched)])
    if kind is None:
        raise EvaluationError("the keys and the search set of matchkeys() must be of one type")
    names, searched = convert(names, kind), convert(searched, kind)
    whole = isinstance(found, ListVal) and isinstance(names, ListVal)
    if whole and len(_items(found)) != len(_items(names)):
        raise EvaluationError("matchkeys() takes as many keys as values")
    if isinstance(searched, ListVal) and not searched.items and whole:
        return ListVal([], type_of(found).element)
    if not whole or not all(map(is_plain, (names, searched))):
        if not whole:
            doubt(reasons_of(found, names))
        return unknown(type_of(found), found, names, searched, not_null=True)
    wanted = {key(item) for item in _items(searched)}
    pairs = zip(_items(found), _items(names), strict=True)
    return ListVal([item for item, name in pairs if key(name) in wanted], type_of(found).element)


@define(DYNAMIC, partial=True)
def one(sequence: Value) -> Value:
    _require(sequence, ("list", "set", "tuple"), "one() takes a list")
    kind = type_of(sequence)
    result = kind.element if kind.is_collection else DYNAMIC
    if isinstance(sequence, SEQUENCES):
        if len(sequence.items) > 1:
            raise EvaluationError("one() takes a list with at most one element")
        return (
            sequence.items[0] if sequence.items else Null(result if kind.is_collection else UNTYPED)
        )
    if kind.kind == "tuple" and len(kind.elements) > 1:
        raise EvaluationError("one() takes a list with at most one element")
    doubt(reasons_of(sequence))
    sure = _items(sequence)
    # If Terraform accepts the list, a certain element is its only one.
    return sure[0] if len(sure) == 1 else unknown(result, sequence)


@define(list_of(STRING), returns=list_of(STRING), partial=True)
def sort(sequence: Value) -> Value:
    items = _items(sequence)
    if any(isinstance(item, Null) for item in items):
        raise EvaluationError("sort() takes no null")
    if is_plain(sequence):
        return ListVal(sorted(items), STRING)  # type: ignore[type-var]
    sure = [item for item in items if not isinstance(item, UnknownVal)]
    if isinstance(sequence, UnknownVal) or len(sure) < len(items):
        # An unknown element may be null.
        doubt(reasons_of(sequence))
    complete = _is_complete(sequence) and len(sure) == len(items)
    return _partly_known(list_of(STRING), sure, complete, sequence)


# Numbers and bools


@define(list_of(BOOL), returns=BOOL, total=True, partial=True)
def alltrue(sequence: Value) -> Value:
    return _junction(sequence, False)


@define(list_of(BOOL), returns=BOOL, total=True, partial=True)
def anytrue(sequence: Value) -> Value:
    return _junction(sequence, True)


def _junction(sequence: Value, decisive: bool) -> Value:
    """Return `decisive` if one element equals it; null counts as false."""
    items = [False if isinstance(item, Null) else item for item in _items(sequence)]
    if any(item is decisive for item in items):
        return decisive
    if not _is_complete(sequence) or not all(map(is_plain, items)):
        return unknown(BOOL, sequence, not_null=True)
    return not decisive


@define(DYNAMIC, returns=NUMBER)
def sum_(sequence: Value) -> Value:
    if not isinstance(sequence, SEQUENCES):
        raise EvaluationError("sum() takes a list of numbers")
    if not sequence.items:
        raise EvaluationError("sum() takes no empty list")
    total: Number | None = None
    for item in sequence.items:
        value = convert(item, NUMBER)
        if isinstance(value, Null) or not isinstance(value, int | Float):
            raise EvaluationError("sum() takes a list of numbers")
        try:
            total = value if total is None else numbers.add(total, value)
        except NotANumberError as error:
            raise EvaluationError(str(error)) from None
    return 0 if total is None else total


@define(rest=NUMBER, returns=list_of(NUMBER))
def range_(*limits: Number) -> Value:
    if not 1 <= len(limits) <= 3:
        raise EvaluationError("range() takes one to three numbers")
    start: Number = Int64(0) if len(limits) == 1 else limits[0]
    end = limits[min(len(limits) - 1, 1)]
    rises = numbers.compare(end, start) > 0
    step = limits[2] if len(limits) == 3 else Int64(1 if rises else -1)
    direction = numbers.compare(step, 0)
    falls = numbers.compare(end, start) < 0
    if direction == 0:
        raise EvaluationError("the step of range() must not be zero")
    if (direction > 0 and falls) or (direction < 0 and rises):
        raise EvaluationError("the step of range() leads away from its end")
    found: list[Value] = []
    at = start
    while numbers.compare(at, end) * direction < 0:
        if len(found) >= _MOST_OF_RANGE:
            raise EvaluationError(f"range() makes more than {_MOST_OF_RANGE} numbers")
        found.append(at)
        at = numbers.add(at, step)
    return ListVal(found, NUMBER)


# Sets


@define(set_of(DYNAMIC), rest=set_of(DYNAMIC), partial=True)
def setunion(*arguments: Value) -> Value:
    sets, element_type = _of_one_type(arguments)
    items = [item for each in sets for item in _items(each)]
    if all(isinstance(each, SetVal) for each in sets):
        return make_set(items, element_type)
    return UnknownVal(
        set_of(element_type),
        reasons_of(*sets),
        sure=items,
        complete=all(map(_is_complete, sets)),
        not_null=True,
    )


@define(set_of(DYNAMIC), rest=set_of(DYNAMIC), partial=True)
def setintersection(*arguments: Value) -> Value:
    sets, element_type = _of_one_type(arguments)
    if all(map(is_plain, sets)):
        shared = set.intersection(*({key(item) for item in _items(each)} for each in sets))
        return SetVal([item for item in _items(sets[0]) if key(item) in shared], element_type)
    if any(isinstance(each, SetVal) and not each.items for each in sets):
        return SetVal([], element_type)
    first, *others = sets
    sure = [
        item
        for item in _items(first)
        if all(any(equal(item, other) for other in _items(each)) for each in others)
    ]
    out = [item for item in _items(first) if any(_is_surely_out(item, each) for each in others)]
    if _is_complete(first) and len(sure) + len(out) == len(_items(first)):
        return make_set(sure, element_type)
    return UnknownVal(set_of(element_type), reasons_of(*sets), sure=sure, not_null=True)


@define(set_of(DYNAMIC), set_of(DYNAMIC), partial=True)
def setsubtract(kept: Value, removed: Value) -> Value:
    (kept, removed), element_type = _of_one_type((kept, removed))
    gone = {key(item) for item in _items(removed) if is_plain(item)}
    if is_plain(kept) and is_plain(removed):
        return SetVal([item for item in _items(kept) if key(item) not in gone], element_type)
    sure = [item for item in _items(kept) if _is_surely_out(item, removed)]
    left = [item for item in _items(kept) if not is_plain(item) or key(item) not in gone]
    if _is_complete(kept) and len(sure) == len(left) and _is_complete(removed):
        return make_set(sure, element_type)
    return UnknownVal(set_of(element_type), reasons_of(kept, removed), sure=sure, not_null=True)


def _is_surely_out(item: Value, found: Value) -> bool:
    """Whether a value is certainly not in a set."""
    return _is_complete(found) and all(equal(item, other) is False for other in _items(found))


def _of_one_type(sets: Sequence[Value]) -> tuple[Sequence[Value], Type]:
    """Return the sets with their elements converted to one type, and that type."""
    kinds = [
        type_of(each).element
        for each in sets
        # An empty set of unknown type fits every other set.
        if not (isinstance(each, SetVal) and not each.items and each.element.kind == "dynamic")
    ]
    found = unify(kinds) if kinds else DYNAMIC
    if found is None:
        raise EvaluationError("the sets have no type of elements in common")
    return [convert(each, set_of(found)) for each in sets], found


@define(rest=DYNAMIC, structural=True)
def setproduct(*sequences: Value) -> Value:
    if len(sequences) < 2:
        raise EvaluationError("setproduct() takes at least two lists or sets")
    marks: frozenset[str] = frozenset()
    parts: list[Value] = []
    element_types: list[Type] = []
    for each in sequences:
        part, own = unmark(each)
        marks |= own
        _require(part, ("list", "set", "tuple"), "setproduct() takes lists and sets")
        kind = type_of(part)
        found: Type | None = kind.element
        if kind.kind in ("tuple", "dynamic"):
            found = unify(kind.elements) if kind.elements else DYNAMIC
        if found is None:
            raise EvaluationError("the elements of each list of setproduct() must be of one type")
        element_types.append(found)
        parts.append(part)
    is_list = all(type_of(each).kind in ("list", "tuple") for each in parts)
    row = tuple_of(element_types)
    if not all(isinstance(each, SEQUENCES) for each in parts):
        kind = DYNAMIC if row.has_dynamic else list_of(row) if is_list else set_of(row)
        return mark(unknown(kind, *parts, not_null=True), marks)
    size = 1
    for each in parts:
        size *= len(_items(each))
    budget.check_elements(size * len(parts))
    columns = [
        [convert(item, kind) for item in _items(each)]
        for each, kind in zip(parts, element_types, strict=True)
    ]
    rows = [TupleVal(list(each)) for each in product(*columns)]
    return mark(_made(rows, list_of(row) if is_list else set_of(row)), marks)
