"""Build clients and roles from a plan's `resource_changes` and its `configuration`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from toolkit.model.clients import (
    CLIENT_TYPE,
    DIVISION_TYPE,
    HOLDER_IDS,
    HOME_DIVISION_TYPE,
    ROLE_TYPE,
    Client,
    Division,
    Role,
)
from toolkit.model.values import Unknown
from toolkit.sources.attribution import without_secrets
from toolkit.sources.credential_uses import (
    CREDENTIAL_TYPE,
    CREDENTIAL_TYPES,
    INTEGRATION_TYPE,
    Users,
    reference_to,
)
from toolkit.sources.divisions import DivisionBook
from toolkit.sources.json_shapes import (
    RELEVANT_TYPES,
    Change,
    Plan,
    ResourceChange,
    ShownResource,
    shown_resources,
)
from toolkit.sources.marks import REDACTED, Explain, by_attribute, marks, merge_object
from toolkit.sources.plan.configured_instance import (
    ConfiguredInstance,
    constant_policies,
    expressions_in,
)
from toolkit.sources.plan.plan_configuration import (
    ModulePath,
    Modules,
    module_path,
    references_in,
)
from toolkit.sources.plan.plan_references import (
    Attribute,
    ResolveLocal,
    Tracer,
    references_of,
)
from toolkit.sources.plan.planned_roles import PlannedRoles
from toolkit.sources.plan.renamed import renamed
from toolkit.sources.reference_lists import Step
from toolkit.sources.remedies import AFTER_APPLY
from toolkit.sources.resources import (
    COMPUTED_ATTRIBUTES,
    absent_client,
    as_text,
    build_client,
    build_data_role,
    build_holder,
    build_role,
    ending_role,
    known_text,
    named,
)
from toolkit.sources.role_index import RoleBook

#: Actions after which the instance no longer exists, or is no longer managed by Terraform.
_LEAVING: Final = frozenset({"delete", "forget"})
#: Types that hold roles; a plan's changes describe them completely.
_HOLDING: Final = frozenset({CLIENT_TYPE, *HOLDER_IDS})
#: References that may be the key in the brackets of another reference.
_KEYS: Final = (("each", "key"), ("count", "index"))


class _Actions(Struct):
    actions: list[str] = []


_ACTIONS: Final = msgspec.json.Decoder(_Actions)
_CHANGE: Final = msgspec.json.Decoder(Change)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


def stays(change: ResourceChange) -> bool:
    """Whether the instance exists after apply: created, changed, replaced, or unchanged."""
    if change.deposed is not None:
        return False
    return not _LEAVING.issuperset(_ACTIONS.decode(change.change).actions)


def forgets(change: ResourceChange) -> bool:
    """Whether Terraform removes the instance from its state without destroying it."""
    return list(_ACTIONS.decode(change.change).actions) == ["forget"]


class PlannedResources:
    """Builds the planned objects lazily: most plans need only a few of them."""

    def __init__(self, plan: Plan, root: str, resolve_local: ResolveLocal | None) -> None:
        self._plan = plan
        self._root = root
        self._resolve_local = resolve_local
        decoded = [
            (change, _CHANGE.decode(change.change))
            for change in plan.resource_changes
            if change.type in RELEVANT_TYPES
        ]
        self._changes = [
            (change, planned)
            for change, planned in decoded
            if change.deposed is None and not _LEAVING.issuperset(planned.actions)
        ]
        self.ending = tuple(_ending(decoded))
        self.renamed = tuple(renamed(decoded))
        #: Sensitive ids of roles, which no report shows.
        self.hidden = frozenset(
            str((planned.before or {}).get("id"))
            for change, planned in decoded
            if change.type == ROLE_TYPE and _before(change, planned).get("id") == REDACTED
        )
        self._paths: dict[str, ModulePath] = {}
        # A tracer for the roles themselves, which does not lead to roles: their reasons name only
        # what is written.
        self._plain = Tracer(self._modules, {}, resolve_local=resolve_local)
        self._role_blocks: dict[tuple[str, str, str], dict[Step | None, Role]] = {}
        self._divisions = DivisionBook()
        self._users = Users()
        self._division_blocks: dict[tuple[str, str], dict[Step | None, Division]] = {}
        self._add_existing()
        self._add_planned_divisions()
        for change, planned in decoded:
            division_id = known_text((planned.before or {}).get("id"))
            is_division = change.type == DIVISION_TYPE and change.mode == "managed"
            if is_division and division_id and "delete" in planned.actions:
                before = _before(change, planned)
                is_shown = before.get("id") == division_id
                name = as_text(before.get("name"), change.address) if is_shown else None
                self._divisions.add_ending(named(change.address, name), division_id, _verb(planned))
        self._add_planned_roles()
        self.roles = tuple(role for block in self._role_blocks.values() for role in block.values())
        self._book = RoleBook([*self.roles, *_forgotten(decoded), *self.ending])
        self._tracer = Tracer(
            self._modules,
            self._role_blocks,
            self._divisions.home,
            resolve_local,
            self._division_blocks,
        )
        self._given = PlannedRoles(self._tracer, self._book.by_id, self._divisions)

    def clients(self) -> Sequence[Client]:
        """Return the clients, each with its users."""
        found = []
        for change, planned in self._changes:
            if change.mode != "managed":
                continue
            if change.type == CLIENT_TYPE:
                self._users.add_secret(change.address, planned.after or {})
                found.append(self._client(change, planned))
            elif change.type in CREDENTIAL_TYPES:
                references = self._credential_references(change)
                self._users.add(
                    change.type,
                    change.address,
                    planned.after or {},
                    references,
                    sensitive=planned.after_sensitive,
                )
        return self._users.of(found)

    def after(self, role: Role) -> Role:
        """Return an existing role as it will be; unchanged if the plan does not contain it."""
        return self._book.known(role.id) or role

    def holders(self) -> Iterator[Client]:
        """Yield the users and groups that get roles from the plan."""
        for change, planned in self._changes:
            if change.type in HOLDER_IDS and change.mode == "managed":
                yield self._holder(change, planned)

    def _holder(self, change: ResourceChange, planned: Change) -> Client:
        after = planned.after
        if after is None or planned.after_unknown is True:
            return build_holder(
                self._root, change.address, None, (), [Unknown(change.address, AFTER_APPLY)]
            )
        unknown = by_attribute(planned.after_unknown, after)
        sensitive = by_attribute(planned.after_sensitive, after)
        entries, unknown_entries = after.get("roles"), unknown.get("roles", False)
        roles = self._given.of(change.address, self._block(change), entries, unknown_entries)
        if marks(sensitive.get("roles", False)):
            roles = without_secrets(roles, f"{change.address}.roles")
        name = HOLDER_IDS[change.type]
        who = None if marks(sensitive.get(name, False)) else known_text(after.get(name))
        return build_holder(self._root, change.address, who, roles.grants, roles.unknown)

    def _credential_references(self, change: ResourceChange) -> Iterator[str]:
        """Yield what a credential's fields, or an integration's credentials, refer to.

        A reference that may lead to several objects is ignored.
        """
        block = self._block(change)
        expressions = block.expressions
        if change.type == INTEGRATION_TYPE:
            config = expressions.get("config")
            expressions = config[0] if isinstance(config, list) and config else config or {}
        given = expressions.get("fields" if change.type == CREDENTIAL_TYPE else "credentials")
        for expression in expressions_in(given):
            references = references_in(expression)
            keys = [each.text for each in references if each.steps in _KEYS]
            for reference in references:
                alone = {"references": [reference.text, *keys]}
                found = [
                    each
                    for each in self._objects.trace(alone, block.scope)
                    if isinstance(each, Attribute)
                ]
                if len({each.address for each in found}) == 1:
                    for each in found:
                        yield reference_to(each.address, each.taken)

    @cached_property
    def _objects(self) -> Tracer:
        """Return a tracer that leads to the clients and credentials of the plan."""
        return Tracer(self._modules, {}, resolve_local=self._resolve_local, objects=self._keys)

    @cached_property
    def _modules(self) -> Modules:
        keys: dict[tuple[ModulePath, str], set[Step | None]] = defaultdict(set)
        for address in {change.module_address for change in self._plan.resource_changes}:
            path = self._path(address)
            for depth, (name, key) in enumerate(path):
                keys[path[:depth], name].add(key)
        return Modules(
            self._plan.configuration,
            self._plan.variables,
            {call: frozenset(found) for call, found in keys.items()},
        )

    def _path(self, module_address: str) -> ModulePath:
        path = self._paths.get(module_address)
        if path is None:
            path = self._paths[module_address] = module_path(module_address)
        return path

    def _add_existing(self) -> None:
        """Add the data sources that were read, and the roles that this plan does not change."""
        before = self._plan.prior_state and self._plan.prior_state.values
        if not before:
            return
        touched = {change.address for change in self._plan.resource_changes}
        for module_address, resource in shown_resources(before.root_module):
            if resource.type in _HOLDING or resource.address in touched:
                continue
            values = _object(resource.values)
            if resource.type in CREDENTIAL_TYPES:
                if resource.mode == "managed":
                    marked = _object(resource.sensitive_values)
                    self._users.add(resource.type, resource.address, values, sensitive=marked)
                continue
            sensitive = _object(resource.sensitive_values)
            if resource.type == HOME_DIVISION_TYPE:
                self._divisions.add_home(known_text(values.get("id")))
                continue
            if resource.type == DIVISION_TYPE:
                if resource.mode == "managed":
                    self._add_division(module_address, resource, values, sensitive)
                continue
            attributes = merge_object(values, {}, sensitive, _reason_for(resource.address))
            build = build_data_role if resource.mode == "data" else build_role
            block = (module_address, resource.mode, resource.name)
            self._role_blocks.setdefault(block, {})[resource.index] = build(
                resource.address, attributes
            )

    def _add_division(
        self,
        module: str,
        resource: ShownResource | ResourceChange,
        values: Mapping[str, Any],
        sensitive: Mapping[str, Any],
    ) -> None:
        block = self._division_blocks.setdefault((module, resource.name), {})
        attributes = merge_object(values, {}, sensitive, _reason_for(resource.address))
        block[resource.index] = self._divisions.add(resource.address, attributes)

    def _add_planned_divisions(self) -> None:
        for change, planned in self._changes:
            if change.type == DIVISION_TYPE and change.mode == "managed" and planned.after:
                after = planned.after
                unknown = by_attribute(planned.after_unknown, after)
                sensitive = by_attribute(planned.after_sensitive, after)
                # A division is told by its name only if it is known whether it is the home
                # division.
                if not unknown.get("home"):
                    self._add_division(change.module_address, change, after, sensitive)

    def _add_planned_roles(self) -> None:
        for change, planned in self._changes:
            if change.type == ROLE_TYPE:
                block = (change.module_address, change.mode, change.name)
                role = self._role(change, planned)
                self._role_blocks.setdefault(block, {})[change.index] = role

    def _role(self, change: ResourceChange, planned: Change) -> Role:
        after = planned.after
        if after is None or planned.after_unknown is True:
            reason = Unknown(change.address, AFTER_APPLY)
            origin = "data" if change.mode == "data" else "resource"
            return Role(origin=origin, address=change.address, unknown=(reason,))
        unknown = by_attribute(planned.after_unknown, after)
        sensitive = by_attribute(planned.after_sensitive, after)
        if change.mode == "data":
            reason_for = _reason_for(change.address)
            attributes = merge_object(after, unknown, sensitive, reason_for)
            return build_data_role(change.address, attributes)
        block = self._block(change)
        default = "default_role_id"
        if unknown.get(default) and not self._names(self._plain, block, default):
            # The attribute is computed: if unknown, it counts as set only if its expression is
            # unknown too.
            del unknown[default]
        explain = self._explain(self._plain, change, block, unknown)
        attributes = merge_object(after, unknown, sensitive, explain)
        before = planned.before if "create" not in planned.actions else None
        if not attributes.get("permissions") and before is not None:
            # The provider does not send an empty list: the old permissions stay.
            attributes["permissions"] = _before(change, planned).get("permissions")
        role = build_role(change.address, attributes, applied=before is not None)
        if unknown.get("permission_policies") is True:
            role = replace(role, permissions=(*role.permissions, *constant_policies(block)))
        return role

    def _client(self, change: ResourceChange, planned: Change) -> Client:
        after = planned.after
        if after is None or planned.after_unknown is True:
            unknown_whole = Unknown(change.address, AFTER_APPLY)
            return absent_client(self._root, change.address, unknown_whole)
        unknown = by_attribute(planned.after_unknown, after)
        sensitive = by_attribute(planned.after_sensitive, after)
        entries, unknown_entries = after.pop("roles", None), unknown.pop("roles", False)
        secret = marks(sensitive.pop("roles", False))
        block = self._block(change)
        for name in COMPUTED_ATTRIBUTES & unknown.keys():
            if name not in block.expressions or not self._names(self._tracer, block, name):
                del unknown[name]
        explain = self._explain(self._tracer, change, block, unknown)
        attributes = merge_object(after, unknown, sensitive, explain)
        roles = self._given.of(change.address, block, entries, unknown_entries)
        if secret:
            roles = without_secrets(roles, f"{change.address}.roles")
        return build_client(
            self._root,
            change.address,
            attributes,
            grants=roles.grants,
            grants_unknown=roles.unknown,
        )

    def _block(self, change: ResourceChange) -> ConfiguredInstance:
        return ConfiguredInstance(
            self._modules, self._path(change.module_address), change, self._keys
        )

    @cached_property
    def _keys(self) -> Mapping[tuple[str, str, str], frozenset[Step | None]]:
        """Return the instance keys of each resource block."""
        keys: dict[tuple[str, str, str], set[Step | None]] = defaultdict(set)
        for change, _ in self._changes:
            keys[change.module_address, change.type, change.name].add(change.index)
        return {block: frozenset(found) for block, found in keys.items()}

    def _names(self, tracer: Tracer, block: ConfiguredInstance, attribute: str) -> tuple[str, ...]:
        """Return the references that an attribute's unknown value can come from."""
        return tuple(
            dict.fromkeys(
                name
                for expression in expressions_in(block.expressions.get(attribute))
                for name in references_of(tracer.trace(expression, block.scope))
            )
        )

    def _explain(
        self,
        tracer: Tracer,
        change: ResourceChange,
        block: ConfiguredInstance,
        unknown: dict[str, Any],
    ) -> Explain:
        def explain(attribute: str) -> Unknown:
            # Nested blocks that are unknown as a whole come from a `dynamic` block. The
            # configuration does not show it, and the references of static blocks beside it are not
            # the reason.
            whole = unknown.get(attribute) is True
            if whole and isinstance(block.expressions.get(attribute), list):
                names: tuple[str, ...] = ()
            else:
                names = self._names(tracer, block, attribute)
            return Unknown(", ".join(names) or f"{change.address}.{attribute}", AFTER_APPLY)

        return explain


