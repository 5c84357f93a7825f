"""What an expression comes to: a plain value, or why it has none yet.

Plain values are Python's own: str, int, float, bool, None, list (also for sets), dict. Inside a
list or dict any `Value` can stand, so one unknown member does not hide the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from toolkit.model.values import HOLE, Unknown
from toolkit.sources.hcl.literals import kept_text, number_text

if TYPE_CHECKING:
    from toolkit.sources.hcl.scopes import ModuleInstance, Scope

#: What decides a variable that has no value here.
BY_VARIABLE = "--var, --var-file or a plan"
#: What decides something that Terraform itself evaluates.
BY_PLAN = "a plan"
#: What decides a value that the platform gives.
BY_APPLY = "the state after apply"
BY_LOOKUP = "the policy's roles:, --live, or verify after apply"
BY_INIT = "terraform init, or a plan"
BY_OUTER_FOLDER = "a run in the folder that contains them both, or a plan"
BY_SOURCE = "a source that leads to a module; neither terraform init nor a plan can"
BY_FILES = "the files of that folder, perhaps of a git submodule, or a plan made with them"
#: What decides a reference to nothing.
BY_DECLARATION = "declaring it: nothing here does, so Terraform refuses it"
BY_NOT_SENSITIVE = "a value that is not sensitive"
#: Attributes that are sets in the provider's schema.
SET_ATTRIBUTES = frozenset({"scopes", "registered_redirect_uris", "permissions", "action_set"})
#: Longer expressions are cut in a reason.
_SHOWN = 60


class Missing(NamedTuple):
    """A value that the input does not hold."""

    reasons: tuple[Unknown, ...]


class Computed(NamedTuple):
    """A value that the input decides, by way of a function that only the evaluator knows.

    `refused` is true of what Terraform refuses outside of a ``try``: a member that is not there.
    """

    text: str
    refused: bool = False


class Partial(NamedTuple):
    """A list or set that certainly has `items` and may have more."""

    items: tuple[Any, ...]
    reasons: tuple[Unknown, ...]


class SetValue(list[Any]):
    """A set: a list in which a ``for`` sees each member as its own key."""


class Identifier(NamedTuple):
    """The ``id`` of a resource or data source: whose it is is known, what it is is not."""

    address: str
    type: str
    is_data: bool


class IdentifierSet(NamedTuple):
    """A set of ids, in no known order; two of them may turn out to be one."""

    items: tuple[Identifier, ...]


class ResourceValue(NamedTuple):
    """A whole resource instance, as a reference without an attribute gives it."""

    scope: Scope
    type: str
    name: str
    key: str | int | None
    is_data: bool


class ModuleValue(NamedTuple):
    """A whole module instance."""

    instance: ModuleInstance


Value: TypeAlias = (
    "str | int | float | bool | list[Any] | dict[str, Any] | Missing | Computed | Partial"
    " | Identifier | IdentifierSet | ResourceValue | ModuleValue | None"
)


def shortened(text: str) -> str:
    """An expression on one line, cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


def missing(reference: str, decided_by: str, template: str | None = None) -> Missing:
    return Missing((Unknown(reference, decided_by, template),))


def reasons_of(value: Value) -> tuple[Unknown, ...]:
    """Why the value, or a part of it, is not known; empty for one that the input decides."""
    return () if isinstance(value, str) else tuple(dict.fromkeys(_reasons(value)))


def _reasons(value: Value) -> Iterator[Unknown]:
    if isinstance(value, Missing | Partial):
        for reason in value.reasons:
            # A template belongs to the string it was part of, not to what is made of it.
            yield (
                reason if reason.template is None else Unknown(reason.reference, reason.decided_by)
            )
        if isinstance(value, Partial):
            for item in value.items:
                yield from _reasons(item)
    elif isinstance(value, Identifier):
        yield Unknown(f"{value.address}.id", BY_PLAN if value.is_data else BY_APPLY)
    elif isinstance(value, ResourceValue | ModuleValue):
        yield Unknown(_label(value), BY_PLAN)
    elif isinstance(value, list | IdentifierSet):
        for item in value if isinstance(value, list) else value.items:
            yield from _reasons(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _reasons(item)


def _label(value: ResourceValue | ModuleValue) -> str:
    if isinstance(value, ModuleValue):
        return value.instance.address
    return f"{value.type}.{value.name}"


def has_computed(value: Value) -> bool:
    """Whether some part of the value is left to the evaluator."""
    if isinstance(value, Computed):
        return True
    if isinstance(value, list):
        return any(has_computed(item) for item in value)
    if isinstance(value, dict):
        return any(has_computed(item) for item in value.values())
    return isinstance(value, Partial) and any(has_computed(item) for item in value.items)


def as_identifiers(members: list[Any]) -> IdentifierSet | None:
    """The set of the members, where each is an id."""
    if members and all(isinstance(member, Identifier) for member in members):
        return IdentifierSet(tuple(dict.fromkeys(members)))
    return None


def is_mixed(members: Iterable[Any]) -> bool:
    """Whether a list or map of one type makes other values of some members: strings of numbers."""
    kinds = {type(member) for member in members if isinstance(member, str | int | float)}
    return len(kinds - {int, float}) + bool(kinds & {int, float}) > 1


def is_uneven(members: list[Any]) -> bool:
    """Whether the one type of a list or map makes other values of some members, or has none."""
    if is_mixed(members):
        return True
    shapes = {kind for kind in map(_shape, members) if kind is not None}
    if len(shapes) > 1:
        return True
    if dict in shapes:
        maps = [member for member in members if isinstance(member, dict)]
        if any(each.keys() != maps[0].keys() for each in maps):
            return is_uneven([item for each in maps for item in each.values()])
        return any(is_uneven([each[key] for each in maps]) for key in maps[0])
    return (
        is_uneven([item for each in members if isinstance(each, list) for item in each])
        if (list in shapes)
        else False
    )


def _shape(value: Value) -> type | None:
    """What kind of type a value has; None where it may be of any."""
    if isinstance(value, dict):
        return dict
    if isinstance(value, list):
        return list
    return str if isinstance(value, str | int | float | Identifier) else None


def is_plain(value: Value) -> bool:
    """Whether every part of the value is known here."""
    if isinstance(value, list):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(is_plain(item) for item in value.values())
    return value is None or isinstance(value, str | int | float | bool)


def combined(values: list[Value], text: str) -> Value:
    """The result of something done to values that is not evaluated here."""
    reasons = tuple(dict.fromkeys(r for value in values for r in _reasons(value)))
    return Missing(reasons) if reasons else Computed(text)


def as_text(value: Value) -> str | None:
    """The string that Terraform makes of a scalar; None for anything that is no known scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float) else None


def as_bool(value: Value) -> bool | None:
    """The bool that Terraform takes a value for; None where it takes it for none."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def joined(parts: list[Value], text: str) -> Value:
    """The string of a template's parts."""
    shown = [as_text(part) for part in parts]
    if all(piece is not None for piece in shown):
        return kept_text("".join(piece for piece in shown if piece is not None))
    whole = combined(parts, text)
    if not isinstance(whole, Missing):
        return whole
    template = "".join(HOLE if piece is None else piece for piece in shown)
    first = whole.reasons[0]
    return Missing((Unknown(first.reference, first.decided_by, template), *whole.reasons[1:]))
