"""Read roles that HCL defines or refers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.model.clients import ROLE_TYPE, Role, RolePermission
from toolkit.model.values import Unknown
from toolkit.sources.conditions import condition_of_terraform
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.entries import Entry
from toolkit.sources.hcl.places import location
from toolkit.sources.hcl.values import Symbol
from toolkit.sources.remedies import AFTER_APPLY, LOOKED_UP_ROLE, NOT_SENSITIVE
from toolkit.sources.resources import merged, named, of_policy, undefined, unsent_of


def defined_role(entry: Entry, existence: Sequence[Unknown]) -> Role:
    """Return the role of a `genesyscloud_auth_role` resource. Raises `SourceError`."""
    unknown = list(existence)
    policies, more = entry.nested("permission_policies")
    unknown += more
    permissions: list[RolePermission] = []
    for policy in policies:
        found, reasons = _permissions(policy)
        permissions += found
        unknown += reasons
    legacy = entry.strings("permissions")
    if legacy.members:
        attribute = entry.content.block.body.attributes["permissions"]
        where = location(attribute.source, attribute.start, attribute.end)
        permissions += [RolePermission(name, location=where) for name in legacy.members]
    unknown += legacy.unknown
    default = entry.value("default_role_id")
    adopts = not isinstance(default, cty.Null) and default != ""
    unsent = unsent_of(
        entry.address,
        str(default) if isinstance(default, str) else None,
        adopts=adopts,
        has_policies=bool(policies or more),
        has_legacy=bool(legacy.members or legacy.unknown),
    )
    unknown += unsent.rest
    return Role(
        "resource",
        address=entry.address,
        name=entry.text("name"),
        permissions=tuple(permissions),
        unknown=merged(unknown),
        location=entry.location(),
        legacy=unsent.legacy,
        adopts=adopts,
        existence=next(iter(existence), None),
    )


def _permissions(policy: Entry) -> tuple[list[RolePermission], tuple[Unknown, ...]]:
    """Return the patterns of one permission policy."""
    domain, entity = policy.text("domain"), policy.text("entity_name")
    actions = policy.strings("action_set")
    # An absent attribute was refused earlier.
    unknown = of_policy(domain or "", entity or "", actions)
    if not isinstance(domain, str) or not isinstance(entity, str):
        return [], tuple(unknown)
    # Conditions that may exist count as conditions that do.
    conditional = any(policy.nested("conditions"))
    condition = _condition(policy) if conditional else ""
    where = policy.location()
    if not policy.sensitive.isdisjoint(policy.schema.required):
        policy.hidden.update(f"{domain}:{entity}:{action}" for action in actions.members)
    return [
        RolePermission(f"{domain}:{entity}:{action}", conditional, where, condition)
        for action in actions.members
    ], tuple(unknown)


def _condition(policy: Entry) -> str:
    """Return the policy's conditions for comparison: in a plan's form, or else as source text."""
    blocks, unknown = policy.nested("conditions")
    said = [_block(block) for block in blocks]
    if not unknown and None not in said:
        found = condition_of_terraform(said)
        if found:
            return found
    written = policy.content.block.body.blocks
    texts = (each.source.text[each.start : each.end] for each in written)
    return " ".join(" ".join(texts).split())


def _block(block: Entry) -> dict[str, Any] | None:
    """Return a condition block with its content; None if a value is unknown or sensitive."""
    found: dict[str, Any] = {}
    for name in block.schema.attributes:
        text = block.text(name)
        if isinstance(text, Unknown) or name in block.sensitive:
            return None
        if text is not None:
            found[name] = text
    for kind in block.schema.blocks:
        entries, unknown = block.nested(kind)
        inner = [_block(entry) for entry in entries]
        if unknown or None in inner:
            return None
        found[kind] = inner
    return found


def looked_up_role(entry: Entry) -> Role:
    """Return a role that a data source finds: only its name is known, not its permissions."""
    name = entry.text("name")
    told = entry.address if "name" in entry.sensitive else named(entry.address, name)
    return Role(
        "data",
        address=entry.address,
        name=name,
        unknown=(Unknown(told, LOOKED_UP_ROLE),),
        location=entry.location(),
    )


def undefined_role(held: Entry) -> Role:
    """Return a role known only by a literal id, or by a reference that leads nowhere."""
    value = held.value("role_id")
    if isinstance(value, str):
        text = str(value)
        hidden = Unknown("role_id", NOT_SENSITIVE)
        told = hidden if "role_id" in held.sensitive else undefined(text)
        return Role("undefined", id=text, unknown=(told,))
    if isinstance(value, Symbol) and value.kind != ROLE_TYPE:
        return Role("undefined", unknown=(Unknown(f"{value.address}.id", AFTER_APPLY),))
    reasons = cty.reasons_of(value)
    return Role("undefined", unknown=reasons or (Unknown("role_id", LOOKED_UP_ROLE),))
