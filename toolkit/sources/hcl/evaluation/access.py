"""Access elements of values: by name, by index, in order; merge values that may be alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value, numbers


def attribute(value: Value, name: str) -> Value:
    """Return ``value.name``. Raises `EvaluationError`."""
    if isinstance(value, cty.MAPPINGS):
        found = value.items.get(name)
        if found is None:
            raise EvaluationError(f'this {cty.type_of(value).kind} has no "{name}"')
        return found
    if isinstance(value, cty.Marked):
        return cty.mark(attribute(value.value, name), value.marks)
    if isinstance(value, cty.Null):
        raise EvaluationError(f'this value is null, so it has no "{name}"')
    kind = cty.type_of(value)
    if isinstance(value, UnknownVal) and (kind.is_mapping or kind is cty.DYNAMIC):
        return _unknown_member(value, name)
    raise EvaluationError(f'a value of type {kind.name} has no attribute "{name}"')


def _unknown_member(value: UnknownVal, name: str) -> Value:
    kind = value.type
    if isinstance(value.sure, Mapping) and name in value.sure:
        return value.sure[name]
    if kind.kind == "object":
        if name not in kind.attributes:
            raise EvaluationError(f'this object has no "{name}"')
        if not value.not_null:
            cty.doubt(value.reasons)
        return cty.unknown(kind.attributes[name], value)
    cty.doubt(value.reasons)
    return cty.unknown(kind.element, value)


def indexed(collection: Value, key: Value) -> Value:
    """Return ``collection[key]``. Raises `EvaluationError`."""
    collection, marks = cty.unmark(collection)
    key, key_marks = cty.unmark(key)
    if isinstance(collection, cty.Null):
        raise EvaluationError("this value is null, so it has no elements")
    if isinstance(key, cty.Null):
        raise EvaluationError("null is not an index")
    kind = cty.type_of(collection)
    if kind.kind in ("list", "tuple"):
        found = _item(collection, cty.convert(key, cty.NUMBER))
    elif kind.is_mapping:
        found = _member(collection, cty.convert(key, cty.STRING))
    elif kind is cty.DYNAMIC:
        cty.doubt(cty.reasons_of(collection))
        found = _of_no_type(collection, key)
    else:
        raise EvaluationError(f"a value of type {kind.name} has no indexes")
    return cty.mark(found, marks | key_marks)


def _of_no_type(collection: Value, key: Value) -> Value:
    if isinstance(collection, UnknownVal) and isinstance(collection.sure, Mapping):
        found = collection.sure.get(key)  # type: ignore[arg-type]
        if found is not None:
            return found
    return cty.unknown(cty.DYNAMIC, collection, key)


def _item(collection: Value, at: Value) -> Value:
    kind = cty.type_of(collection)
    items = collection.items if isinstance(collection, cty.ListVal | cty.TupleVal) else None
    if isinstance(at, int | cty.Float):
        place = numbers.whole(at)
        if place is None or place < 0:
            raise EvaluationError("an index must be a whole number that is not negative")
        if items is not None:
            if place >= len(items):
                raise EvaluationError("the index is beyond the end of the list")
            return items[place]
        if kind.kind == "tuple" and place < len(kind.elements):
            return cty.unknown(kind.elements[place], collection)
    cty.doubt(cty.reasons_of(collection, at))
    element = kind.element if kind.kind == "list" else cty.DYNAMIC
    if items:
        # The element is one of these: keep what they all have in common.
        return in_common(items, element, cty.reasons_of(at))
    return cty.unknown(element, collection, at)


def _member(collection: Value, key: Value) -> Value:
    kind = cty.type_of(collection)
    element = kind.element if kind.kind == "map" else cty.DYNAMIC
    if isinstance(collection, cty.MAPPINGS):
        items = collection.items
        if isinstance(key, str) and key in items:
            return items[key]
        if isinstance(key, str) or all(cty.equal(key, name) is False for name in items):
            raise EvaluationError("this map or object has no such key")
        cty.doubt(cty.reasons_of(key))
        return in_common(list(items.values()), element, cty.reasons_of(key))
    if isinstance(collection, UnknownVal) and isinstance(key, str):
        return _unknown_member(collection, key)
    cty.doubt(cty.reasons_of(collection, key))
    return cty.unknown(element, collection, key)


def elements(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Yield key and value of each element that the collection surely has, in Terraform's order."""
    if isinstance(collection, cty.ListVal | cty.TupleVal):
        for at, item in enumerate(collection.items):
            yield cty.Int64(at), item
    elif isinstance(collection, cty.SetVal):
        for item in collection.items:
            yield item, item
    elif isinstance(collection, cty.MAPPINGS):
        for name in sorted(collection.items):
            yield name, collection.items[name]
    elif isinstance(collection, UnknownVal):
        if isinstance(collection.sure, Mapping):
            yield from collection.sure.items()
        else:
            position = cty.unknown(cty.NUMBER, collection, not_null=True)
            is_set = collection.type.kind == "set"
            for item in collection.sure:
                yield (item if is_set else position), item


def in_common(values: Sequence[Value], kind: cty.Type, reasons: Sequence[Any]) -> Value:
    """Return what the values have in common, when the actual value is an unknown one of them."""
    stripped = [cty.unmark_deep(each) for each in values]
    marks = cty.NO_MARKS.union(*(own for _, own in stripped))
    bare = [value for value, _ in stripped]
    first, *others = bare
    same_type = all(cty.type_of(each) == cty.type_of(first) for each in others)
    if same_type and cty.is_known(first) and all(cty.equal(first, each) for each in others):
        return cty.mark(first, marks)
    if same_type:
        kind = cty.type_of(first)
    not_null = not any(
        isinstance(each, cty.Null) or (isinstance(each, UnknownVal) and not each.not_null)
        for each in bare
    )
    rows = [sure_items(each) for each in bare]
    sure = [i for i in rows[0] if all(any(cty.equal(i, o) for o in row) for row in rows[1:])]
    return cty.mark(UnknownVal(kind, reasons, sure=sure, not_null=not_null), marks)


def sure_items(value: Value) -> Sequence[Value]:
    """Return the elements that a list, set or tuple surely has."""
    if isinstance(value, cty.SEQUENCES):
        return value.items
    if isinstance(value, UnknownVal) and not isinstance(value.sure, Mapping):
        return value.sure
    return ()
