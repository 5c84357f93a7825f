"""An oracle: complete the unknowns in every way, judge each by brute force, and compare.

A pass must pass in all completions, and a failure must fail in all; if they differ, the verdict is
unknown. The oracle shares no code with the checks: it works on plain sets of permissions per
division.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.judging.build import (
    CC,
    GRANT_TYPE,
    NAME,
    ROLES,
    SCOPES,
    about,
    client,
    forbidden,
    required,
    requiring,
    rule,
    run,
    unknown,
)
from toolkit.model.clients import Client, Division, Grant, OwnDivision, Role, RolePermission
from toolkit.model.findings import Verdict
from toolkit.model.values import Unknown

# A world small enough to enumerate. No grant is in FRESH: what holds there holds everywhere.
PERMISSIONS = ("d:e:read", "d:e:write", "x:e:read")
PATTERNS = (*PERMISSIONS, "d:e:*", "*:e:read", "*:*:*", "admin")
SCOPE_NAMES = ("a", "a:readonly", "b")
DIVISIONS = ("H", "X", "Y", "Z")
FRESH = "FRESH"

Held = frozenset[str]
#: What is held in which division; ``*`` means all divisions.
World = tuple[str, tuple[tuple[str, Held], ...]]


def expand(pattern: str) -> Held:
    if ":" not in pattern:
        return frozenset([pattern])
    text = ":".join("[a-z]+" if part == "*" else part for part in pattern.split(":"))
    return frozenset(name for name in PERMISSIONS if re.fullmatch(text, name))


def subsets(names: Sequence[str]) -> list[Held]:
    sizes = range(len(names) + 1)
    return [frozenset(some) for size in sizes for some in itertools.combinations(names, size)]


def role_completions(role: Role) -> set[Held]:
    """Return every set of permissions that the role may hold."""
    certain = [p.pattern for p in role.permissions if not p.conditional]
    maybe = [p.pattern for p in role.permissions if p.conditional]
    found = set()
    for extra in subsets(maybe):
        patterns = [*certain, *extra]
        held = frozenset[str]().union(*map(expand, patterns))
        opens = role.unknown or role.origin == "undefined" or "admin" in patterns
        found |= {held | more for more in (subsets(PERMISSIONS) if opens else [frozenset[str]()])}
    return found


def worlds(one: Client) -> Iterator[World]:
    extra: list[tuple[tuple[str, Held], ...]] = [()]
    if one.grants_unknown:
        extra += [
            ((division, held),)
            for division in (*DIVISIONS, "*")
            for held in subsets(PERMISSIONS)
            if held
        ]
    for home in DIVISIONS:
        options = []
        for grant in one.grants:
            where: Sequence[str]
            if isinstance(grant.division, Unknown):
                where = (*DIVISIONS, "*")
            elif isinstance(grant.division, OwnDivision):
                where = (grant.division.label,)
            else:
                where = (grant.division or home,)
            options.append([(d, held) for d in where for held in role_completions(grant.role)])
        for chosen in itertools.product(*options):
            for more in extra:
                yield home, (*chosen, *more)


def held_in(world: World, division: str) -> Held:
    return frozenset[str]().union(*(held for d, held in world[1] if d in (division, "*")))


@dataclass(frozen=True)
class Wanted:
    """A require rule as plain lists."""

    scopes: tuple[str, ...] = ()
    any_scope: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    any_permission: tuple[str, ...] = ()
    division: str = "any"

    def by_permissions(self, world: World) -> bool:
        named = {"home": [world[0]], "all": [FRESH], "any": list(DIVISIONS)}
        spots = [held_in(world, d) for d in named.get(self.division, [self.division])]
        return any(set(self.permissions) <= spot for spot in spots) and (
            not self.any_permission or any(set(self.any_permission) & spot for spot in spots)
        )

    def by_scopes(self, scopes: Held) -> bool:
        held = scopes | {f"{scope}:readonly" for scope in scopes}
        return set(self.scopes) <= held and (not self.any_scope or bool(set(self.any_scope) & held))


def scope_completions(one: Client) -> list[Held]:
    certain = frozenset(one.scopes.members)
    more = subsets(SCOPE_NAMES) if one.scopes.unknown else [frozenset[str]()]
    return [certain | extra for extra in more]


def kinds(one: Client) -> Sequence[str]:
    return ("CODE", CC) if isinstance(one.grant_type, Unknown) else (one.grant_type,)


def all_verdicts(answers: Iterator[bool]) -> set[Verdict]:
    """Return the distinct verdicts; stop as soon as both were seen."""
    seen: set[Verdict] = set()
    for answer in answers:
        seen.add(Verdict.PASS if answer else Verdict.FAIL)
        if len(seen) == 2:
            break
    return seen


def require_verdicts(one: Client, wanted: Wanted) -> set[Verdict]:
    found: set[Verdict] = set()
    for kind in kinds(one):
        if kind == CC and (wanted.permissions or wanted.any_permission):
            found |= all_verdicts(wanted.by_permissions(world) for world in worlds(one))
        elif kind != CC and (wanted.scopes or wanted.any_scope):
            found |= all_verdicts(wanted.by_scopes(held) for held in scope_completions(one))
        else:
            found.add(Verdict.UNKNOWN)
    return found


def forbid_verdicts(one: Client, scopes: Sequence[str], permissions: Sequence[str]) -> set[Verdict]:
    bad = frozenset[str]().union(*map(expand, permissions)) if permissions else frozenset[str]()
    globs = [re.compile(".*".join(map(re.escape, glob.split("*")))) for glob in scopes]

    def scope_ok(held: Held) -> bool:
        included = held | {f"{s}:readonly" for s in held if not s.endswith(":readonly")}
        return not any(glob.fullmatch(scope) for glob in globs for scope in included)

    def permissions_ok(world: World) -> bool:
        return not any(bad & held for _, held in world[1])

    found: set[Verdict] = set()
    for kind in kinds(one):
        if kind == CC and permissions:
            found |= all_verdicts(permissions_ok(world) for world in worlds(one))
        elif kind != CC and scopes:
            found |= all_verdicts(scope_ok(held) for held in scope_completions(one))
        else:
            found.add(Verdict.NOT_APPLICABLE)
    return found


def agrees(verdict: Verdict, completions: set[Verdict]) -> None:
    if verdict is not Verdict.UNKNOWN:
        assert completions == {verdict}


# ---------------------------------------------------------------------------------------------

held_permissions = st.builds(RolePermission, st.sampled_from(PATTERNS), st.booleans())
plain_permissions = st.builds(RolePermission, st.sampled_from(PATTERNS[:-1]))
named_divisions: st.SearchStrategy[Division] = st.sampled_from([None, "X", "Y", "*"])
any_division: st.SearchStrategy[Division] = st.one_of(
    named_divisions, st.sampled_from([unknown("var.one"), unknown("var.two")])
)
open_roles = st.builds(
    Role,
    st.sampled_from(["resource", "undefined"]),
    permissions=st.lists(held_permissions, max_size=2).map(tuple),
    unknown=st.sampled_from([(), (), (unknown("data.role"),)]),
)
plain_roles = st.builds(
    Role, st.just("resource"), permissions=st.lists(plain_permissions, max_size=2).map(tuple)
)
open_grants = st.builds(Grant, st.one_of(plain_roles, open_roles), any_division)
plain_grants = st.builds(Grant, plain_roles, named_divisions)
scope_lists = st.lists(st.sampled_from(SCOPE_NAMES), max_size=2, unique=True)
some_scopes = scope_lists.map(tuple)
some_permissions = st.lists(st.sampled_from(PERMISSIONS), max_size=2, unique=True).map(tuple)

open_clients = st.builds(
    client,
    st.sampled_from(["CODE", CC, CC, GRANT_TYPE]),
    scopes=scope_lists,
    scopes_unknown=st.sampled_from([(), (SCOPES,)]),
    grants=st.tuples(st.lists(open_grants, max_size=2), st.lists(plain_grants, max_size=1)).map(
        lambda both: (*both[0], *both[1])
    ),
    grants_unknown=st.sampled_from([(), (), (ROLES,)]),
)
known_clients = st.builds(
    client,
    st.sampled_from(["CODE", CC]),
    scopes=scope_lists,
    grants=st.lists(plain_grants, max_size=4).map(tuple),
)
requirements = st.builds(
    Wanted,
    some_scopes,
    some_scopes,
    some_permissions,
    some_permissions,
    st.sampled_from(["any", "any", "home", "all", "X", "Z"]),
)
forbidden_scopes = st.lists(st.sampled_from(["a", "a:readonly", "b*", "*:readonly"]), max_size=2)
forbidden_permissions = st.lists(st.sampled_from(PATTERNS[:-1]), max_size=2)

thorough = settings(max_examples=400)


def judged(one: Client, wanted: Wanted) -> Any:
    return required(
        one,
        requiring(
            scopes=wanted.scopes,
            any_scope=wanted.any_scope,
            permissions=wanted.permissions,
            any_permission=wanted.any_permission,
            division=wanted.division,
        ),
    )


@thorough
@given(open_clients, requirements)
def test_require_is_sound(one: Client, wanted: Wanted) -> None:
    outcome = judged(one, wanted)
    agrees(outcome.verdict, require_verdicts(one, wanted))
    # An unknown without a reason would be useless.
    assert bool(outcome.reasons) is (outcome.verdict is Verdict.UNKNOWN)
    assert bool(outcome.missing) >= (outcome.verdict is Verdict.FAIL)


@thorough
@given(open_clients, forbidden_scopes, forbidden_permissions)
def test_forbid_is_sound(one: Client, scopes: list[str], permissions: list[str]) -> None:
    outcome = forbidden(one, scopes=scopes, permissions=permissions)
    agrees(outcome.verdict, forbid_verdicts(one, scopes, permissions))
    assert bool(outcome.reasons) is (outcome.verdict is Verdict.UNKNOWN)
    assert bool(outcome.forbidden) >= (outcome.verdict is Verdict.FAIL)


@thorough
@given(known_clients, requirements)
def test_require_decides_whatever_can_be_decided(one: Client, wanted: Wanted) -> None:
    """If only the home division's id is unknown, nothing is unknown without need."""
    # Two groups are judged separately, so needing two different home divisions is not detected.
    assume(wanted.division != "home" or not (wanted.permissions and wanted.any_permission))
    completions = require_verdicts(one, wanted)
    verdict = judged(one, wanted).verdict
    if len(completions) == 1:
        assert {verdict} == completions
    else:
        assert verdict is Verdict.UNKNOWN


@thorough
@given(open_clients, forbidden_scopes, forbidden_permissions)
def test_forbid_decides_whatever_can_be_decided(
    one: Client, scopes: list[str], permissions: list[str]
) -> None:
    completions = forbid_verdicts(one, scopes, permissions)
    verdict = forbidden(one, scopes=scopes, permissions=permissions).verdict
    # Fail in one completion and not applicable in another gives unknown.
    assert {verdict} == (completions if len(completions) == 1 else {Verdict.UNKNOWN})


@thorough
@given(open_clients, requirements)
def test_an_open_selector_decides_only_a_pass(one: Client, wanted: Wanted) -> None:
    maybe = client(
        one.grant_type,
        scopes=one.scopes.members,
        scopes_unknown=one.scopes.unknown,
        grants=one.grants,
        grants_unknown=one.grants_unknown,
        name=NAME,
    )
    require = requiring(scopes=wanted.scopes, permissions=wanted.permissions)
    (result,) = run([maybe], rule(require=require, clients=about(name=["recorder"])))
    (about_all,) = run([maybe], rule(require=require))
    if about_all.verdict is Verdict.PASS:
        assert result.verdict is Verdict.PASS
        return
    assert result.verdict is Verdict.UNKNOWN
    assert NAME in result.reasons
