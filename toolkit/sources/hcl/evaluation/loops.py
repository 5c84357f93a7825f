"""Evaluate `for` expressions and splats, once for each element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.access import elements
from toolkit.sources.hcl.syntax.nodes import Expression, ForExpr
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value

#: Evaluates an expression with the names that a loop defines.
Evaluate = Callable[[Expression, Mapping[Any, Value]], Value]


def for_each(node: ForExpr, collection: Value, names: Mapping[Any, Value], evaluate: Evaluate,
             spend: Callable[[int], None]) -> Value:  # fmt: skip
    """Return the tuple or object that a `for` makes. Raises `EvaluationError`."""
    bare, marks = cty.unmark(collection)
    kind = cty.type_of(bare)
    if isinstance(bare, cty.Null):
        raise EvaluationError("a for takes no null")
    if not (kind.is_sequence or kind.is_mapping or kind is cty.DYNAMIC):
        raise EvaluationError(f"a for takes no {kind.name}")
    if isinstance(bare, UnknownVal) and not (bare.not_null and kind is not cty.DYNAMIC):
        cty.doubt(bare.reasons)
    loop = _For(node, names, evaluate)
    for key, value in elements(bare):
        spend(1)
        loop.add(key, value)
    return cty.mark(loop.result(bare), marks | loop.marks)


class _For:
    """The result of a `for` while its elements are evaluated."""

    def __init__(self, node: ForExpr, names: Mapping[Any, Value], evaluate: Evaluate) -> None:
        self._node = node
        self._names = dict(names)
        self._evaluate = evaluate
        self._items: list[Value] = []
        self._object: dict[Any, Value] = {}
        self._groups: dict[str, list[Value]] = {}
        self._open: list[Value] = []
        self.marks = cty.NO_MARKS

    def add(self, key: Value, value: Value) -> None:
        node = self._node
        if node.key_name is not None:
            self._names[node.key_name] = key
        self._names[node.value_name] = value
        if node.condition is not None and not self._is_included(node.condition):
            return
        if node.key is None:
            self._items.append(self._evaluate(node.value, self._names))
            return
        name, own = cty.unmark(self._evaluate(node.key, self._names))
        self.marks |= own
        name = object_key(name)
        found = self._evaluate(node.value, self._names)
        if isinstance(name, UnknownVal) or (node.groups and not isinstance(name, str)):
            self._open.append(name)
        elif node.groups:
            self._groups.setdefault(str(name), []).append(found)
        elif name in self._object:
            raise EvaluationError(f'two elements of this for have the key "{name}"')
        else:
            self._object[name] = found

    def _is_included(self, condition: Expression) -> bool:
        answer, own = cty.unmark(self._evaluate(condition, self._names))
        self.marks |= own
        if isinstance(answer, cty.Null):
            raise EvaluationError("the condition of a for cannot be null")
        included = cty.convert(answer, cty.BOOL)
        if isinstance(included, UnknownVal):
            if not included.not_null:
                cty.doubt(included.reasons)
            self._open.append(included)
        return included is True

    def result(self, collection: Value) -> Value:
        is_object = self._node.key is not None
        found = {name: cty.TupleVal(each) for name, each in self._groups.items()} or self._object
        complete = not self._open
        if isinstance(collection, UnknownVal):
            complete &= collection.complete
            self._open.append(collection)
        if is_object and not complete:
            # An unknown element may repeat an existing key, or belong to a group.
            cty.doubt(cty.reasons_of(*self._open))
            found = {} if self._node.groups else found
        if is_object:
            return self._object_of(found, complete=complete)
        if not self._open:
            return cty.TupleVal(self._items)
        reasons = cty.reasons_of(*self._open)
        return UnknownVal(cty.DYNAMIC, reasons, sure=self._items, complete=complete, not_null=True)

    def _object_of(self, found: Mapping[Any, Value], *, complete: bool) -> Value:
        """Return the object; unlike a constructor, a `for` refuses two elements with one key."""
        symbols = [key for key in found if isinstance(key, cty.SYMBOLIC)]
        if not symbols and not self._open:
            return cty.ObjectVal(found)
        reasons = cty.reasons_of(*self._open, *symbols)
        if len(symbols) > 1:
            cty.doubt(reasons)
        return UnknownVal(cty.DYNAMIC, reasons, sure=found, complete=complete, not_null=True)


def object_key(key: Value) -> Value:
    """Return the key: a string, a symbol, or unknown. Raises `EvaluationError`."""
    if isinstance(key, str):
        return key
    if isinstance(key, cty.Null):
        raise EvaluationError("a key cannot be null")
    found = cty.convert(key, cty.STRING)
    if isinstance(found, UnknownVal) and not found.not_null:
        cty.doubt(found.reasons)
    return found


def object_of(found: Mapping[Any, Value], because: Sequence[Value], *, complete: bool) -> Value:
    """Return a constructor's object, whose keys may be symbols; `because` holds the
    unknown keys.
    """
    symbols = [key for key in found if isinstance(key, cty.SYMBOLIC)]
    if not symbols and not because:
        return cty.ObjectVal(found)
    # Two ids may be equal; the last one's value then wins.
    sure = {key: value for key, value in found.items() if key not in symbols[:-1]}
    return UnknownVal(
        cty.DYNAMIC,
        cty.reasons_of(*because, *symbols),
        sure=sure,
        complete=complete and len(symbols) < 2,
        not_null=True,
    )


def splat(collection: Value, each: Callable[[Value], Value]) -> Value:
    """Return ``collection[*]``, with `each` applied to every element. Raises `EvaluationError`."""
    bare, marks = cty.unmark(collection)
    kind = cty.type_of(bare)
    if isinstance(bare, cty.Null):
        if kind.is_sequence:
            raise EvaluationError("a splat takes no null list")
        return cty.mark(cty.TupleVal([]), marks)
    if isinstance(bare, UnknownVal):
        return cty.mark(_unknown_splat(bare, each), marks)
    if isinstance(bare, cty.TupleVal):
        return cty.mark(cty.TupleVal([each(item) for item in bare.items]), marks)
    if isinstance(bare, cty.ListVal | cty.SetVal):
        found = [each(item) for item in bare.items]
        element = cty.type_of(found[0] if found else each(cty.unknown(kind.element)))
        return cty.mark(cty.ListVal(found, element), marks)
    return cty.mark(cty.TupleVal([each(bare)]), marks)


def _unknown_splat(collection: UnknownVal, each: Callable[[Value], Value]) -> Value:
    kind = collection.type
    if not kind.is_sequence and kind is not cty.DYNAMIC:
        one = each(collection)
        return cty.TupleVal([one]) if collection.not_null else cty.unknown(cty.DYNAMIC, collection)
    cty.doubt(collection.reasons)
    sure = () if isinstance(collection.sure, Mapping) else collection.sure
    result = cty.DYNAMIC
    if kind.is_collection and not kind.element.has_dynamic:
        before = cty.doubts.count
        result = cty.list_of(cty.type_of(each(cty.unknown(kind.element, collection))))
        cty.doubts.count = before
    return UnknownVal(
        result, collection.reasons, sure=[each(item) for item in sure], complete=collection.complete
    )
