"""What a `require` asks for, in one normal form whatever it was written as.

A need is a conjunction of clauses, each satisfied by any one of its names. Operations, `all_of` and
`any_of` all come down to this, and a finding lists the clauses that are not met.
"""

from __future__ import annotations

from typing import NamedTuple

from toolkit.policy.document import Require

#: Any one of these names is enough.
Clause = tuple[str, ...]


class PermissionGroup(NamedTuple):
    """Clauses that must all be met in one division.

    `division` is ``any``, ``home``, ``all`` or a division's id.
    """

    clauses: tuple[Clause, ...]
    division: str = "any"


class Needs(NamedTuple):
    """All clauses of `scopes`, and all groups of `permissions`."""

    scopes: tuple[Clause, ...] = ()
    permissions: tuple[PermissionGroup, ...] = ()


def needs_of(require: Require) -> Needs:
    """The normal form of what a rule requires by name."""
    scopes: list[Clause] = [(name,) for name in require.scopes.all_of]
    if require.scopes.any_of:
        scopes.append(require.scopes.any_of)
    division = require.permissions.division
    groups: list[PermissionGroup] = []
    if require.permissions.all_of:
        clauses: tuple[Clause, ...] = tuple((name,) for name in require.permissions.all_of)
        groups.append(PermissionGroup(clauses, division))
    if require.permissions.any_of:
        groups.append(PermissionGroup((require.permissions.any_of,), division))
    return Needs(tuple(scopes), tuple(groups))
