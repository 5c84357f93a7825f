"""List every resource and data source of the provider in a plan or a state as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from toolkit.model.operator_needs import Phase, TerraformObject, TerraformObjects
from toolkit.model.values import Unknown
from toolkit.sources.json_shapes import OldInstance, OldState, instance_address, old_instances
from toolkit.sources.remedies import WHEN_NOT_DEFERRED
from toolkit.sources.state.flat_attributes import nested

_PREFIX: Final = "genesyscloud_"
_ALL: Final = (Phase.READ, Phase.CREATE, Phase.UPDATE, Phase.DELETE)
_PHASES: Final = {"create": Phase.CREATE, "update": Phase.UPDATE, "delete": Phase.DELETE}


class _Change(Struct):
    actions: list[str] = []
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    after_unknown: dict[str, Any] | bool = False


class _ResourceChange(Struct):
    address: str
    mode: str
    type: str
    change: _Change


class _Deferred(Struct):
    resource_change: _ResourceChange


class _Resource(Struct):
    address: str
    mode: str
    type: str
    values: dict[str, Any] = {}


class _Module(Struct):
    resources: list[_Resource] = []
    child_modules: list[_Module] = []


class _Values(Struct):
    root_module: _Module = msgspec.field(default_factory=_Module)


class _Shown(Struct):
    values: _Values | None = None


class _Plan(Struct):
    resource_changes: list[_ResourceChange] = []
    deferred_changes: list[_Deferred] = []
    prior_state: _Shown | None = None


class _Instance(Struct):
    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, str] | None = None
    index_key: int | str | None = None


class _StateResource(Struct):
    mode: str
    type: str
    name: str
    module: str = ""
    instances: list[_Instance] = []


class _StateFile(Struct):
    resources: list[_StateResource] = []


def plan_objects(data: bytes, root: str) -> TerraformObjects:
    """Return what a plan does: its refreshes of existing objects, its reads and its changes."""
    plan = msgspec.json.decode(data, type=_Plan)
    found: list[TerraformObject] = []
    if plan.prior_state is not None and plan.prior_state.values is not None:
        found += [
            _object(resource.address, resource, (Phase.READ,), resource.values)
            for resource in _shown(plan.prior_state.values.root_module)
        ]
    for line in plan.resource_changes:
        if not line.type.startswith(_PREFIX):
            continue
        change = line.change
        values = {**(change.before or {}), **(change.after or {})}
        if isinstance(change.after_unknown, dict):
            values |= {k: v for k, v in change.after_unknown.items() if v is True}
        if line.mode == "data":
            found.append(_object(line.address, line, (Phase.READ,), values))
            continue
        phases = tuple(_PHASES[action] for action in change.actions if action in _PHASES)
        if phases:
            found.append(_object(line.address, line, phases, _without_computed(values, change)))
    unknown = [
        Unknown(f"what is done with {entry.resource_change.address}", WHEN_NOT_DEFERRED)
        for entry in plan.deferred_changes
    ]
    return TerraformObjects(root, tuple(found), tuple(unknown))


def shown_state_objects(data: bytes, root: str) -> TerraformObjects:
    """Return a shown state's objects, each with all phases that may happen to it."""
    state = msgspec.json.decode(data, type=_Shown)
    resources = _shown(state.values.root_module) if state.values is not None else ()
    return TerraformObjects(
        root, tuple(_object(each.address, each, _phases(each), each.values) for each in resources)
    )


def state_file_objects(data: bytes, root: str) -> TerraformObjects:
    """Return the same for a state file of version 4."""
    state = msgspec.json.decode(data, type=_StateFile)
    found = []
    for each in state.resources:
        if each.type.startswith(_PREFIX):
            for instance in each.instances:
                address = instance_address(
                    each.module, each.mode, each.type, each.name, instance.index_key
                )
                values = instance.attributes
                if values is None:
                    values = nested(instance.attributes_flat or {})
                found.append(_object(address, each, _phases(each), values))
    return TerraformObjects(root, tuple(found))


def old_state_file_objects(data: bytes, root: str) -> TerraformObjects:
    """Return the same for a state file of version 3."""
    state = msgspec.json.decode(data, type=OldState)
    return TerraformObjects(
        root,
        tuple(
            _object(each.address, each, _phases(each), nested(each.primary.attributes or {}))
            for each in old_instances(state)
            if each.type.startswith(_PREFIX)
        ),
    )


def _shown(module: _Module) -> Iterator[_Resource]:
    for resource in module.resources:
        if resource.type.startswith(_PREFIX):
            yield resource
    for child in module.child_modules:
        yield from _shown(child)


def _phases(resource: _Resource | _StateResource | OldInstance) -> tuple[Phase, ...]:
    return (Phase.READ,) if resource.mode == "data" else _ALL


def _object(
    address: str,
    resource: _Resource | _ResourceChange | _StateResource | OldInstance,
    phases: tuple[Phase, ...],
    values: dict[str, Any],
) -> TerraformObject:
    given = frozenset(name for name, value in values.items() if value not in (None, "", [], {}))
    return TerraformObject(address, resource.type, phases, resource.mode == "data", given)


def _without_computed(values: dict[str, Any], change: _Change) -> dict[str, Any]:
    """Return the values without those that the provider sets on creation."""
    unknown = change.after_unknown if isinstance(change.after_unknown, dict) else {}
    before, after = change.before or {}, change.after or {}
    return {
        name: value
        for name, value in values.items()
        if name in before or name in after or not unknown.get(name)
    }
