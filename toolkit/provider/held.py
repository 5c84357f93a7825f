"""Compares what an operator holds with what it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import IntEnum

from toolkit.catalog.catalog import Catalog
from toolkit.model.clients import ALL_DIVISIONS, Grant, Role, division_name, is_uuid
from toolkit.model.operator_needs import Lack, Need, OperatorGrants, OperatorNeeds
from toolkit.model.permissions import (
    LEGACY_ADMIN,
    has_wildcard,
    permission_covers,
    permissions_overlap,
)
from toolkit.model.values import Unknown

_HOME = "home"


class _Holds(IntEnum):
    NO = 0
    MAYBE = 1
    YES = 2


def lacks(needs: OperatorNeeds, held: OperatorGrants) -> tuple[Lack, ...]:
    """Return what the operator lacks, or may lack; each set of alternative permissions once."""
    together: dict[tuple[tuple[str, ...], str | None], list[Need]] = {}
    for need in needs.needs:
        division = _HOME if need.division == held.home and held.home else need.division
        together.setdefault((need.any_of, division), []).append(need)
    found = []
    for (any_of, division), same in together.items():
        holds, reasons = _holds(any_of, division, held)
        if holds is _Holds.YES:
            continue
        surely = holds is _Holds.NO and any(need.certain for need in same)
        held_in = {
            division_name(grant.division)
            for grant in held.grants
            if any(_covers(grant.role, name) for name in any_of)
        }
        offered = held.offered is None or any(has_wildcard(n) or n in held.offered for n in any_of)
        if holds is _Holds.NO and not surely:
            reasons = (_whether_made(same[0]),)
        found.append(Lack(tuple(same), surely, reasons, tuple(sorted(held_in)), offered))
    return tuple(sorted(found, key=lambda lack: (lack.need.permission, lack.need.division or "")))


def _whether_made(need: Need) -> Unknown:
    what = f"whether {need.address} needs {need.call or 'a grant of it'}"
    return Unknown(what, "a plan, and what the org has by then")


def _holds(
    any_of: Collection[str], division: str | None, held: OperatorGrants
) -> tuple[_Holds, tuple[Unknown, ...]]:
    """Return whether one of the permissions is held in the division, and what leaves it unknown."""
    best = _Holds.NO
    reasons: dict[Unknown, None] = dict.fromkeys(held.unknown)
    for grant in held.grants:
        there = _reaches(grant, division)
        if there is _Holds.NO:
            continue
        through = _grants(grant.role, any_of, reasons)
        if through is _Holds.YES and there is _Holds.MAYBE:
            reasons[Unknown(f"the division {division}", "an apply, which gives it its id")] = None
        best = max(best, min(there, through))
    if best is _Holds.NO and reasons:
        best = _Holds.MAYBE
    return best, tuple(reasons) if best is _Holds.MAYBE else ()


def _reaches(grant: Grant, division: str | None) -> _Holds:
    """Return whether a grant applies in the division; None means any division."""
    where = division_name(grant.division)
    if division is None or where in (ALL_DIVISIONS, division):
        return _Holds.YES
    is_known = division in (ALL_DIVISIONS, _HOME) or is_uuid(division)
    return _Holds.NO if is_known else _Holds.MAYBE


def _grants(role: Role, any_of: Collection[str], reasons: dict[Unknown, None]) -> _Holds:
    if any(_covers(role, name) for name in any_of):
        return _Holds.YES
    reasons.update(dict.fromkeys(role.unknown))
    found = _Holds.NO
    for permission in role.permissions:
        pattern = permission.pattern
        if pattern == LEGACY_ADMIN:
            reasons[Unknown(f"what admin opens, which {role.label} grants", "a try")] = None
            found = _Holds.MAYBE
        # The org may list the permissions of a granted wildcard instead of the wildcard.
        elif any(permissions_overlap(pattern, name) for name in any_of):
            condition = f"the condition on {pattern} in {role.label}"
            what = condition if permission.conditional else f"whether {pattern} is enough"
            reasons[Unknown(what, "a try")] = None
            found = _Holds.MAYBE
    return found


def _covers(role: Role, name: str) -> bool:
    return any(
        permission_covers(each.pattern, name) for each in role.permissions if not each.conditional
    )


def places_of(names: Iterable[str], held: OperatorGrants) -> dict[str, tuple[str, ...]]:
    """Return the divisions in which each permission is surely held, in the form of reports."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        places = {division_name(each.division) for each in held.grants if _covers(each.role, name)}
        found[name] = tuple(sorted(places))
    return found


def excess(
    needs: OperatorNeeds, own: Iterable[str], held: OperatorGrants, catalog: Catalog
) -> tuple[str, ...]:
    """Return held patterns that are not needed; `own` are needed beside what Terraform needs.

    A wildcard is excess if it grants a published permission that is not needed.
    """
    needed = {name for need in needs.needs for name in need.any_of} | set(own)
    published = {
        name
        for operation in catalog.operations.values()
        if operation.permissions is not None
        for name in operation.permissions.names
    }
    patterns = {
        permission.pattern for grant in held.grants for permission in grant.role.permissions
    }
    return tuple(sorted(p for p in patterns if _is_excess(p, needed, published)))


def _is_excess(pattern: str, needed: Collection[str], published: Collection[str]) -> bool:
    if pattern in needed:
        return False
    if not has_wildcard(pattern):
        return not any(permission_covers(name, pattern) for name in needed)
    return any(
        permission_covers(pattern, name)
        and not any(permission_covers(each, name) for each in needed)
        for name in published
    )


def domains_of(needs: OperatorNeeds) -> Iterator[str]:
    """Yield the domains of the needed permissions, each once."""
    names = (name for need in needs.needs for name in need.any_of)
    yield from sorted({name.partition(":")[0] for name in names if ":" in name} - {"*"})
