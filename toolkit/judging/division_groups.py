"""Judge whether one division meets all clauses of a permission group, and word the result."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from toolkit.judging.effective_permissions import (
    ALL,
    ANY,
    HOME,
    HOME_ID,
    certain_spots,
    doubts_about,
    grants_outright,
    possible_spots,
)
from toolkit.judging.phrases import clauses_phrase, names_phrase, not_known
from toolkit.judging.verdict import unique
from toolkit.model.clients import (
    ALL_DIVISIONS,
    Client,
    Division,
    Grant,
    OwnDivision,
    RolePermission,
    division_name,
    division_phrase,
)
from toolkit.model.findings import HeldThrough, Missing, Verdict
from toolkit.model.permissions import permission_covers
from toolkit.model.plurals import joined
from toolkit.model.values import Unknown
from toolkit.policy.requirements import Clause, PermissionGroup

_AFTER_APPLY = "the state after apply"


class GroupOutcome(Struct, frozen=True):
    """The result of one group. Its message has no final full stop."""

    verdict: Verdict
    message: str
    held_through: tuple[HeldThrough, ...]
    missing: tuple[Missing, ...] = ()
    reasons: tuple[Unknown, ...] = ()
    fix: str | None = None


class _Spot(Struct, frozen=True):
    """A division, the grants that meet clauses there, and the clauses that are not met there."""

    division: Division
    found: tuple[tuple[Clause, Grant, RolePermission], ...]
    lacking: tuple[Clause, ...]

    @property
    def held_through(self) -> tuple[HeldThrough, ...]:
        held = (
            HeldThrough(grant.role.label, permission.pattern, division_name(grant.division))
            for _, grant, permission in self.found
        )
        return tuple(dict.fromkeys(held))


def judge_group(client: Client, group: PermissionGroup) -> GroupOutcome:
    """Pass if some division certainly meets the group; fail if no division can."""
    certain = []
    for division, grants in certain_spots(client.grants, group.division):
        spot = _look(division, grants, group.clauses)
        if not spot.lacking:
            return GroupOutcome(Verdict.PASS, _granted(spot), spot.held_through)
        certain.append(spot)
    impossible = []
    for division, grants in possible_spots(client.grants, group.division):
        why = [_why_maybe(client, grants, clause, group.division) for clause in group.clauses]
        hopeless = tuple(
            clause for clause, reasons in zip(group.clauses, why, strict=True) if reasons is None
        )
        if not hopeless:
            # Each clause is met or may be met, but not certainly all in the same division.
            reasons = unique(reason for some in why for reason in some or ()) or (HOME_ID,)
            return _open(client, group, _best(certain), reasons)
        impossible.append(replace(_look(division, grants, group.clauses), lacking=hopeless))
    worst = _best(impossible)
    return GroupOutcome(
        Verdict.FAIL,
        _lacks(client, group, worst),
        worst.held_through,
        _missing(client, group, worst),
        fix=_fix(client, group, worst),
    )


def _open(
    client: Client, group: PermissionGroup, spot: _Spot, reasons: tuple[Unknown, ...]
) -> GroupOutcome:
    phrase = clauses_phrase("permission", spot.lacking)
    return GroupOutcome(
        Verdict.UNKNOWN,
        f"Cannot tell whether it holds {phrase}{_in_wanted(group)}, since {not_known(reasons)}",
        spot.held_through,
        _missing(client, group, spot),
        reasons,
    )


def _best(spots: list[_Spot]) -> _Spot:
    """Return the division that lacks the fewest clauses: it needs the smallest fix."""
    return min(spots, key=lambda spot: len(spot.lacking))


def _look(division: Division, grants: list[Grant], clauses: Iterable[Clause]) -> _Spot:
    found, lacking = [], []
    for clause in clauses:
        for grant in grants:
            permission = grants_outright(grant.role, clause)
            if permission is not None:
                found.append((clause, grant, permission))
                break
        else:
            lacking.append(clause)
    return _Spot(division, tuple(found), tuple(lacking))


def _why_maybe(
    client: Client, grants: list[Grant], clause: Clause, wanted: str
) -> tuple[Unknown, ...] | None:
    """Return why the clause may be met in a division.

    Empty if it is certainly met; None if it certainly is not.
    """
    outright = [grant.division for grant in grants if grants_outright(grant.role, clause)]
    if outright:
        floating = [division for division in outright if isinstance(division, Unknown)]
        if len(floating) == len(outright):
            return tuple(floating)
        if wanted in (ANY, ALL):
            return ()
        names = [division_name(division) for division in outright]
        if any(name in (ALL_DIVISIONS, wanted) for name in names):
            return ()
        own = [d for d in outright if isinstance(d, OwnDivision) and d.id is None]
        return tuple(Unknown(d.label, _AFTER_APPLY) for d in own) or (HOME_ID,)
    doubts = client.grants_unknown
    for grant in grants:
        why = doubts_about(grant.role, clause)
        if why and isinstance(grant.division, Unknown) and wanted != ANY:
            why = (*why, grant.division)
        doubts += why
    return doubts or None


def _wanted_division(group: PermissionGroup) -> Division:
    if group.division == HOME:
        return None
    return ALL_DIVISIONS if group.division == ALL else group.division


def _in_wanted(group: PermissionGroup) -> str:
    return "" if group.division == ANY else f" in {division_phrase(_wanted_division(group))}"


def _elsewhere(client: Client, clause: Clause) -> Grant | None:
    """Return a grant that meets the clause. For a clause that a division lacks, it is elsewhere."""
    return next((grant for grant in client.grants if grants_outright(grant.role, clause)), None)


def _missing(client: Client, group: PermissionGroup, spot: _Spot) -> tuple[Missing, ...]:
    def division(clause: Clause) -> str | None:
        if group.division != ANY:
            return division_name(_wanted_division(group))
        return division_name(spot.division) if _elsewhere(client, clause) else None

    return tuple(Missing("permission", clause, division(clause)) for clause in spot.lacking)


def _granted(spot: _Spot) -> str:
    parts = []
    for clause, grant, permission in spot.found:
        name, through = permission.pattern, ""
        if name not in clause:
            name = next(name for name in clause if permission_covers(permission.pattern, name))
            through = f' through "{permission.pattern}"'
        where = division_phrase(grant.division)
        parts.append(f'{grant.role.label} grants "{name}"{through} in {where}')
    return "; ".join(parts)


def _lacks(client: Client, group: PermissionGroup, spot: _Spot) -> str:
    """Describe what is missing: no role grants it, or only a role in another division does."""
    parts = []
    nowhere = tuple(clause for clause in spot.lacking if _elsewhere(client, clause) is None)
    if nowhere:
        roles = [f"{g.role.label} in {division_phrase(g.division)}" for g in client.grants]
        looked = "it has no roles"
        if roles:
            it = "it" if len(nowhere) == 1 else "them"
            looked = f"none of its roles grants {it}: {joined(roles)}"
        parts.append(f"Lacks {clauses_phrase('permission', nowhere)}{_in_wanted(group)}; {looked}")
    for clause in spot.lacking:
        grant = _elsewhere(client, clause)
        if grant is not None:
            where = _in_wanted(group) or " in the division where it holds the rest"
            parts.append(
                f"Lacks {clauses_phrase('permission', (clause,))}{where}; "
                f"{grant.role.label} grants it in {division_phrase(grant.division)}"
            )
    return "; ".join(parts)


def _fix(client: Client, group: PermissionGroup, spot: _Spot) -> str:
    parts = []
    nowhere = tuple(clause for clause in spot.lacking if _elsewhere(client, clause) is None)
    if nowhere:
        labels = list(dict.fromkeys(grant.role.label for grant in client.grants))
        if labels:
            role = labels[0] if len(labels) == 1 else "a role of the client"
            parts.append(f"Add {names_phrase(nowhere)} to {role}.")
        else:
            parts.append(f"Give the client a role that grants {names_phrase(nowhere)}.")
    needed = spot.division if group.division == ANY else _wanted_division(group)
    elsewhere = [grant for c in spot.lacking if (grant := _elsewhere(client, c)) is not None]
    parts += [
        f"Give the client {label} in {division_phrase(needed)} too."
        for label in dict.fromkeys(grant.role.label for grant in elsewhere)
    ]
    return " ".join(parts)
