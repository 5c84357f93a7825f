"""Expand `count`, `for_each` and `enabled` to the instances of a block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from toolkit.model.values import Unknown as Reason
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.evaluation.access import elements
from toolkit.sources.hcl.values import EvaluationError, UnknownVal, Value, numbers
from toolkit.sources.hcl.values.budget import OverBudget

Key: TypeAlias = "str | int | None"
Names: TypeAlias = "Mapping[Any, Value]"
#: The most instances of one block.
MOST_INSTANCES: Final = 20_000
#: The most instances of all blocks of a root module.
MOST_OF_ALL: Final = 50_000
_NO_NAMES: Final[Names] = {}


class Copy(Struct, frozen=True):
    """One instance of a block: its key, and the names that its body may use."""

    key: Key
    names: Names


class Expansion(Struct, frozen=True):
    """The certain instances of a block; `unknown` says why there may be others."""

    copies: tuple[Copy, ...]
    unknown: tuple[Reason, ...]
    keyed: type[str] | type[int] | None

    @property
    def unknown_names(self) -> Names:
        """Return the names in the body of an instance that may exist, with unknown values."""
        if self.keyed is None:
            return _NO_NAMES
        text = UnknownVal(cty.STRING, self.unknown, not_null=True)
        if self.keyed is int:
            return _counted(UnknownVal(cty.NUMBER, self.unknown, not_null=True))
        return _each(text, UnknownVal(cty.DYNAMIC, self.unknown))


ONE: Final = Expansion((Copy(None, _NO_NAMES),), (), None)
NONE: Final = Expansion((), (), None)


def _counted(index: Value) -> Names:
    return {"count": cty.ObjectVal({"index": index})}


def _each(key: Value, value: Value) -> Names:
    return {"each": cty.ObjectVal({"key": key, "value": value})}


def by_enabled(value: Value) -> Expansion:
    """Expand OpenTofu's ``lifecycle { enabled = … }``. Raises `EvaluationError`."""
    bare = _settled(value, "enabled")
    answer = cty.convert(bare, cty.BOOL)
    if isinstance(answer, UnknownVal):
        return Expansion((), answer.reasons, None)
    return ONE if answer is True else NONE


def by_count(value: Value) -> Expansion:
    """Expand `count`. Raises `EvaluationError`, and `OverBudget` for too many instances."""
    bare = cty.convert(_settled(value, "count"), cty.NUMBER)
    if isinstance(bare, UnknownVal):
        return Expansion((), bare.reasons, int)
    number = numbers.whole(bare)  # type: ignore[arg-type]
    if number is None:
        raise EvaluationError("count must be a whole number")
    if number < 0:
        raise EvaluationError("count must not be negative")
    if number > MOST_INSTANCES:
        raise OverBudget
    return Expansion(tuple(Copy(at, _counted(cty.Int64(at))) for at in range(number)), (), int)


def by_for_each(value: Value) -> Expansion:
    """Expand `for_each`. Raises `EvaluationError`, and `OverBudget` for too many instances."""
    bare, marks = cty.unmark(value)
    if cty.SENSITIVE in marks:
        raise EvaluationError("for_each cannot use a sensitive value: its keys are shown")
    bare = _settled(value, "for_each")
    kind = cty.type_of(bare)
    if not (kind.is_mapping or kind.kind in ("set", "dynamic")):
        raise EvaluationError(
            f"for_each takes a map, an object or a set of strings, not {kind.name}"
        )
    if kind.kind == "set" and kind.element not in (cty.STRING, cty.DYNAMIC):
        has_elements = isinstance(bare, UnknownVal) or bool(getattr(bare, "items", ()))
        if has_elements:
            raise EvaluationError(f"for_each takes a set of strings, not {kind.name}")
    copies = []
    unknown: list[Reason] = list(bare.reasons) if isinstance(bare, UnknownVal) else []
    for key, item in _elements(bare):
        if isinstance(key, str):
            copies.append(Copy(key, _each(key, item)))
        elif isinstance(key, cty.Null):
            raise EvaluationError("for_each takes no null")
        else:
            unknown += cty.reasons_of(key)
    if len(copies) > MOST_INSTANCES:
        raise OverBudget
    if isinstance(bare, UnknownVal) and bare.complete and len(unknown) == len(bare.reasons):
        unknown = []
    return Expansion(tuple(copies), tuple(dict.fromkeys(unknown)), str)


def _elements(value: Value) -> Iterator[tuple[Value, Value]]:
    if isinstance(value, UnknownVal) and not isinstance(value.sure, Mapping):
        yield from ((item, item) for item in value.sure)
    else:
        yield from elements(value)


def _settled(value: Value, name: str) -> Value:
    """Return the value without marks, or unknown if Terraform knows it only after apply.

    Raises `EvaluationError` for null and for an ephemeral value.
    """
    bare, marks = cty.unmark(value)
    if isinstance(bare, cty.Null):
        raise EvaluationError(f"{name} must not be null")
    if cty.EPHEMERAL in marks:
        raise EvaluationError(f"{name} cannot use an ephemeral value")
    if cty.DEFERRED in marks or isinstance(bare, cty.SYMBOLIC):
        reasons = cty.reasons_of(bare) or (Reason(f"{name}, made of ids", "the state after apply"),)
        return UnknownVal(cty.DYNAMIC, reasons, not_null=True)
    return bare
