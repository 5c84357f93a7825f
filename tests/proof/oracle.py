"""Compute the expected verdicts (DESIGN, sections 3 and 4) on plain sets, without the toolkit's
code.

Anything that an input lacks may have any value. The oracle tries the possible values and answers
yes or no for each; if the answers differ, the verdict is `unknown`. Each rule asks only for more or
only for less of something. For scopes and permissions it is therefore enough to try the least and
the most; for divisions, each one is tried.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = "pass", "fail", "unknown", "not-applicable"
#: The rule does not concern the client.
ABSENT = "absent"
CREDENTIALS = "CLIENT-CREDENTIALS"

DOMAINS = ("recording", "routing", "conversation")
ENTITIES = ("session", "recording", "queue", "call")
ACTIONS = ("view", "write", "delete")
#: Stands for every name that is not written in the input: what holds for it holds for all others.
OTHER = "~"
LEGACY = ("admin", "content_management_user")
EVERY_PERMISSION = frozenset(
    (*itertools.product((*DOMAINS, OTHER), (*ENTITIES, OTHER), (*ACTIONS, OTHER)),)
) | {(name,) for name in LEGACY}

#: A division that no grant names, and all divisions.
FRESH, ALL = "(fresh)", "*"

Permission = tuple[str, ...]


class Hole:
    """A value that the input lacks."""

    def __repr__(self) -> str:
        return "HOLE"


HOLE = Hole()
Scalar = str | int | bool | None | Hole


@dataclass(frozen=True)
class Strings:
    """A set of strings; an `open` set may have any other members."""

    members: frozenset[str] = frozenset()
    open: bool = False


@dataclass(frozen=True)
class Role:
    """Patterns that the role grants, patterns that it may grant, and whether it may grant any
    other.
    """

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    open: bool = False


@dataclass(frozen=True)
class Grant:
    """A granted role; `division` is None for the home division."""

    role: Role
    division: str | Hole | None = None


@dataclass(frozen=True)
class Client:
    """A client as the input describes it. `settings` lacks unset attributes."""

    name: str | Hole
    address: str
    grant_type: str | Hole
    scopes: Strings = Strings()
    grants: tuple[Grant, ...] = ()
    grants_open: bool = False
    settings: Mapping[str, Scalar | Strings] = field(default_factory=dict)
    exists: bool = True


@dataclass(frozen=True)
class Rule:
    """A rule as plain lists; `kind` is ``require``, ``forbid`` or ``settings``.

    `settings` holds attribute, operator and bound.
    """

    id: str
    kind: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    any_scope: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    any_permission: tuple[str, ...] = ()
    division: str = "any"
    operation: str | None = None
    settings: tuple[tuple[str, str, object], ...] = ()


def verdict(client: Client, rule: Rule) -> str:
    """Return the verdict on the client, or `ABSENT` if the rule does not concern it."""
    selected = [
        _chosen(rule.names, client.name),
        _chosen(rule.addresses, client.address),
        _chosen_type(rule.grant_types, client.grant_type),
    ]
    if False in selected:
        return ABSENT
    possible = {"require": _require, "forbid": _forbid, "settings": _settings}[rule.kind]
    found = set(possible(client, rule))
    # A rule that cannot apply to the client is silent, whether or not it selects the client.
    if not client.exists and found != {NOT_APPLICABLE}:
        found.add(UNKNOWN)
    # A client that satisfies the rule passes, whether or not the rule selects it.
    if None in selected and found not in ({NOT_APPLICABLE}, {PASS}):
        found.add(UNKNOWN)
    return found.pop() if len(found) == 1 else UNKNOWN


def _chosen(globs: tuple[str, ...], text: str | Hole) -> bool | None:
    if not globs:
        return True
    if isinstance(text, Hole):
        return True if "*" in globs else None
    return any(like(glob, text) for glob in globs)


def _chosen_type(wanted: tuple[str, ...], grant_type: str | Hole) -> bool | None:
    if not wanted:
        return True
    return None if isinstance(grant_type, Hole) else grant_type in wanted


def like(glob: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, glob.split("*"))), text) is not None


def _kinds(client: Client) -> tuple[bool, ...]:
    """Return whether the client has client credentials: yes, no, or both are possible."""
    if isinstance(client.grant_type, Hole):
        return (True, False)
    return (client.grant_type == CREDENTIALS,)


def _decided(answers: Iterator[bool]) -> Iterator[str]:
    return (PASS if answer else FAIL for answer in answers)


# -- require -----------------------------------------------------------------------------------


def _require(client: Client, rule: Rule) -> Iterator[str]:
    for credentials in _kinds(client):
        if credentials and (rule.permissions or rule.any_permission):
            yield from _decided(_may_do(client, rule))
        elif not credentials and (rule.scopes or rule.any_scope):
            yield from _decided(_scoped(client, rule))
        else:
            yield UNKNOWN


def _scoped(client: Client, rule: Rule) -> Iterator[bool]:
    held = {each for scope in client.scopes.members for each in _included(scope)}
    yield set(rule.scopes) <= held and (not rule.any_scope or bool(set(rule.any_scope) & held))
    if client.scopes.open:
        yield True


def _included(scope: str) -> set[str]:
    return {scope} if scope.endswith(":readonly") else {scope, f"{scope}:readonly"}


def _may_do(client: Client, rule: Rule) -> Iterator[bool]:
    """Yield whether the permissions are held, for every possible case."""
    everything = {_one(name) for name in rule.permissions}
    something = {_one(name) for name in rule.any_permission}
    for most in (False, True):
        for home, where in _divisions(client, rule):
            holdings = [
                (division, _held(grant.role, most))
                for grant, division in zip(client.grants, where, strict=True)
            ]
            if most and client.grants_open:
                holdings.append((ALL, EVERY_PERMISSION))
            named = {home, FRESH, *(division for division, _ in holdings)} - {ALL}
            spots = {"any": named, "home": {home}, "all": {FRESH}}.get(
                rule.division, {rule.division}
            )
            held = [
                set().union(*(p for division, p in holdings if division in (spot, ALL)))
                for spot in spots
            ]
            yield any(everything <= spot for spot in held) and (
                not something or any(something & spot for spot in held)
            )


def _divisions(client: Client, rule: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each possible home division, with the possible divisions of each grant."""
    named = {grant.division for grant in client.grants if isinstance(grant.division, str)}
    if rule.division not in ("any", "home", "all"):
        named.add(rule.division)
    some = sorted(named - {ALL})
    for home in (*some, "(home)"):
        choices = [
            (*some, "(home)", ALL, "(another)")
            if isinstance(grant.division, Hole)
            else (grant.division or home,)
            for grant in client.grants
        ]
        for where in itertools.product(*choices):
            yield home, where