def _ending(changes: Iterable[tuple[ResourceChange, Change]]) -> Iterator[Role]:
    """Yield the roles that are destroyed, or replaced under a new id."""
    for change, planned in changes:
        role_id = known_text((planned.before or {}).get("id"))
        is_role = change.type == ROLE_TYPE and change.mode == "managed"
        if is_role and role_id is not None and "delete" in planned.actions:
            yield ending_role(change.address, role_id, _verb(planned))


def _verb(planned: Change) -> str:
    return "replaces" if "create" in planned.actions else "destroys"


def _forgotten(changes: Iterable[tuple[ResourceChange, Change]]) -> Iterator[Role]:
    """Yield the roles that continue to exist without this Terraform."""
    for change, planned in changes:
        if change.type == ROLE_TYPE and planned.actions == ["forget"]:
            yield build_role(change.address, _before(change, planned))


def _before(change: ResourceChange, planned: Change) -> dict[str, Any]:
    """Return the attributes before the apply, with their marks."""
    before = planned.before or {}
    marked = by_attribute(planned.before_sensitive, before)
    return merge_object(before, {}, marked, _reason_for(change.address))


def _object(raw: Raw | UnsetType) -> dict[str, Any]:
    return {} if raw is UNSET else _OBJECT.decode(raw)


def _reason_for(address: str) -> Explain:
    return lambda attribute: Unknown(f"{address}.{attribute}", AFTER_APPLY)
