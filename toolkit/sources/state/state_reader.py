"""Read Terraform's state into an `Inventory`: from ``terraform show -json``, or the file itself.

A state was applied, so all its values are known; roles that it does not manage are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct

from toolkit.model.clients import (
    CLIENT_TYPE,
    DIVISION_TYPE,
    HOLDER_IDS,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
    Client,
    Role,
)
from toolkit.model.inventory import Inventory, Note, Succession
from toolkit.model.values import Unknown
from toolkit.sources.attribution import Attribution, Attributor, without_secrets
from toolkit.sources.credential_uses import CREDENTIAL_TYPES, Users
from toolkit.sources.divisions import DivisionBook
from toolkit.sources.json_shapes import (
    RELEVANT_TYPES,
    OldState,
    RawInstance,
    RawState,
    ShownModule,
    ShownState,
    instance_address,
    old_instances,
    shown_resources,
)
from toolkit.sources.marks import marks, merge_object
from toolkit.sources.remedies import READABLE_STATE
from toolkit.sources.resources import (
    absent_client,
    as_list,
    build_client,
    build_data_role,
    build_holder,
    build_role,
    ending_role,
    known_text,
)
from toolkit.sources.role_blocks import Entry
from toolkit.sources.role_index import RoleBook
from toolkit.sources.state.flat_attributes import nested

_INSTANCES: Final = msgspec.json.Decoder(list[RawInstance])
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


class Instance(Struct, frozen=True):
    """One object of the state; `attributes` is None if the state lacks them.

    `is_flat` says that it was last written before Terraform 0.12. A `deposed` object is only
    destroyed.
    """

    address: str
    mode: str
    type: str
    attributes: dict[str, Any] | None
    sensitive: dict[str, Any]
    tainted: bool
    is_flat: bool = False
    deposed: bool = False


def read_shown_state(data: bytes, root: str) -> Inventory:
    """Read the output of ``terraform show -json``. Raises msgspec.ValidationError if malformed."""
    state = msgspec.json.decode(data, type=ShownState)
    if state.values is None:
        return Inventory(root, "state")
    return inventory_of(root, shown_instances(state.values.root_module))


def shown_instances(module: ShownModule) -> Iterator[Instance]:
    """Yield the relevant objects of a shown state. Raises msgspec.ValidationError."""
    for _, resource in shown_resources(module, deposed=True):
        yield Instance(
            resource.address,
            resource.mode,
            resource.type,
            None if resource.values is UNSET else _OBJECT.decode(resource.values),
            {} if resource.sensitive_values is UNSET else _OBJECT.decode(resource.sensitive_values),
            resource.tainted,
            deposed=resource.deposed_key is not None,
        )


def read_state_file(data: bytes, root: str) -> Inventory:
    """Read a state file of version 4. Raises msgspec.ValidationError if malformed."""
    return inventory_of(root, _file_instances(msgspec.json.decode(data, type=RawState)))


def _file_instances(state: RawState) -> Iterator[Instance]:
    for resource in state.resources:
        if resource.type not in RELEVANT_TYPES or resource.instances is UNSET:
            continue
        for instance in _INSTANCES.decode(resource.instances):
            yield Instance(
                instance_address(
                    resource.module,
                    resource.mode,
                    resource.type,
                    resource.name,
                    instance.index_key,
                ),
                resource.mode,
                resource.type,
                _attributes(instance.attributes, instance.attributes_flat),
                _sensitive(instance.sensitive_attributes),
                instance.status == "tainted",
                is_flat=instance.attributes is None and instance.attributes_flat is not None,
                deposed=instance.deposed is not None,
            )


def read_old_state_file(data: bytes, root: str) -> Inventory:
    """Read a state file of version 3. Raises msgspec.ValidationError if malformed."""
    return inventory_of(root, _old_instances(msgspec.json.decode(data, type=OldState)))


def _old_instances(state: OldState) -> Iterator[Instance]:
    for each in old_instances(state):
        if each.type in RELEVANT_TYPES:
            yield Instance(
                each.address,
                each.mode,
                each.type,
                _attributes(None, each.primary.attributes),
                {},
                each.primary.tainted,
                is_flat=True,
            )


def _attributes(
    whole: dict[str, Any] | None, flat: Mapping[str, str] | None
) -> dict[str, Any] | None:
    return nested(flat) if whole is None and flat is not None else whole


def _sensitive(paths: Iterable[Any]) -> dict[str, Any]:
    """Return the attributes that are wholly or partly sensitive."""
    sensitive: dict[str, Any] = {}
    for path in paths:
        match path:
            case [{"value": str(name)}, *_]:
                sensitive[name] = True
    return sensitive


def inventory_of(root: str, instances: Iterable[Instance]) -> Inventory:
    """Return the clients and roles among the objects of a state."""
    clients: list[Instance] = []
    holders: list[Instance] = []
    roles: list[Role] = []
    ending: list[Role] = []
    notes: list[Note] = []
    tainted: list[Succession] = []
    divisions, users = DivisionBook(), Users()
    hidden: set[str] = set()
    is_export = True
    for instance in instances:
        if instance.type == ROLE_TYPE and (instance.deposed or instance.tainted):
            role_id = known_text((instance.attributes or {}).get("id"))
            if role_id is not None:
                verb = "destroys" if instance.deposed else "replaces"
                ending.append(ending_role(instance.address, role_id, verb))
                if marks(instance.sensitive.get("id", False)):
                    hidden.add(role_id)
        if instance.deposed:
            continue
        is_export &= instance.is_flat
        if instance.type in HOLDER_IDS:
            if instance.mode == "managed":
                holders.append(instance)
        elif instance.type == CLIENT_TYPE:
            # An object found by a data source belongs to another configuration.
            if instance.mode == "managed":
                clients.append(instance)
                users.add_secret(instance.address, instance.attributes or {})
        elif instance.type in CREDENTIAL_TYPES:
            if instance.mode == "managed":
                attributes, marked = instance.attributes or {}, instance.sensitive
                users.add(instance.type, instance.address, attributes, sensitive=marked)
        elif instance.type == HOME_DIVISION_TYPE:
            divisions.add_home(known_text((instance.attributes or {}).get("id")))
        elif instance.type == DIVISION_TYPE:
            if instance.mode == "managed":
                divisions.add(instance.address, _marked(instance))
        else:
            roles.append(_role(instance))
        if instance.tainted:
            tainted.append(Succession("tainted", instance.address))
            message = f"{instance.address} is tainted: the next apply replaces it"
            notes.append(Note("tainted", f"{root}: {message}"))
    book = RoleBook(roles)
    return Inventory(
        root,
        "state",
        users.of([_client(root, client, book, divisions) for client in clients]),
        tuple(roles),
        tuple(notes),
        divisions=divisions.known(),
        hidden=frozenset(hidden),
        ending=tuple(ending),
        lineage=tuple(tainted),
        is_export=is_export and bool(roles),
        holders=tuple(_holder(root, holder, book, divisions) for holder in holders),
    )


def _client(root: str, instance: Instance, book: RoleBook, divisions: DivisionBook) -> Client:
    if instance.attributes is None:
        return absent_client(root, instance.address, Unknown(instance.address, READABLE_STATE))
    attributes = dict(instance.attributes)
    sensitive = dict(instance.sensitive)
    roles = _roles(instance, book, divisions)
    for each in (attributes, sensitive):
        each.pop("roles", None)
    return build_client(
        root,
        instance.address,
        merge_object(attributes, {}, sensitive, _no_reason),
        grants=roles.grants,
        grants_unknown=roles.unknown,
    )


def _roles(instance: Instance, book: RoleBook, divisions: DivisionBook) -> Attribution:
    """Return the roles in the `roles` attribute of a client, a user or a group."""
    listed = as_list((instance.attributes or {}).get("roles"))
    reference = f"{instance.address}.roles"
    roles = Attributor(reference, book.by_id, divisions).known(
        [Entry.of(entry) for entry in listed]
    )
    is_secret = marks(instance.sensitive.get("roles", False))
    return without_secrets(roles, reference) if is_secret else roles


def _holder(root: str, instance: Instance, book: RoleBook, divisions: DivisionBook) -> Client:
    attributes, name = instance.attributes, HOLDER_IDS[instance.type]
    if attributes is None:
        unread = Unknown(instance.address, READABLE_STATE)
        return build_holder(root, instance.address, None, (), [unread])
    is_secret = marks(instance.sensitive.get(name, False))
    who = None if is_secret else known_text(attributes.get(name))
    roles = _roles(instance, book, divisions)
    return build_holder(root, instance.address, who, roles.grants, roles.unknown)


def _role(instance: Instance) -> Role:
    if instance.attributes is None:
        unknown = Unknown(instance.address, READABLE_STATE)
        return Role(origin="resource", address=instance.address, unknown=(unknown,))
    build = build_data_role if instance.mode == "data" else build_role
    return build(instance.address, _marked(instance))


def _marked(instance: Instance) -> dict[str, Any]:
    return merge_object(instance.attributes or {}, {}, instance.sensitive, _no_reason)


def _no_reason(name: str) -> Unknown:
    """Return an unknown's reason; a state has no unknowns."""
    return Unknown(name, READABLE_STATE)