def _one(name: str) -> Permission:
    return tuple(name.split(":"))


def expanded(pattern: str) -> frozenset[Permission]:
    """Return the permissions that a pattern covers."""
    wanted = pattern.split(":")
    return frozenset(
        each
        for each in EVERY_PERMISSION
        if len(each) == len(wanted)
        and all(w in ("*", e) for w, e in zip(wanted, each, strict=True))
    )


def _held(role: Role, most: bool) -> frozenset[Permission]:
    if most and role.open:
        return EVERY_PERMISSION
    patterns = role.sure | role.maybe if most else role.sure
    return frozenset().union(*map(expanded, patterns))


# -- forbid ------------------------------------------------------------------------------------


def _forbid(client: Client, rule: Rule) -> Iterator[str]:
    for credentials in _kinds(client):
        if credentials and rule.permissions:
            bad = frozenset().union(*map(expanded, rule.permissions))
            least = any(_held(grant.role, most=False) & bad for grant in client.grants)
            most = client.grants_open or any(
                _held(grant.role, most=True) & bad for grant in client.grants
            )
            yield from _decided(iter((not least, not most)))
        elif not credentials and rule.scopes:
            held = {each for scope in client.scopes.members for each in _included(scope)}
            found = any(like(glob, scope) for glob in rule.scopes for scope in held)
            yield from _decided(iter((not found, not (found or client.scopes.open))))
        else:
            yield NOT_APPLICABLE


# -- settings ----------------------------------------------------------------------------------

_DEFAULTS: dict[str, Scalar] = {
    "state": "active",
    "access_token_validity_seconds": 86400,
    "expose_client_secret": False,
}


def _settings(client: Client, rule: Rule) -> Iterator[str]:
    answers = [_setting(client, *setting) for setting in rule.settings]
    if False in answers:
        yield FAIL
    else:
        yield UNKNOWN if None in answers else PASS


def _setting(client: Client, name: str, operator: str, bound: object) -> bool | None:
    value = client.settings.get(name)
    if value is None:
        value = _DEFAULTS.get(name)
    if isinstance(value, Hole):
        return None
    if isinstance(value, Strings):
        assert operator == "each_matches"
        if any(not re.search(str(bound), member) for member in value.members):
            return False
        return None if value.open else True
    if operator == "each_matches":
        return value is None or re.search(str(bound), str(value)) is not None
    if value is None:
        return operator == "equals" and bound is None
    match operator:
        case "equals":
            return value == bound
        case "one_of":
            return value in bound  # type: ignore[operator]
        case "at_most":
            return value <= bound  # type: ignore[operator]
        case "at_least":
            return value >= bound  # type: ignore[operator]
        case "matches":
            return re.search(str(bound), str(value)) is not None
    raise AssertionError(operator)
