"""The roles of a client in the state against those that the org grants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from toolkit.model.clients import Client, Division, Grant, Role, RolePermission
from toolkit.model.permissions import has_wildcard, permission_covers
from toolkit.model.values import Unknown

#: What a role that adopts a built-in one is unknown for: it holds more than it lists, not less.
_ADOPTS = ".default_role_id"
_HOME = Unknown("the id of the home division", "the scope authorization:readonly for the operator")


class RoleDrift(NamedTuple):
    """One role that both have, and how what it grants differs.

    `lost` is granted no more, `restricted` only under a condition, `new` is granted in addition.
    `expanded` are wildcards of the state, each with what the org grants of it. `open` says why the
    role may hold more than the state lists; with `reasons` nothing of all that is known.
    """

    role: Role
    lost: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    expanded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    open: tuple[Unknown, ...] = ()
    reasons: tuple[Unknown, ...] = ()


class RolesDrift(NamedTuple):
    """All roles of a client; with `reasons` it is not known which those are."""

    state: tuple[Grant, ...]
    org: tuple[Grant, ...]
    lost: tuple[Grant, ...] = ()
    new: tuple[Grant, ...] = ()
    roles: tuple[RoleDrift, ...] = ()
    reasons: tuple[Unknown, ...] = ()


def compare_roles(state: Client, org: Client, home: str | None) -> RolesDrift:
    """Compare grant by grant, by the ids of role and division, then role by role."""
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


def _with_home(grants: Iterable[Grant], home: str | None) -> tuple[Grant, ...]:
    """The grants with the home division left out, as Terraform's configuration does."""
    return tuple(
        each._replace(division=_division(each.division, home), location=None) for each in grants
    )


def _division(division: Division, home: str | None) -> Division:
    return None if division == home else division


def _compare(state: Role, org: Role) -> RoleDrift:
    hidden = tuple(each for each in state.unknown if not each.reference.endswith(_ADOPTS))
    if hidden or org.unknown:
        return RoleDrift(state, reasons=(*hidden, *org.unknown))
    was, is_now = state.permissions, org.permissions
    lost: list[str] = []
    restricted: list[str] = []
    expanded: list[tuple[str, tuple[str, ...]]] = []
    for each in was:
        if _grants(is_now, each):
            continue
        parts = tuple(
            other.pattern
            for other in is_now
            if permission_covers(each.pattern, other.pattern)
            and (each.conditional or not other.conditional)
        )
        if has_wildcard(each.pattern) and parts:
            expanded.append((each.pattern, parts))
        elif any(permission_covers(other.pattern, each.pattern) for other in is_now):
            restricted.append(each.pattern)
        else:
            lost.append(each.pattern)
    new = [] if state.unknown else [each.pattern for each in is_now if not _grants(was, each)]
    return RoleDrift(
        state,
        tuple(dict.fromkeys(lost)),
        tuple(dict.fromkeys(restricted)),
        tuple(dict.fromkeys(new)),
        tuple(expanded),
        state.unknown,
    )


def _grants(permissions: Sequence[RolePermission], wanted: RolePermission) -> bool:
    """Whether one of the permissions covers the wanted one, under no condition that is new."""
    return any(
        permission_covers(each.pattern, wanted.pattern)
        and (wanted.conditional or not each.conditional)
        for each in permissions
    )
