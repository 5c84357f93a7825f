"""The access of a client, in a form that can be compared.

A `Holding` is a scope or a permission pattern that the client has, with the reasons for doubt; an
`Opening` is a place where the client may have more than is listed. Only access with an effect
counts: scopes for user grants, roles for CLIENT-CREDENTIALS, nothing for an inactive client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from toolkit.model.changes import ChangeKind
from toolkit.model.clients import (
    ALL_DIVISIONS,
    CLIENT_CREDENTIALS,
    GRANT_TYPES,
    ROLE_TYPE,
    USER_GRANTS,
    Client,
    Division,
    Grant,
    Location,
    OwnDivision,
    Role,
    division_name,
)
from toolkit.model.permissions import LEGACY_ADMIN, permission_covers, scope_covers
from toolkit.model.values import HOLE, Unknown, glob_matches

#: The states in which a client gets no tokens.
_NOT_ACTIVE = ("inactive", "disabled")
_HOME_ID = Unknown(
    "the id of the home division", "the same way of naming the division on both sides"
)
_ADMIN = 'what the legacy permission "admin" opens'


class Holding(Struct, frozen=True):
    """A scope or permission pattern, held for certain if it has no `doubts`.

    `condition` is the condition of its policy; None if there is none.
    """

    kind: ChangeKind
    name: str
    division: Division = None
    doubts: frozenset[Unknown] = frozenset()
    role: str | None = None
    location: Location | None = None
    condition: str | None = None


class Opening(Struct, frozen=True):
    """A reason why there may be more access. Two with the same `key` open the same access.

    A `legacy` opening is only about permissions that predate ``domain:entity:action``. A `kept`
    opening is about permissions of a platform role that the provider leaves unchanged.
    """

    kind: ChangeKind
    key: tuple[str, ...]
    division: Division
    doubts: frozenset[Unknown]
    role: str | None = None
    location: Location | None = None
    legacy: bool = False
    kept: bool = False


class GrantedRole(Struct, frozen=True):
    """A role in a division; `key` is equal for the same role on both sides."""

    key: str
    label: str
    division: Division
    doubts: frozenset[Unknown]
    location: Location | None = None


class Access(Struct, frozen=True):
    """All that a client has, or may have."""

    holdings: tuple[Holding, ...] = ()
    openings: tuple[Opening, ...] = ()
    roles: tuple[GrantedRole, ...] = ()


NONE = Access()


def covers_name(held: Holding, kind: ChangeKind, name: str) -> bool:
    """Whether the holding grants the scope or permission, in any division."""
    if held.kind is not kind:
        return False
    if kind is ChangeKind.SCOPE:
        return scope_covers(held.name, name)
    return held.name == name or ("*" in held.name and permission_covers(held.name, name))


def covers_division(held: Division, wanted: Division) -> bool:
    """Whether access that is held in `held` is certainly held in `wanted`."""
    if held in (ALL_DIVISIONS, wanted):
        return True
    if isinstance(held, Unknown) and isinstance(wanted, Unknown):
        return _same(held) == _same(wanted)
    if isinstance(held, OwnDivision) and isinstance(wanted, OwnDivision):
        return held.address == wanted.address or (held.id is not None and held.id == wanted.id)
    ids = _id(held), _id(wanted)
    return None not in ids and ids[0] == ids[1]


def may_be(held: Division, wanted: Division) -> tuple[Unknown, ...] | None:
    """Return why two divisions may be the same; None if they certainly are not."""
    if covers_division(held, wanted):
        return ()
    if wanted == ALL_DIVISIONS:
        return (held,) if isinstance(held, Unknown) else None
    unknown = tuple(each for each in (held, wanted) if isinstance(each, Unknown))
    if unknown:
        return unknown
    for one, other in ((held, wanted), (wanted, held)):
        if isinstance(one, OwnDivision) and one.id is None and isinstance(other, str):
            return (Unknown(one.label, "a plan, or the state after apply"),)
        # Terraform names the home division by omitting it, so any id may be the home division's.
        if one is None and isinstance(other, str):
            return (_HOME_ID,)
    return None


def _same(reason: Unknown) -> tuple[str, str]:
    """What tells one value that is not known from another."""
    return reason.reference, reason.origin


def _id(division: Division) -> str | None:
    return division.id if isinstance(division, OwnDivision) else _text(division)


def _text(division: Division) -> str | None:
    return division if isinstance(division, str) and division != ALL_DIVISIONS else None


def access_of(client: Client | None, keys: RoleKeys) -> Access:
    """Return what the client has; `NONE` if there is no client."""
    if client is None:
        return NONE
    doubts = frozenset(() if client.existence is None else (client.existence,))
    state = client.attribute("state")
    if isinstance(state, Unknown):
        doubts |= {state}
    elif state in _NOT_ACTIVE:
        return NONE
    as_user, as_credentials = _effects(client.grant_type)
    open_kind = client.grant_type if isinstance(client.grant_type, Unknown) else None
    if as_user and as_credentials and open_kind is not None:
        doubts |= {open_kind}
    parts = [_scopes(client, doubts)] if as_user else []
    if as_credentials:
        parts.append(_roles(client, doubts, keys))
    return Access(
        tuple(held for part in parts for held in part.holdings),
        tuple(opening for part in parts for opening in part.openings),
        tuple(role for part in parts for role in part.roles),
    )


def _effects(grant_type: str | Unknown) -> tuple[bool, bool]:
    """Return whether scopes have an effect, and whether roles have one."""
    if isinstance(grant_type, str):
        return grant_type in USER_GRANTS, grant_type == CLIENT_CREDENTIALS
    if grant_type.template is None:
        return True, True
    pattern = grant_type.template.replace(HOLE, "*")
    possible = [known for known in GRANT_TYPES if glob_matches(pattern, known)]
    return any(p in USER_GRANTS for p in possible), CLIENT_CREDENTIALS in possible


def _scopes(client: Client, doubts: frozenset[Unknown]) -> Access:
    places = client.value_locations
    where = client.where("scopes")
    return Access(
        tuple(
            Holding(
                ChangeKind.SCOPE,
                scope,
                None,
                doubts,
                None,
                places.get(("scopes", scope)) or where,
            )
            for scope in client.scopes.members
        ),
        tuple(
            Opening(ChangeKind.SCOPE, _same(reason), None, doubts | {reason}, None, where)
            for reason in client.scopes.unknown
        ),
    )


def _roles(client: Client, doubts: frozenset[Unknown], keys: RoleKeys) -> Access:
    holdings: list[Holding] = []
    roles: list[GrantedRole] = []
    openings = [
        Opening(
            ChangeKind.PERMISSION,
            _same(reason),
            ALL_DIVISIONS,
            doubts | {reason},
            None,
            client.where("roles"),
        )
        for reason in client.grants_unknown
    ]
    for grant in client.grants:
        key = keys.of(grant.role)
        where = grant.location or client.where("roles")
        roles.append(GrantedRole(key, grant.role.label, grant.division, doubts, where))
        holdings += _permissions(grant, key, doubts)
        openings += _openings(grant, key, doubts, where)
    return Access(tuple(holdings), tuple(openings), tuple(roles))


def _permissions(grant: Grant, key: str, doubts: frozenset[Unknown]) -> Iterator[Holding]:
    role = grant.role
    for permission in role.permissions:
        under = doubts
        if permission.conditional:
            under = doubts | {
                Unknown(
                    f'the condition on "{permission.pattern}" in {key}',
                    "a permission policy without conditions",
                )
            }
        yield Holding(
            ChangeKind.PERMISSION,
            permission.pattern,
            grant.division,
            under,
            role.label,
            permission.location or role.location or grant.location,
            permission.condition if permission.conditional else None,
        )


def _openings(
    grant: Grant, key: str, doubts: frozenset[Unknown], where: Location | None
) -> Iterator[Opening]:
    role = grant.role
    reasons = tuple(each.untemplated for each in role.unknown)
    if role.origin == "undefined" and not reasons:
        reasons = (Unknown(role.label, "`roles:` in the policy, or a live read of the org"),)
    if any(p.pattern == LEGACY_ADMIN for p in role.permissions):
        reasons += (Unknown(f"{_ADMIN} in {key}", "a role that names its permissions"),)
    if role.legacy is not None:
        yield Opening(
            ChangeKind.PERMISSION,
            ("legacy", key),
            grant.division,
            doubts | {role.legacy},
            role.label,
            where,
            legacy=True,
        )
    if reasons:
        # A role that is defined elsewhere grants the same on both sides.
        defined = role.origin == "resource"
        parts = sorted(" ".join(_same(reason)) for reason in reasons) if defined else []
        yield Opening(
            ChangeKind.PERMISSION,
            (key, *parts),
            grant.division,
            doubts | {*reasons},
            role.label,
            where,
            kept=role.adopts and {reason.reference for reason in reasons} <= _unsent_of(role),
        )


def _unsent_of(role: Role) -> set[str]:
    """Return the references of the lists that the provider does not send when they are empty."""
    return {f"{role.address}.permissions", f"{role.address}.permission_policies"}


def _is_looked_up(role: Role) -> bool:
    return f"data.{ROLE_TYPE}." in (role.address or "")


class RoleKeys:
    """Keys for roles that are equal on both sides of a comparison.

    `moved` maps the address of a role on the earlier side to its address on the later side.
    """

    def __init__(self, later: Iterable[Role], moved: dict[str, str] | None = None) -> None:
        self._moved = moved or {}
        self._addresses: set[str] = set()
        self._ids: dict[str, str] = {}
        self._names: dict[str, str | None] = {}
        self._known: dict[int, tuple[Role, str]] = {}
        looked_up: list[Role] = []
        for role in later:
            if _is_looked_up(role):
                looked_up.append(role)
                continue
            key = role.address or role.id
            if key is None:
                continue
            if role.address is not None:
                self._addresses.add(role.address)
            if role.id is not None:
                self._ids[role.id] = key
            if isinstance(role.name, str):
                # If several roles have the same name, the name identifies none of them.
                self._names[role.name] = None if role.name in self._names else key
        for role in looked_up:
            if role.id is not None:
                self._ids.setdefault(role.id, self._find_looked_up(role))

    def of(self, role: Role) -> str:
        """Return the role's key; roles with equal keys are the same."""
        # Keyed by identity: many clients share one role.
        found = self._known.get(id(role))
        if found is None:
            found = self._known[id(role)] = role, self._find(role)
        return found[1]

    def _find(self, role: Role) -> str:
        if _is_looked_up(role):
            return self._find_looked_up(role)
        address = self._moved.get(role.address or "", role.address)
        if address is not None and address in self._addresses:
            return address
        if role.id is not None and role.id in self._ids:
            return self._ids[role.id]
        by_name = self._names.get(role.name) if isinstance(role.name, str) else None
        if by_name is not None and (address is None or not self._addresses):
            return by_name
        reasons = ", ".join(" ".join(_same(reason)) for reason in role.unknown)
        return address or role.id or reasons or division_name(None)

    def _find_looked_up(self, role: Role) -> str:
        """Return the key of a looked-up role; a data source with another name finds another
        role.
        """
        if role.id is not None and role.id in self._ids:
            return self._ids[role.id]
        if isinstance(role.name, str):
            return self._names.get(role.name) or f'the role named "{role.name}"'
        if isinstance(role.name, Unknown):
            return " ".join([role.label, *_same(role.name)])
        return role.id or role.label
