"""Convert values to types, and find the common type of several values, as cty does.

A conversion is safe if it succeeds for every value of the type. Source: cty 1.16, convert/*.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from toolkit.sources.hcl.values import numbers
from toolkit.sources.hcl.values.equality import make_set
from toolkit.sources.hcl.values.numbers import Float
from toolkit.sources.hcl.values.types import (
    BOOL,
    DYNAMIC,
    STRING,
    UNTYPED,
    Type,
    object_of,
    tuple_of,
)
from toolkit.sources.hcl.values.values import (
    MAPPINGS,
    SEQUENCES,
    SYMBOLIC,
    EvaluationError,
    ListVal,
    MapVal,
    Marked,
    Null,
    ObjectVal,
    SetVal,
    TupleVal,
    UnknownVal,
    Value,
    doubt,
    is_known,
    mark,
    reasons_of,
    type_of,
)

_BOOLS: Final = {"true": True, "1": True, "false": False, "0": False}


def convert(value: Value, wanted: Type) -> Value:
    """Return the value converted to a type. Raises `EvaluationError` if Terraform refuses it."""
    if wanted.kind == "dynamic" or (wanted is STRING and isinstance(value, str)):
        return value
    if isinstance(value, Marked):
        return mark(convert(value.value, wanted), value.marks)
    has = type_of(value)
    if has == wanted and not wanted.optional:
        return value
    if not convertible(has, wanted):
        raise EvaluationError(_mismatch(has, wanted))
    return _converted(value, has, wanted)


def convertible(has: Type, wanted: Type, *, safe: bool = False) -> bool:
    """Whether one type converts to another; a particular value may still fail."""
    if has.weight < _LARGE:
        return _convertible(has, wanted, safe=safe)
    # The key is the type's identity, not equality: an untyped null's type equals the unknown type.
    name = ("convertible", id(wanted), safe)
    if name not in has.memo:
        has.memo[name] = wanted, _convertible(has, wanted, safe=safe)
    return bool(has.memo[name][1])


def _convertible(has: Type, wanted: Type, *, safe: bool) -> bool:
    if wanted.kind == "dynamic" or has == wanted:
        return True
    if has.kind == "dynamic":
        return not safe
    if has.is_primitive and wanted.is_primitive:
        return (wanted is STRING) if safe else (wanted is STRING or has is STRING)
    kinds = has.kind, wanted.kind
    if kinds == ("object", "object"):
        return all(
            convertible(has.attributes[name], kind, safe=safe)
            if name in has.attributes
            else name in wanted.optional
            for name, kind in wanted.attributes.items()
        )
    if kinds == ("tuple", "tuple"):
        return len(has.elements) == len(wanted.elements) and all(
            convertible(one, other, safe=safe)
            for one, other in zip(has.elements, wanted.elements, strict=True)
        )
    if kinds in _BETWEEN_COLLECTIONS:
        if kinds == ("list", "set") and safe:
            return False
        return convertible(has.element, wanted.element, safe=safe)
    if kinds == ("map", "object"):
        return not safe and all(
            convertible(has.element, kind) for kind in wanted.attributes.values()
        )
    if kinds in (("tuple", "list"), ("tuple", "set"), ("object", "map")):
        members = has.elements or tuple(has.attributes.values())
        element = wanted.element
        if element.kind == "dynamic":
            found = unify(members, safe=safe) if members else UNTYPED
            if found is None:
                return False
            if found is UNTYPED and wanted.kind != "map" and any(map(_is_typed, members)):
                # Terraform accepts such elements in a map if they have one type.
                return False
            element = found
        return all(convertible(each, element, safe=safe) for each in members)
    return False


def _is_typed(kind: Type) -> bool:
    return kind.kind != "dynamic"


#: The size from which a type remembers results. A type may contain another one twice, and that one
#: contains a third one twice: there would be too many paths to follow.
_LARGE: Final = 64
_BETWEEN_COLLECTIONS: Final = frozenset(
    {("list", "list"), ("set", "list"), ("list", "set"), ("set", "set"), ("map", "map")}
)


def _converted(value: Value, has: Type, wanted: Type) -> Value:
    """Convert a value between two types with a known conversion."""
    if isinstance(value, Marked):
        return mark(_converted(value.value, has, wanted), value.marks)
    if isinstance(value, Null):
        return Null(_of_no_value(_replaced(has, wanted.without_optional())))
    if isinstance(value, UnknownVal):
        return _unknown(value, has, wanted)
    if isinstance(value, SYMBOLIC):
        if wanted is STRING:
            return value
        raise EvaluationError(f"{_article(wanted)} is required")
    if wanted.is_primitive:
        return _primitive(value, wanted)
    if isinstance(value, SEQUENCES):
        return _sequence(value, wanted)
    if isinstance(value, MAPPINGS):
        return _mapping(value, wanted)
    raise EvaluationError(_mismatch(has, wanted))


def _unknown(value: UnknownVal, has: Type, wanted: Type) -> Value:
    if not convertible(has, wanted, safe=True):
        doubt(value.reasons)
    result = _replaced(has, wanted.without_optional())
    sure = value.sure
    if sure and wanted.is_collection:
        if isinstance(sure, Mapping):
            sure = {name: convert(each, wanted.element) for name, each in sure.items()}
        else:
            sure = [convert(each, wanted.element) for each in sure]
    elif wanted.kind != "dynamic" and not wanted.is_mapping:
        sure = ()
    return UnknownVal(
        result,
        value.reasons,
        sure=sure,
        complete=value.complete and bool(sure or wanted.is_collection),
        not_null=value.not_null,
        template=value.template if wanted is STRING else None,
    )


def _of_no_value(kind: Type) -> Type:
    """Return the type of a null: its open parts become `UNTYPED`."""
    if not kind.has_dynamic:
        return kind
    if kind.is_collection:
        return _of_no_value(kind.element).collection(kind.kind)
    if kind.kind == "tuple":
        return tuple_of(map(_of_no_value, kind.elements))
    if kind.kind == "object":
        return object_of({name: _of_no_value(t) for name, t in kind.attributes.items()})
    return UNTYPED


def _replaced(has: Type, wanted: Type) -> Type:
    """Return the wanted type with its open parts taken from the present type."""
    if not wanted.has_dynamic:
        return wanted
    if wanted.kind == "dynamic":
        return has
    if wanted.is_collection:
        if has.is_collection:
            return _replaced(has.element, wanted.element).collection(wanted.kind)
        members = has.elements or tuple(has.attributes.values())
        if members and wanted.element.kind == "dynamic":
            return (unify(members) or DYNAMIC).collection(wanted.kind)
        return wanted
    if wanted.kind == "object" and has.kind == "object":
        return object_of(
            {k: _replaced(has.attributes.get(k, t), t) for k, t in wanted.attributes.items()}
        )
    if wanted.kind == "tuple" and has.kind == "tuple":
        return tuple_of(map(_replaced, has.elements, wanted.elements))
    return wanted


def _primitive(value: Value, wanted: Type) -> Value:
    if wanted is STRING:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Float):
            return numbers.text(value)
    elif isinstance(value, str):
        if wanted is BOOL:
            if value in _BOOLS:
                return _BOOLS[value]
            hint = value.lower() in ("true", "false")
            raise EvaluationError(
                "a bool is required" + (f'; write it as "{value.lower()}"' if hint else "")
            )
        found = numbers.number(value)
        if found is not None:
            return found
    raise EvaluationError(f"{_article(wanted)} is required")


def _sequence(value: TupleVal | ListVal | SetVal, wanted: Type) -> Value:
    items = value.items
    if wanted.kind == "tuple":
        return TupleVal(list(map(convert, items, wanted.elements)))
    element = wanted.element
    if element.kind == "dynamic":
        if isinstance(value, TupleVal):
            element = unify(value.type.elements) or DYNAMIC if items else UNTYPED
        else:
            element = value.element
    if not (isinstance(value, ListVal | SetVal) and value.element == element):
        items = [convert(item, element) for item in items]
    if element.has_dynamic or element.optional or _has_optional(element):
        items, element = _of_one_type(items, element.without_optional(), wanted.kind == "list")
    if wanted.kind == "set":
        return make_set(items, element)
    return ListVal(items, element)


def _mapping(value: MapVal | ObjectVal, wanted: Type) -> Value:
    items = value.items
    if wanted.kind == "map":
        element = wanted.element
        if element.kind == "dynamic":
            if isinstance(value, ObjectVal):
                element = unify(value.type.attributes.values()) or DYNAMIC if items else UNTYPED
            else:
                element = value.element
        converted = {name: convert(item, element) for name, item in items.items()}
        if element.has_dynamic or _has_optional(element):
            unifies = element.kind != "tuple"
            made, element = _of_one_type(
                list(converted.values()), element.without_optional(), unifies
            )
            converted = dict(zip(converted, made, strict=True))
        return MapVal(converted, element)
    found: dict[str, Value] = {}
    for name, kind in wanted.attributes.items():
        if name in items:
            found[name] = convert(items[name], kind)
        elif name in wanted.optional:
            found[name] = Null(kind.without_optional())
        else:
            word = "map element" if isinstance(value, MapVal) else "attribute"
            raise EvaluationError(f'{word} "{name}" is required')
    return ObjectVal(found)


def _has_optional(kind: Type) -> bool:
    return kind != kind.without_optional()


def _of_one_type(
    items: Sequence[Value], element: Type, unifies: bool
) -> tuple[Sequence[Value], Type]:
    """Return a collection's elements converted to one type; the collection's type has open parts.

    Terraform unifies the elements of lists, and those of maps without tuples; other elements must
    already have one type.
    """
    if not items:
        return items, element
    bare = [item.value if isinstance(item, Marked) else item for item in items]
    found = unify(map(type_of, bare))
    if found is DYNAMIC:
        unknown = [item for item in bare if isinstance(item, UnknownVal) and item.type is DYNAMIC]
        if unknown:
            # The unknown may turn out to have a type to which the others convert. Strings stay as
            # they are: they convert to no other type.
            reasons = reasons_of(*unknown)
            doubt(reasons)
            kept = (str, Null, UnknownVal, *SYMBOLIC)
            open_items = [
                item if isinstance(own, kept) else UnknownVal(DYNAMIC, reasons, not_null=True)
                for item, own in zip(items, bare, strict=True)
            ]
            return open_items, DYNAMIC
    if found is None:
        raise EvaluationError("all elements must have the same type")
    made = [convert(item, found) for item in items] if unifies else items
    if (found.has_dynamic or not unifies) and len({type_of(item) for item in made} - {DYNAMIC}) > 1:
        if all(map(is_known, made)):
            raise EvaluationError("all elements must have the same type")
        doubt(reasons_of(*made))
    return made, found


def _mismatch(has: Type, wanted: Type) -> str:
    """Return why a type does not convert to another."""
    if has.kind == "object" and wanted.kind == "object":
        for name, kind in sorted(wanted.attributes.items()):
            if name not in has.attributes:
                if name not in wanted.optional:
                    return f'attribute "{name}" is required'
            elif not convertible(has.attributes[name], kind):
                return f'attribute "{name}": {_mismatch(has.attributes[name], kind)}'
    if has.is_sequence and wanted.kind in ("list", "set"):
        return "its elements are not all of, or convertible to, one type that fits"
    return f"{_article(wanted)} is required"


def _article(kind: Type) -> str:
    return f"{'an' if kind.name[0] in 'aeiou' else 'a'} {kind.name}"


# The one type of several


def unify(types: Iterable[Type], *, safe: bool = False) -> Type | None:
    """Return the type to which all others convert; None if there is none.

    The result is `DYNAMIC` if an unknown type allows several results.
    """
    types = list(types)
    if not types or types[0].weight < _LARGE:
        return _unified(types, safe=safe)
    name = ("unify", *map(id, types), safe)
    memo = types[0].memo
    if name not in memo:
        memo[name] = types, _unified(types, safe=safe)
    found: Type | None = memo[name][1]
    return found


def _unified(types: list[Type], *, safe: bool) -> Type | None:
    distinct = list(dict.fromkeys(each for each in types if each is not UNTYPED))
    if distinct and any(each is UNTYPED for each in types):
        # A null takes any scalar type. Beside collections or structures cty finds no common type,
        # and the result is untyped.
        found = unify(distinct, safe=safe)
        is_scalar = found is DYNAMIC or (found is not None and found.is_primitive and not safe)
        if {"object", "tuple"} <= {each.kind for each in distinct}:
            return None
        return found if is_scalar else UNTYPED
    if len(distinct) == 1:
        return distinct[0]
    if not distinct:
        return UNTYPED if types else None
    kinds = {each.kind for each in distinct}
    has_dynamic = "dynamic" in kinds
    known = kinds - {"dynamic"}
    if len(known) == 1:
        (kind,) = known
        if kind in _UNIFIERS:
            if has_dynamic:
                return DYNAMIC
            return _UNIFIERS[kind](distinct, safe)
    elif known == {"map", "object"}:
        found = _as_collections(distinct, "object", "map", safe)
        if found is not None:
            return found
    elif known == {"list", "tuple"}:
        found = _as_collections(distinct, "tuple", "list", safe)
        if found is not None:
            return found
    elif {"object", "tuple"} <= known:
        return None
    for candidate in _by_preference(distinct):
        if all(convertible(each, candidate, safe=safe) for each in distinct):
            return candidate
    return None


def _unify_collections(types: list[Type], safe: bool) -> Type | None:
    element = unify([each.element for each in types], safe=safe)
    if element is None:
        return None
    found = element.collection(types[0].kind)
    return found if all(convertible(each, found, safe=safe) for each in types) else None


def _unify_objects(types: list[Type], safe: bool) -> Type | None:
    names = types[0].attributes.keys()
    if any(each.attributes.keys() != names for each in types):
        return _unify_members(types, "map", safe)
    attributes: dict[str, Type] = {}
    for name in names:
        found = unify([each.attributes[name] for each in types], safe=safe)
        if found is None:
            return None
        attributes[name] = found
    whole = object_of(attributes)
    if all(convertible(each, whole, safe=safe) for each in types):
        return whole
    return _unify_members(types, "map", safe)


def _unify_tuples(types: list[Type], safe: bool) -> Type | None:
    if any(len(each.elements) != len(types[0].elements) for each in types):
        return _unify_members(types, "list", safe)
    elements: list[Type] = []
    for across in zip(*(each.elements for each in types), strict=True):
        found = unify(across, safe=safe)
        if found is None:
            return None
        elements.append(found)
    whole = tuple_of(elements)
    if all(convertible(each, whole, safe=safe) for each in types):
        return whole
    return _unify_members(types, "list", safe)


_UNIFIERS: Final[Mapping[str, Callable[[list[Type], bool], Type | None]]] = {
    "list": _unify_collections,
    "set": _unify_collections,
    "map": _unify_collections,
    "object": _unify_objects,
    "tuple": _unify_tuples,
}


def _unify_members(types: list[Type], kind: str, safe: bool) -> Type | None:
    """Return the list type of tuples' elements, or the map type of objects' attributes."""
    members = [m for each in types for m in (each.elements or each.attributes.values())]
    element = unify(members, safe=safe)
    if element is None:
        return None
    found = element.collection(kind)
    return found if all(convertible(each, found, safe=safe) for each in types) else None


def _as_collections(types: list[Type], kind: str, collection: str, safe: bool) -> Type | None:
    """Return the common type after taking tuples as lists, or objects as maps."""
    whole = _unify_members([each for each in types if each.kind == kind], collection, safe)
    if whole is None:
        return None
    found = unify([whole if each.kind == kind else each for each in types], safe=safe)
    return found if found is not None and found.kind == collection else None


def _by_preference(types: list[Type]) -> list[Type]:
    """Return the types, most general first."""
    after: list[list[int]] = [[] for _ in types]
    before = [0] * len(types)
    for i, one in enumerate(types):
        for j in range(i + 1, len(types)):
            order = _compare(one, types[j])
            if order:
                first, second = (i, j) if order < 0 else (j, i)
                after[first].append(second)
                before[second] += 1
    queue = [at for at, count in enumerate(before) if not count]
    for at in queue:
        for other in after[at]:
            before[other] -= 1
            if not before[other]:
                queue.append(other)
    return [types[at] for at in queue]


def _compare(one: Type, other: Type) -> int:
    """Return a negative number if the first type is more general, positive if the second is."""
    if "dynamic" in (one.kind, other.kind):
        return (one.kind != "dynamic") - (other.kind != "dynamic")
    if one.is_primitive and other.is_primitive:
        return (one is not STRING) - (other is not STRING) if STRING in (one, other) else 0
    if one.kind == other.kind:
        if one.is_collection:
            return _compare(one.element, other.element)
        if one.kind == "tuple" and len(one.elements) == len(other.elements):
            return _sign(map(_compare, one.elements, other.elements))
        if one.kind == "object" and one.attributes.keys() == other.attributes.keys():
            return _sign(_compare(one.attributes[k], other.attributes[k]) for k in one.attributes)
        return 0
    if (one.kind, other.kind) in _MORE_GENERAL:
        return -1
    return 1 if (other.kind, one.kind) in _MORE_GENERAL else 0


_MORE_GENERAL: Final = frozenset(
    {("list", "tuple"), ("map", "object"), ("list", "set"), ("tuple", "set")}
)


def _sign(orders: Iterable[int]) -> int:
    found = set(orders)
    if -1 in found:
        return 0 if 1 in found else -1
    return 1 if 1 in found else 0
