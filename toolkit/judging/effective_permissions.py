"""What a CLIENT-CREDENTIALS client certainly holds and what it may hold, per division.

A group of clauses is met when one division meets all of them. Two separate questions decide this,
so that neither answer can be wrong: does a division certainly meet the group (`certain_spots`), and
may a division meet it (`possible_spots`)? Yes to the first is a pass, no to the second is a
failure, and anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from toolkit.model.clients import (
    ALL_DIVISIONS,
    Client,
    Division,
    Grant,
    OwnDivision,
    Role,
    RolePermission,
    division_name,
)
from toolkit.model.findings import GrantedRole
from toolkit.model.permissions import LEGACY_ADMIN, permission_covers, permissions_overlap
from toolkit.model.values import HOLE, Unknown
from toolkit.policy.requirements import Clause

#: What a rule may ask for instead of a division id.
ANY, HOME, ALL = "any", "home", "all"

#: Terraform names the home division by omitting it, so any id may be the home division's.
HOME_ID = Unknown(
    "the id of the home division", "the same way of naming the division in all roles and the rule"
)


def roles_of(client: Client) -> tuple[GrantedRole, ...]:
    """Return the client's roles as a report names them."""
    return tuple(
        dict.fromkeys(
            GrantedRole(grant.role.label, division_name(grant.division)) for grant in client.grants
        )
    )


def covers(pattern: str, clause: Clause) -> bool:
    """Whether holding the pattern meets the clause."""
    return pattern in clause or ("*" in pattern and _covers(pattern, clause))


@lru_cache(maxsize=4096)
def _covers(pattern: str, clause: Clause) -> bool:
    return any(permission_covers(pattern, name) for name in clause)


def grants_outright(role: Role, clause: Clause) -> RolePermission | None:
    """Return the role's permission that meets the clause unconditionally, or None."""
    for permission in role.permissions:
        if not permission.conditional and covers(permission.pattern, clause):
            return permission
    return None


def open_ends(role: Role, names: Sequence[str]) -> tuple[Unknown, ...]:
    """Return why the role may hold any of the names without listing it. Names may be patterns."""
    doubts = tuple(each.plain for each in role.unknown if _may_be(each, names))
    if role.origin == "undefined" and not role.unknown:
        doubts = (Unknown(role.label, "`roles:` in the policy, or a live read of the org"),)
    for permission in role.permissions:
        if permission.pattern == LEGACY_ADMIN:
            doubts += (condition(role, permission) if permission.conditional else _admin(role),)
    return doubts


def _may_be(reason: Unknown, names: Sequence[str]) -> bool:
    """Whether the unknown permission can be one of the names. The domain of a policy is known."""
    if reason.template is None:
        return True
    pattern = ":".join("*" if HOLE in part else part for part in reason.template.split(":"))
    return any(permissions_overlap(pattern, name) for name in names)


def open_grants(client: Client) -> tuple[Unknown, ...]:
    """Return why the client may hold permissions that the input does not list."""
    roles = (reason.plain for grant in client.grants for reason in grant.role.unknown)
    return (*client.grants_unknown, *roles)


def doubts_about(role: Role, clause: Clause) -> tuple[Unknown, ...]:
    """Return why a role that does not meet the clause unconditionally may still meet it."""
    conditions = tuple(
        condition(role, permission)
        for permission in role.permissions
        if permission.conditional and covers(permission.pattern, clause)
    )
    return conditions + open_ends(role, clause) + open_legacy(role, clause)


def open_legacy(role: Role, names: Sequence[str]) -> tuple[Unknown, ...]:
    """Return why the role may hold legacy permissions, if one of the names is legacy."""
    if role.legacy is None or all(":" in name for name in names):
        return ()
    return (role.legacy,)


def condition(role: Role, permission: RolePermission) -> Unknown:
    """Return the doubt about a conditional permission: the platform evaluates it at each call."""
    return Unknown(
        f'the condition on "{permission.pattern}" in {role.label}',
        "a permission policy without conditions",
    )


def _admin(role: Role) -> Unknown:
    return Unknown(
        f'what the legacy permission "{LEGACY_ADMIN}" in {role.label} opens',
        "a role that names its permissions",
    )


def certain_spots(grants: Sequence[Grant], wanted: str) -> Iterator[tuple[Division, list[Grant]]]:
    """Yield each division that the rule accepts, with the grants that certainly apply there.

    A grant in an unknown division applies *somewhere*, which is enough for a rule that accepts any
    division.
    """
    everywhere = [grant for grant in grants if grant.division == ALL_DIVISIONS]
    if wanted in (ALL, ALL_DIVISIONS):
        yield ALL_DIVISIONS, everywhere
        return
    named: list[Division] = [None if wanted == HOME else _named(grants, wanted)]
    if wanted == ANY:
        named = list(dict.fromkeys(g.division for g in grants if _is_one(g.division)))
    for division in named:
        yield division, everywhere + [grant for grant in grants if grant.division == division]
    if wanted == ANY:
        floating = [grant for grant in grants if isinstance(grant.division, Unknown)]
        for grant in floating:
            yield grant.division, [*everywhere, grant]
        if not named and not floating:
            yield ALL_DIVISIONS, everywhere


def possible_spots(grants: Sequence[Grant], wanted: str) -> Iterator[tuple[Division, list[Grant]]]:
    """Yield each division that the rule may accept, with all grants that may apply there.

    The home division may be any one of the divisions named by id, but never two of them at once.
    """
    movable = [
        grant
        for grant in grants
        if grant.division == ALL_DIVISIONS or isinstance(grant.division, Unknown)
    ]
    if wanted in (ALL, ALL_DIVISIONS):
        yield ALL_DIVISIONS, movable
        return
    home = [grant for grant in grants if grant.division is None]
    if wanted == ANY:
        named = list(dict.fromkeys(g.division for g in grants if _is_id(g.division)))
        named += dict.fromkeys(g.division for g in grants if isinstance(g.division, OwnDivision))
    elif wanted == HOME:
        named = list(dict.fromkeys(g.division for g in grants if _is_id(g.division)))
    else:
        named = [_named(grants, wanted)]
        # A division that is not created yet may get any id.
        movable += [
            g for g in grants if isinstance(g.division, OwnDivision) and g.division.id is None
        ]
    for division in named:
        yield division, movable + home + [g for g in grants if g.division == division]
    if not named:
        yield None, movable + home


def _is_id(division: Division) -> bool:
    return isinstance(division, str) and division != ALL_DIVISIONS


def _is_one(division: Division) -> bool:
    return division is None or isinstance(division, OwnDivision) or _is_id(division)


def _named(grants: Sequence[Grant], wanted: str) -> Division:
    """Return the division with this id as the grants name it."""
    own = (g.division for g in grants if isinstance(g.division, OwnDivision))
    return next((division for division in own if division.id == wanted), wanted)
