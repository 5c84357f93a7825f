"""Roles as HCL defines them, or as far as it refers to them."""

from __future__ import annotations

from toolkit.model.clients import ROLE_TYPE, Role, RolePermission
from toolkit.model.values import Unknown
from toolkit.sources.hcl.attributes import Entry, nested
from toolkit.sources.hcl.values import BY_APPLY, BY_LOOKUP, Identifier, Value, reasons_of


def defined_role(entry: Entry, address: str, existence: Unknown | None) -> Role:
    """A `genesyscloud_auth_role` resource."""
    unknown = [] if existence is None else [existence]
    policies, more = nested(entry, "permission_policies")
    unknown += more
    permissions: list[RolePermission] = []
    for policy in policies:
        found, reasons = _permissions(policy)
        permissions += found
        unknown += reasons
    legacy = entry.strings("permissions")
    where = entry.block.attributes.get("permissions")
    permissions += [
        RolePermission(name, location=None if where is None else where.span.location())
        for name in legacy.members
    ]
    unknown += legacy.unknown
    if entry.value("default_role_id") is not None:
        # A role that adopts a built-in one also holds what that one holds on the platform.
        unknown.append(Unknown(f"{address}.default_role_id", BY_APPLY))
    return Role(
        "resource",
        address=address,
        name=entry.text("name"),
        permissions=tuple(permissions),
        unknown=tuple(dict.fromkeys(unknown)),
        location=entry.span.location(),
    )


def _permissions(policy: Entry) -> tuple[list[RolePermission], tuple[Unknown, ...]]:
    """The patterns of one permission policy."""
    domain, entity = policy.text("domain"), policy.text("entity_name")
    actions = policy.strings("action_set")
    unknown = [part for part in (domain, entity) if isinstance(part, Unknown)]
    unknown += actions.unknown
    if not isinstance(domain, str) or not isinstance(entity, str):
        return [], tuple(unknown)
    # Some that may be there are as good as some that are.
    conditional = any(nested(policy, "conditions"))
    location = policy.span.location()
    return [
        RolePermission(f"{domain}:{entity}:{action}", conditional, location)
        for action in actions.members
    ], tuple(unknown)


def looked_up_role(entry: Entry, address: str) -> Role:
    """A role that a data source finds: known by name, its permissions only on the platform."""
    return Role(
        "data",
        address=address,
        name=entry.text("name"),
        unknown=(Unknown(address, BY_LOOKUP),),
        location=entry.span.location(),
    )


def undefined_role(value: Value, written: str) -> Role:
    """A role of which only a literal id, or a reference that leads nowhere, is known."""
    if isinstance(value, str):
        return Role("undefined", id=value, unknown=(Unknown(f"role {value}", BY_LOOKUP),))
    if isinstance(value, Identifier) and value.type != ROLE_TYPE:
        return Role("undefined", unknown=(Unknown(f"{value.address}.id", BY_APPLY),))
    return Role("undefined", unknown=reasons_of(value) or (Unknown(written, BY_LOOKUP),))
