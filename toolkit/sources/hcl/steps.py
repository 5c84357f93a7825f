"""Steps from a value to a part of it: an attribute, an index, a splat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.model.clients import SENSITIVE_ATTRIBUTES
from toolkit.sources.hcl.expansion import with_key
from toolkit.sources.hcl.expressions import Splat
from toolkit.sources.hcl.scopes import ModuleInstance
from toolkit.sources.hcl.values import (
    BY_APPLY,
    BY_DECLARATION,
    BY_NOT_SENSITIVE,
    BY_PLAN,
    SET_ATTRIBUTES,
    Computed,
    Identifier,
    IdentifierSet,
    Missing,
    ModuleValue,
    Partial,
    ResourceValue,
    SetValue,
    Value,
    combined,
    missing,
    reasons_of,
)

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def select(value: Value, steps: Sequence[str | int | Splat | None], text: str) -> Value:
    """Follow the steps; a step None is an index that only the evaluator knows."""
    for position, step in enumerate(steps):
        if isinstance(step, Splat):
            rest = steps[position + 1 :]
            return _splat(value, rest, text)
        value = _one(value, step, text)
    return value


def _splat(value: Value, rest: Sequence[str | int | Splat | None], text: str) -> Value:
    if value is None:
        return []
    if isinstance(value, list):
        return [select(item, rest, text) for item in value]
    if isinstance(value, Partial):
        items = tuple(select(item, rest, text) for item in value.items)
        return Partial(items, value.reasons)
    if isinstance(value, Missing | Computed):
        return value
    if isinstance(value, IdentifierSet):
        return Missing(reasons_of(value))
    return [select(value, rest, text)]


def _one(value: Value, step: str | int | None, text: str) -> Value:
    if isinstance(value, Missing | Partial | IdentifierSet):
        return Missing(reasons_of(value)) if reasons_of(value) else Computed(text)
    if isinstance(value, ModuleValue) and isinstance(step, str):
        return value.instance.output(step)
    if isinstance(value, ResourceValue) and isinstance(step, str):
        return _attribute(value, step)
    if step is None:
        reasons = reasons_of(value)
        return Missing(reasons) if reasons else Computed(text)
    if isinstance(value, dict):
        key = str(step)
        return value[key] if key in value else Computed(text, refused=True)
    if isinstance(value, list) and not isinstance(value, SetValue):
        at = int(step) if isinstance(step, str) and _INDEX.fullmatch(step) else step
        if isinstance(at, int) and 0 <= at < len(value):
            member: Value = value[at]
            return member
        return Computed(text, refused=isinstance(at, int) and at >= len(value))
    return Computed(text)


def _attribute(value: ResourceValue, name: str) -> Value:
    """An attribute of a resource: what its block says, or what the platform gives after apply."""
    module = value.scope.instance.module
    label = f"{value.type}.{value.name}"
    address = value.scope.instance.within(f"data.{label}" if value.is_data else label)
    address = with_key(address, value.key)
    if name in SENSITIVE_ATTRIBUTES:
        return missing(f"{address}.{name}", BY_NOT_SENSITIVE)
    if name == "id":
        return Identifier(address, value.type, value.is_data)
    if module is None:
        return missing(f"{address}.{name}", BY_PLAN)
    declared = module.data if value.is_data else module.resources
    block = declared.get((value.type, value.name))
    written = block.attributes.get(name) if block is not None else None
    if block is None:
        return missing(f"{address}.{name}", BY_DECLARATION)
    if written is None:
        return missing(f"{address}.{name}", BY_PLAN if value.is_data else BY_APPLY)
    found = value.scope.instance.root.resolve(written.expression, value.scope)
    if name not in SET_ATTRIBUTES or not isinstance(found, list):
        return found
    # The provider's schema makes a set of it, whatever the author wrote.
    if all(isinstance(member, str) for member in found):
        return SetValue(sorted(set(found)))
    return combined([found], f"{address}.{name}")


def module_values(instance: ModuleInstance, name: str) -> Value:
    """What ``module.NAME`` stands for: an instance, or a list or map of them."""
    call = instance.module.calls.get(name) if instance.module else None
    if call is None:
        return missing(f"module.{name}", BY_DECLARATION)
    expansion = instance.expansion(f"module.{name}", call)
    if expansion.unknown is not None:
        return Missing((expansion.unknown,))
    made = [(key, ModuleValue(child)) for child, key in instance.children(name)]
    if expansion.keyed is None:
        return made[0][1]
    return dict(made) if expansion.keyed is str else [child for _, child in made]  # type: ignore[arg-type]


def resource_values(instance: ModuleInstance, kind: str, name: str, *, is_data: bool) -> Value:
    """What ``TYPE.NAME`` stands for: an instance, or a list or map of them."""
    prefix = "data." if is_data else ""
    label = f"{prefix}{kind}.{name}"
    declared = (
        (instance.module.data if is_data else instance.module.resources)
        if (instance.module)
        else {}
    )
    block = declared.get((kind, name))
    if block is None:
        return missing(label, BY_DECLARATION)
    expansion = instance.expansion(label, block)
    if expansion.unknown is not None:
        return Missing((expansion.unknown,))
    made = [
        (copy.key, ResourceValue(copy.scope, kind, name, copy.key, is_data))
        for copy in expansion.copies
    ]
    if expansion.keyed is None:
        return made[0][1]
    return dict(made) if expansion.keyed is str else [value for _, value in made]  # type: ignore[arg-type]
