"""The parts of Terraform's JSON that are read; msgspec skips the rest.

A resource's content stays raw until its type is known to be relevant: most resources of a real plan
are neither clients nor roles.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from toolkit.model.clients import (
    CLIENT_TYPE,
    DIVISION_TYPE,
    HOLDER_IDS,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
)
from toolkit.sources.credential_uses import CREDENTIAL_TYPES
from toolkit.sources.plan.plan_configuration import Configuration, PlanVariable
from toolkit.sources.reference_lists import Step, index_text

#: All other types in a plan or state are skipped.
RELEVANT_TYPES: Final = CREDENTIAL_TYPES | {
    CLIENT_TYPE, ROLE_TYPE, DIVISION_TYPE, HOME_DIVISION_TYPE, *HOLDER_IDS,
}  # fmt: skip


#: The address of a resource or module. Terraform never nests this deeply; a longer address was
#: crafted to slow the reader down.
_Address = Annotated[str, Meta(max_length=10_000)]


class Change(Struct):
    actions: list[str] = []
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    before_sensitive: dict[str, Any] | bool = False
    after_unknown: dict[str, Any] | bool = False
    after_sensitive: dict[str, Any] | bool = False
    importing: Any = None


class ResourceChange(Struct):
    """One entry of `resource_changes`; `deposed` is the key of an object that is only destroyed."""

    address: _Address
    mode: str
    type: str
    name: str
    change: Raw
    module_address: _Address = ""
    index: int | str | None = None
    deposed: str | None = None


class DeferredChange(Struct):
    resource_change: ResourceChange


class ShownResource(Struct):
    """A resource of ``terraform show -json``, in a state or before a plan."""

    mode: str
    type: str
    name: str
    address: _Address = ""
    index: int | str | None = None
    values: Raw | UnsetType = UNSET
    sensitive_values: Raw | UnsetType = UNSET
    tainted: bool = False
    deposed_key: str | None = None


class ShownModule(Struct):
    address: _Address = ""
    resources: list[ShownResource] = []
    child_modules: list["ShownModule"] = []


class ShownValues(Struct):
    root_module: ShownModule = msgspec.field(default_factory=ShownModule)


class ShownState(Struct):
    values: ShownValues | None = None


class Plan(Struct):
    """A plan; `complete` is unset before Terraform 1.8, and in OpenTofu."""

    resource_changes: list[ResourceChange] = []
    deferred_changes: list[DeferredChange] = []
    configuration: Configuration = msgspec.field(default_factory=Configuration)
    prior_state: ShownState | None = None
    variables: dict[str, PlanVariable] = {}
    complete: bool | UnsetType = UNSET
    errored: bool = False


class RawInstance(Struct):
    """An instance in a state file; before Terraform 0.12 it has `attributes_flat`."""

    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, str] | None = None
    sensitive_attributes: list[Any] = []
    index_key: int | str | None = None
    deposed: str | None = None
    status: str | None = None


class RawResource(Struct):
    mode: str
    type: str
    name: str
    module: _Address = ""
    instances: Raw | UnsetType = UNSET


class RawState(Struct):
    resources: list[RawResource] = []


class OldPrimary(Struct):
    attributes: dict[str, str] | None = None
    tainted: bool = False


class OldResource(Struct):
    type: str
    primary: OldPrimary | None = None


class OldModule(Struct):
    """A module in a state of version 3; `path` begins with ``root``."""

    path: list[str] = []
    resources: dict[str, OldResource] = {}


class OldState(Struct):
    """A state of version 3, written by Terraform before 0.12 and by the provider's exporter."""

    modules: list[OldModule] = []


class OldInstance(Struct, frozen=True):
    """An object in a state of version 3."""

    address: str
    mode: str
    type: str
    primary: OldPrimary


def old_instances(state: OldState) -> Iterator[OldInstance]:
    """Yield every object of a state of version 3 that exists."""
    for module in state.modules:
        path = ".".join(f"module.{name}" for name in module.path[1:])
        for key, resource in module.resources.items():
            if resource.primary is None:
                continue
            mode = "data" if key.startswith("data.") else "managed"
            name, _, index = key.partition(f"{resource.type}.")[2].partition(".")
            at = int(index) if index.isdecimal() else None
            address = instance_address(path, mode, resource.type, name, at)
            yield OldInstance(address, mode, resource.type, resource.primary)


def shown_resources(
    module: ShownModule, *, deposed: bool = False
) -> Iterator[tuple[str, ShownResource]]:
    """Yield the relevant resources below a module, each with its module's address.

    A deposed object is only destroyed; it is included only with `deposed`.
    """
    for resource in module.resources:
        if resource.type in RELEVANT_TYPES and (deposed or resource.deposed_key is None):
            yield module.address, resource
    for child in module.child_modules:
        yield from shown_resources(child, deposed=deposed)


def instance_address(module: str, mode: str, kind: str, name: str, key: Step | None) -> str:
    """Return an instance's address as Terraform prints it."""
    parts = [module] if module else []
    parts += ["data"] if mode == "data" else []
    return ".".join([*parts, kind, name]) + index_text(key)
