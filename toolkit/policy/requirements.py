"""Normalize what a `require` rule asks for.

A need is a conjunction of clauses; any one name of a clause meets it. Operations, `all_of` and
`any_of` are all converted to this form, and a finding lists the clauses that are not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from msgspec import Struct

from toolkit.contracts.contract import Operation, PermissionMode
from toolkit.model.values import Unknown
from toolkit.policy.document import Require

#: Any one of these names is enough.
Clause = tuple[str, ...]
_BY_CONTRACT = "a contract or a fresher catalog that says what it needs"


class PermissionGroup(Struct, frozen=True):
    """Clauses that must all be met in one division.

    `division` is ``any``, ``home``, ``all`` or a division's id.
    """

    clauses: tuple[Clause, ...]
    division: str = "any"


class Needs(Struct, frozen=True):
    """All clauses of `scopes`, and all groups of `permissions`.

    `open_scopes` and `open_permissions` are reasons why more may be needed than is listed.
    `derived` is True if operations are named: then an empty list means that nothing is needed.
    """

    scopes: tuple[Clause, ...] = ()
    permissions: tuple[PermissionGroup, ...] = ()
    open_scopes: tuple[Unknown, ...] = ()
    open_permissions: tuple[Unknown, ...] = ()
    derived: bool = False


def needs_of(require: Require, operations: Mapping[str, Operation]) -> Needs:
    """Return the normal form of what a rule requires. `operations` has every operation it names."""
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
    open_scopes: list[Unknown] = []
    open_permissions: list[Unknown] = []
    for name in require.operations:
        operation = operations[name]
        if operation.scopes is None:
            open_scopes.append(Unknown(f"which scopes {name} needs", _BY_CONTRACT))
        else:
            scopes += _clauses(operation.scopes)
        asked = operation.permissions
        if asked is None or asked.mode is PermissionMode.BACKEND:
            open_permissions.append(Unknown(f"which permissions {name} needs", _BY_CONTRACT))
        elif asked.mode is PermissionMode.ALL and asked.names:
            groups.append(PermissionGroup(tuple((each,) for each in asked.names), division))
        elif asked.mode is PermissionMode.ANY and asked.names:
            groups.append(PermissionGroup((asked.names,), division))
    return Needs(
        tuple(dict.fromkeys(scopes)),
        tuple(dict.fromkeys(groups)),
        tuple(open_scopes),
        tuple(open_permissions),
        bool(require.operations),
    )


def least_clauses(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Return the clauses without those that another clause with fewer names implies."""
    listed = dict.fromkeys(clauses)
    names = [frozenset(clause) for clause in listed]
    return tuple(
        clause for clause in listed if not any(other < frozenset(clause) for other in names)
    )


def _clauses(alternatives: Iterable[tuple[str, ...]]) -> list[Clause]:
    """Convert alternatives, of which one is enough, to clauses, of which all must be met.

    Each clause takes one name from each alternative; a clause that contains another one is dropped.
    """
    listed = list(alternatives)
    if not listed or not all(listed):
        return []
    found = {frozenset(choice): tuple(dict.fromkeys(choice)) for choice in product(*listed)}
    return sorted(least_clauses(found.values()), key=lambda clause: (len(clause), clause))
