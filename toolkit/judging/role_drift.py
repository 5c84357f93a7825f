"""Compare the roles that the state grants a client with those that the org grants."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Client, Division, Grant, OwnDivision, Role, RolePermission
from toolkit.model.permissions import has_wildcard, permission_covers
from toolkit.model.values import Unknown

_HOME = Unknown("the id of the home division", "the scope authorization:readonly for the operator")


class RoleDrift(Struct, frozen=True):
    """One role that both sides have, and the differences in what it grants.

    `lost` is no longer granted, `restricted` is granted only under a condition, `altered` under
    another condition than in the state, `new` is granted in addition. `unclear` are conditions that
    cannot be compared. `expanded` are wildcards of the state, each with the permissions that the
    org grants instead. If there are `reasons`, none of this is known.
    """

    role: Role
    lost: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    unclear: tuple[Unknown, ...] = ()
    new: tuple[str, ...] = ()
    expanded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reasons: tuple[Unknown, ...] = ()


class RolesDrift(Struct, frozen=True):
    """All roles of a client. If there are `reasons`, it is unknown which roles those are."""

    state: tuple[Grant, ...]
    org: tuple[Grant, ...]
    lost: tuple[Grant, ...] = ()
    new: tuple[Grant, ...] = ()
    roles: tuple[RoleDrift, ...] = ()
    reasons: tuple[Unknown, ...] = ()


def compare_roles(state: Client, org: Client, home: str | None) -> RolesDrift:
    """Compare grant by grant, by role id and division id, then role by role."""
    was, is_now = _with_home(state.grants, home), _with_home(org.grants, home)
    hidden = [each.role.unknown for each in was if each.role.id is None]
    reasons = [*state.grants_unknown, *org.grants_unknown, *(r for each in hidden for r in each)]
    reasons += [each.division for each in was if isinstance(each.division, Unknown)]
    if reasons:
        return RolesDrift(was, is_now, reasons=tuple(dict.fromkeys(reasons)))
    in_org = {(each.role.id, each.division) for each in is_now}
    in_state = {(each.role.id, each.division) for each in was}
    granted = {each.role.id: each.role for each in is_now}
    both = {each.role.id: each.role for each in was if each.role.id in granted}
    lost = tuple(each for each in was if (each.role.id, each.division) not in in_org)
    if home is None and any(each.division is None and each.role.id in granted for each in lost):
        return RolesDrift(was, is_now, reasons=(_HOME,))
    return RolesDrift(
        was,
        is_now,
        lost,
        tuple(each for each in is_now if (each.role.id, each.division) not in in_state),
        tuple(
            _compare(role, granted[role_id])
            for role_id, role in both.items()
            if role.origin == "resource"
        ),
    )


def unmanaged_roles(state: Client) -> tuple[str, ...]:
    """Return the labels of roles that the state uses but does not manage, so cannot describe."""
    roles = (grant.role for grant in state.grants)
    return tuple(sorted({role.label for role in roles if role.origin != "resource"}))


def _with_home(grants: Iterable[Grant], home: str | None) -> tuple[Grant, ...]:
    """Return the grants with the home division omitted, as Terraform configuration does."""
    return tuple(
        replace(each, division=_division(each.division, home), location=None) for each in grants
    )


def _division(division: Division, home: str | None) -> Division:
    if isinstance(division, OwnDivision):
        division = division.id
    return None if division == home else division


def _compare(state: Role, org: Role) -> RoleDrift:
    if state.unknown or org.unknown:
        return RoleDrift(state, reasons=(*state.unknown, *org.unknown))
    was, is_now = state.permissions, org.permissions
    found: dict[str, list[str]] = {"lost": [], "restricted": [], "altered": [], "unclear": []}
    expanded: list[tuple[str, tuple[str, ...]]] = []
    for each in was:
        held = _held(is_now, each)
        if held == "granted":
            continue
        parts = [other for other in is_now if permission_covers(each.pattern, other.pattern)]
        same = tuple(other.pattern for other in parts if _as_free(other, each))
        # A wildcard that the org still has under a condition was not expanded into its parts.
        gone = held == "lost" and has_wildcard(each.pattern)
        if gone and same:
            expanded.append((each.pattern, same))
        elif gone and parts:
            # The pattern itself is gone, and all permissions that cover part of it have a
            # condition.
            found[_held(parts, each, within=True)].append(each.pattern)
        else:
            found[held].append(each.pattern)
    explained = {*found["altered"], *found["unclear"]}
    new = []
    for each in is_now:
        held = _held(was, each)
        if held == "unclear":
            found["unclear"].append(each.pattern)
        elif held != "granted" and not any(
            permission_covers(pattern, each.pattern) for pattern in explained
        ):
            new.append(each.pattern)
    return RoleDrift(
        state,
        tuple(dict.fromkeys(found["lost"])),
        tuple(dict.fromkeys(found["restricted"])),
        tuple(dict.fromkeys(found["altered"])),
        tuple(_condition(name) for name in dict.fromkeys(found["unclear"])),
        tuple(dict.fromkeys(new)),
        tuple(expanded),
    )


def _held(
    permissions: Iterable[RolePermission], wanted: RolePermission, *, within: bool = False
) -> str:
    """Return how the permissions hold the wanted one: a field name of `RoleDrift`, or ``granted``.

    If `within`, all the permissions are parts of the wanted one.
    """
    covering = [
        each for each in permissions if within or permission_covers(each.pattern, wanted.pattern)
    ]
    if any(_as_free(each, wanted) for each in covering):
        return "granted"
    if not covering:
        return "lost"
    if not wanted.conditional:
        return "restricted"
    known = wanted.condition and all(each.condition for each in covering)
    return "altered" if known else "unclear"


def _as_free(held: RolePermission, wanted: RolePermission) -> bool:
    """Whether `held` applies wherever `wanted` applies."""
    if not held.conditional:
        return True
    return wanted.conditional and bool(held.condition) and held.condition == wanted.condition


def _condition(pattern: str) -> Unknown:
    return Unknown(
        f'whether the condition on "{pattern}" is the same',
        "a comparison of both conditions by hand",
    )
