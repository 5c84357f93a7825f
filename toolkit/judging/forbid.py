"""Policy rule `forbid`: a client must not hold certain scopes or permissions.

Only the part of the rule that affects the client is judged. If no part does, the rule is not
applicable.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from toolkit.judging.effective_permissions import condition, open_ends, open_legacy, roles_of
from toolkit.judging.grant_types import judge_by_kind
from toolkit.judging.phrases import not_known, quoted
from toolkit.judging.verdict import Outcome, unique
from toolkit.model.clients import CLIENT_CREDENTIALS, Client, Location, division_name
from toolkit.model.findings import Held, Verdict
from toolkit.model.permissions import permissions_overlap, scope_violates
from toolkit.model.plurals import joined
from toolkit.policy.document import Forbid


def judging(forbid: Forbid) -> Callable[[Client], Outcome]:
    """Return a function that judges whether a client holds nothing forbidden."""
    terms = _Terms(
        forbid.scopes,
        forbid.permissions,
        f"forbidden scope ({quoted(forbid.scopes, 'or')})",
        f"forbidden permission ({quoted(forbid.permissions, 'or')})",
    )
    return lambda client: judge_by_kind(client, terms, _as_user, _as_credentials)


class _Terms(Struct, frozen=True):
    """What is forbidden, and the phrases that name it for every client."""

    scopes: tuple[str, ...]
    permissions: tuple[str, ...]
    any_scope: str
    any_permission: str


def _as_user(client: Client, forbid: _Terms) -> Outcome:
    location = client.where("scopes")
    if not forbid.scopes:
        message = (
            "The rule forbids only permissions, which a user grant gets from the user who logs in."
        )
        return Outcome(Verdict.NOT_APPLICABLE, message, client.location)
    forbidden = tuple(
        Held("scope", held, glob)
        for held in client.scopes.members
        for glob in _forbidden_by(held, forbid.scopes)
    )
    if forbidden:
        scopes = quoted(dict.fromkeys(held.held for held in forbidden))
        return Outcome(
            Verdict.FAIL,
            f"{'; '.join(_tell_scope(held) for held in forbidden)}.",
            location,
            forbidden=forbidden,
            fix=f"Remove {scopes} from scopes.",
        )
    reasons = unique(client.scopes.unknown)
    if reasons:
        message = f"Cannot tell whether it holds a {forbid.any_scope}, since {not_known(reasons)}."
        return Outcome(Verdict.UNKNOWN, message, location, reasons=reasons)
    return Outcome(Verdict.PASS, f"Holds no {forbid.any_scope}.", location)


def _as_credentials(client: Client, forbid: _Terms) -> Outcome:
    if not forbid.permissions:
        message = f"The rule forbids only scopes, which have no effect on {CLIENT_CREDENTIALS}."
        return Outcome(Verdict.NOT_APPLICABLE, message, client.location)
    forbidden: list[Held] = []
    location: Location | None = None
    reasons = list(client.grants_unknown)
    for grant in client.grants:
        role = grant.role
        for permission in role.permissions:
            globs = _overlapping(permission.pattern, forbid.permissions)
            if globs and permission.conditional:
                reasons.append(condition(role, permission))
            elif globs:
                location = location or permission.location or grant.location
                where = division_name(grant.division)
                forbidden += (
                    Held("permission", permission.pattern, glob, role.label, where)
                    for glob in globs
                )
        reasons += (*open_ends(role, forbid.permissions), *open_legacy(role, forbid.permissions))
    location = location or client.where("roles")
    looked_through = roles_of(client)
    if forbidden:
        told = dict.fromkeys(_tell_permission(held) for held in forbidden)
        fixes = dict.fromkeys((held.held, held.role) for held in forbidden)
        return Outcome(
            Verdict.FAIL,
            f"{'; '.join(told)}.",
            location,
            forbidden=tuple(dict.fromkeys(forbidden)),
            fix=f"Remove {joined(f'{_q(held)} from {role}' for held, role in fixes)}, "
            "or give the client another role.",
            looked_through=looked_through,
        )
    if reasons:
        message = (
            f"Cannot tell whether it holds a {forbid.any_permission}, since {not_known(reasons)}."
        )
        return Outcome(
            Verdict.UNKNOWN,
            message,
            location,
            reasons=unique(reasons),
            looked_through=looked_through,
        )
    roles = joined(dict.fromkeys(grant.role.label for grant in client.grants))
    looked = f"; roles checked: {roles}" if roles else ": it has no roles"
    message = f"Holds no {forbid.any_permission}{looked}."
    return Outcome(Verdict.PASS, message, location, looked_through=looked_through)


def _tell_scope(held: Held) -> str:
    if held.held == held.pattern:
        return f'Holds the forbidden scope "{held.held}"'
    return f'Holds the scope "{held.held}", which "{held.pattern}" forbids'


def _tell_permission(held: Held) -> str:
    if held.held == held.pattern:
        return f'{held.role} grants the forbidden permission "{held.held}"'
    return f'{held.role} grants "{held.held}", which "{held.pattern}" forbids'


def _q(name: str) -> str:
    return f'"{name}"'


@lru_cache(maxsize=65536)
def _forbidden_by(held: str, globs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(glob for glob in globs if scope_violates(held, glob))


@lru_cache(maxsize=65536)
def _overlapping(held: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if permissions_overlap(held, pattern))
