"""Short constructors for clients, roles and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

from toolkit.checks.registry import BUILT_INS, CHECK_IDS
from toolkit.judging import engine, forbid, require, settings, waivers
from toolkit.judging.verdict import Outcome
from toolkit.model.clients import Client, Division, Grant, Location, Role, RolePermission
from toolkit.model.findings import Result
from toolkit.model.inventory import Inventory, Note
from toolkit.model.values import AttributeValue, Unknown, ValueSet
from toolkit.policy.document import (
    Forbid,
    KnownRole,
    Permissions,
    Policy,
    Require,
    Rule,
    Scopes,
    Selector,
    Setting,
)
from toolkit.policy.requirements import needs_of

#: The judging functions with the built-in checks.
evaluate = partial(engine.evaluate, BUILT_INS)
checks_on = partial(engine.checks_on, BUILT_INS)
waive = partial(waivers.waive, checks=CHECK_IDS)

CC = "CLIENT-CREDENTIALS"
BLOCK = Location("main.tf", 1, 20)


def unknown(reference: str, template: str | None = None) -> Unknown:
    return Unknown(reference, "a plan", template)


SCOPES = unknown("var.scopes")
ROLES = unknown("var.roles")
GRANT_TYPE = unknown("var.grant_type")
NAME = unknown("var.name")
DIVISION = unknown("var.division")
COUNT = unknown("var.enabled")


def role(*permissions: str, name: str = "r", **more: Any) -> Role:
    held = tuple(
        RolePermission(pattern.removeprefix("?"), conditional=pattern.startswith("?"))
        for pattern in permissions
    )
    return Role("resource", address=f"genesyscloud_auth_role.{name}", permissions=held, **more)


def grant(*permissions: str, division: Division = None, name: str = "r", **more: Any) -> Grant:
    """Return a grant of a new role; ``?`` before a permission makes it conditional."""
    return Grant(role(*permissions, name=name, **more), division)


def client(
    grant_type: str | Unknown = "CODE",
    *,
    scopes: Sequence[str] = (),
    scopes_unknown: tuple[Unknown, ...] = (),
    grants: tuple[Grant, ...] = (),
    grants_unknown: tuple[Unknown, ...] = (),
    address: str = "genesyscloud_oauth_client.c",
    name: str | Unknown = "recorder",
    root: str = "tf",
    existence: Unknown | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
    locations: Mapping[str, Location] | None = None,
) -> Client:
    return Client(
        root=root,
        address=address,
        name=name,
        grant_type=grant_type,
        scopes=ValueSet(tuple(scopes), scopes_unknown),
        grants=grants,
        grants_unknown=grants_unknown,
        attributes=attributes or {},
        existence=existence,
        location=BLOCK,
        attribute_locations=locations or {},
    )


def requiring(
    *,
    scopes: Sequence[str] = (),
    any_scope: Sequence[str] = (),
    permissions: Sequence[str] = (),
    any_permission: Sequence[str] = (),
    division: str = "any",
) -> Require:
    return Require(
        scopes=Scopes(all_of=tuple(scopes), any_of=tuple(any_scope)),
        permissions=Permissions(
            all_of=tuple(permissions), any_of=tuple(any_permission), division=division
        ),
    )


def required(one: Client, wanted: Require) -> Outcome:
    return require.judging(needs_of(wanted, {}))(one)


def forbidden(
    one: Client, *, scopes: Sequence[str] = (), permissions: Sequence[str] = ()
) -> Outcome:
    return forbid.judging(Forbid(scopes=tuple(scopes), permissions=tuple(permissions)))(one)


def set_to(one: Client, **wanted: Setting) -> Outcome:
    return settings.judging(wanted)(one)


def policy(
    *rules: Rule,
    checks: Mapping[str, Any] | None = None,
    roles: tuple[KnownRole, ...] = (),
    name: str = "p",
) -> Policy:
    return Policy(version=1, name=name, rules=rules, checks=dict(checks or {}), roles=roles)


#: A policy with all built-in checks off that would interfere.
ALL_OFF: dict[str, Literal["off"]] = dict.fromkeys(
    (
        "ineffective-scopes",
        "ineffective-roles",
        "client-without-roles",
        "client-without-scopes",
        "invalid-role-id",
        "client-inactive",
        "secret-in-state",
        "wildcard-permission",
        "duplicate-name",
        "replaced-client",
        "unpublished-scope",
        "unpublished-permission",
        "user-context-suspected",
        "excess-scope",
        "excess-permission",
        "unread-module",
        "skipped-terraform",
    ),
    "off",
)


def rule(id: str = "R1", **more: Any) -> Rule:  # noqa: A002 - the rule's own word
    if not {"require", "forbid", "settings"} & more.keys():
        more["require"] = requiring(scopes=["s"])
    return Rule(id=id, title=more.pop("title", f"title of {id}"), **more)


def about(**keys: Sequence[str]) -> Selector:
    entries: dict[str, Any] = {key: tuple(given) for key, given in keys.items()}
    return Selector(**entries)


def inventory(*clients: Client, root: str = "tf", judged: bool = True, **more: Any) -> Inventory:
    return Inventory(root, "hcl", clients, judged=judged, **more)


def run(
    clients: Sequence[Client], *rules: Rule, roles: tuple[KnownRole, ...] = ()
) -> tuple[Result, ...]:
    """Return the results of the rules alone, without built-in checks."""
    return evaluate([inventory(*clients)], [policy(*rules, checks=ALL_OFF, roles=roles)]).results


def notes_of(*clients: Client) -> tuple[Note, ...]:
    return evaluate([inventory(*clients)], []).notes
