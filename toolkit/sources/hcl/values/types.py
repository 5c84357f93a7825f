"""The types of Terraform's values (cty)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from toolkit.sources.hcl.values.budget import check_elements


class Type:
    """A type. `element` is the element type of a collection; `attributes` are those of an object.

    `optional` names attributes that may be absent in a value that is converted to the type.
    """

    __slots__ = (
        "_collections",
        "_has_dynamic",
        "_hash",
        "attributes",
        "element",
        "elements",
        "kind",
        "memo",
        "optional",
        "weight",
    )

    def __init__(
        self,
        kind: str,
        *,
        element: Type | None = None,
        elements: tuple[Type, ...] = (),
        attributes: Mapping[str, Type] | None = None,
        optional: frozenset[str] = frozenset(),
    ) -> None:
        self.kind = kind
        self.element: Type = element if element is not None else self
        self.elements = elements
        self.attributes: Mapping[str, Type] = {} if attributes is None else attributes
        self.optional = optional
        self._hash: int | None = None
        self._has_dynamic: bool | None = None
        self._collections: dict[str, Type] = {}
        parts = (*elements, *self.attributes.values()) if element is None else (element,)
        #: The number of types in it at all depths, which is limited as for values.
        self.weight: int = len(parts) + sum(each.weight for each in parts)
        check_elements(self.weight)
        #: Cached results for this exact type and others; the others are kept alive with it.
        self.memo: dict[tuple[object, ...], tuple[object, Any]] = {}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Type) or self.kind != other.kind:
            return False
        if self.is_primitive or self.kind == "dynamic":
            return True
        if hash(self) != hash(other):
            return False
        return (
            (not self.is_collection or self.element == other.element)
            and self.elements == other.elements
            and self.attributes == other.attributes
            and self.optional == other.optional
        )

    def __hash__(self) -> int:
        if self._hash is None:
            inner = hash(self.element) if self.is_collection else 0
            self._hash = hash((self.kind, inner, self.elements, frozenset(self.attributes.items())))
        return self._hash

    def __repr__(self) -> str:
        return self.name

    @property
    def is_primitive(self) -> bool:
        return self.kind in _PRIMITIVES

    @property
    def is_collection(self) -> bool:
        return self.kind in _COLLECTIONS

    @property
    def is_sequence(self) -> bool:
        """Whether its values have elements without keys."""
        return self.kind in ("list", "set", "tuple")

    @property
    def is_mapping(self) -> bool:
        return self.kind in ("map", "object")

    @property
    def has_dynamic(self) -> bool:
        """Whether some part of the type is unknown."""
        if self._has_dynamic is None:
            if self.is_collection:
                self._has_dynamic = self.element.has_dynamic
            else:
                inner = (*self.elements, *self.attributes.values())
                self._has_dynamic = self.kind == "dynamic" or any(t.has_dynamic for t in inner)
        return self._has_dynamic

    @property
    def name(self) -> str:
        """Return Terraform's name of the type."""
        if self.is_collection:
            return f"{self.kind} of {self.element.name}"
        return self.kind

    def collection(self, kind: str) -> Type:
        """Return the list, set or map type of this element type."""
        found = self._collections.get(kind)
        if found is None:
            found = self._collections[kind] = Type(kind, element=self)
        return found

    def without_optional(self) -> Type:
        """Return the same type with every attribute required."""
        if self.is_collection:
            element = self.element.without_optional()
            return self if element is self.element else element.collection(self.kind)
        if self.kind == "tuple":
            return tuple_of(each.without_optional() for each in self.elements)
        if self.kind == "object":
            return object_of({k: t.without_optional() for k, t in self.attributes.items()})
        return self


_PRIMITIVES: Final = frozenset({"string", "number", "bool"})
_COLLECTIONS: Final = frozenset({"list", "set", "map"})

STRING: Final = Type("string")
NUMBER: Final = Type("number")
BOOL: Final = Type("bool")
#: An unknown type; as a wanted type, any type.
DYNAMIC: Final = Type("dynamic")
#: The type of an untyped null and of an empty list's elements. It equals `DYNAMIC`, since cty has
#: only one type for both; unifying types must tell it apart, because nothing is unknown about it.
UNTYPED: Final = Type("dynamic")


def list_of(element: Type) -> Type:
    return element.collection("list")


def set_of(element: Type) -> Type:
    return element.collection("set")


def map_of(element: Type) -> Type:
    return element.collection("map")


def tuple_of(elements: Iterable[Type]) -> Type:
    return Type("tuple", elements=tuple(elements))


def object_of(attributes: Mapping[str, Type], optional: Iterable[str] = ()) -> Type:
    return Type("object", attributes=attributes, optional=frozenset(optional))
