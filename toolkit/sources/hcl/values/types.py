"""The types of Terraform's values (cty's)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from toolkit.sources.hcl.values.budget import check_elements


class Type:
    """One type. `element` is that of a collection; `attributes` are those of an object.

    `optional` are the attributes that a value which is converted to the type may leave out.
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
        #: How many types are in it, at all depths. As with values, there is a limit.
        self.weight: int = len(parts) + sum(each.weight for each in parts)
        check_elements(self.weight)
        #: What was found out of this very type beside others, which are kept with it.
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
        """Whether its values have elements and no keys."""
        return self.kind in ("list", "set", "tuple")

    @property
    def is_mapping(self) -> bool:
        return self.kind in ("map", "object")

    @property
    def has_dynamic(self) -> bool:
        """Whether some part of the type is not known."""
        if self._has_dynamic is None:
            if self.is_collection:
                self._has_dynamic = self.element.has_dynamic
            else:
                inner = (*self.elements, *self.attributes.values())
                self._has_dynamic = self.kind == "dynamic" or any(t.has_dynamic for t in inner)
        return self._has_dynamic

    @property
    def name(self) -> str:
        """How Terraform names the type."""
        if self.is_collection:
            return f"{self.kind} of {self.element.name}"
        return self.kind

    def collection(self, kind: str) -> Type:
        """The type of a list, set or map of this one."""
        found = self._collections.get(kind)
        if found is None:
            found = self._collections[kind] = Type(kind, element=self)
        return found

    def without_optional(self) -> Type:
        """The same type where every attribute is there."""
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
#: A type that is not known, or any type at all where one is asked for.
DYNAMIC: Final = Type("dynamic")
#: The type of a null without one and of the elements of an empty list; equal to `DYNAMIC`, since
#: cty has only one for both. That it is known to be none matters where several types are unified.
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
