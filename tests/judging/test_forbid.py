from __future__ import annotations

import pytest

from toolkit.model.clients import USER_GRANTS, Grant, Location, Role, RolePermission
from toolkit.model.findings import Held, Verdict

from .build import CC, DIVISION, GRANT_TYPE, ROLES, SCOPES, client, forbidden, grant, unknown

PASS, FAIL, UNKNOWN, NA = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.NOT_APPLICABLE,
)
S = {"scopes": ["users*"]}
P = {"permissions": ["recording:*:delete"]}


@pytest.mark.parametrize("grant_type", USER_GRANTS)
@pytest.mark.parametrize(
    ("held", "open_", "what", "verdict"),
    [
        (["a"], False, S, PASS),
        ([], False, S, PASS),
        (["users"], False, S, FAIL),
        (["users"], True, S, FAIL),  # a known match decides, even if the rest is unknown
        (["a"], True, S, UNKNOWN),
        ([], True, S, UNKNOWN),
        # a held scope matches if it, or a scope that it includes, matches
        (["users"], False, {"scopes": ["users:readonly"]}, FAIL),
        (["users:readonly"], False, {"scopes": ["users"]}, PASS),
        (["users:readonly"], False, {"scopes": ["*:readonly"]}, FAIL),
        (["users"], False, {"scopes": ["*:readonly"]}, FAIL),
        (["usersX"], False, {"scopes": ["users"]}, PASS),
        # the part of the rule without effect
        (["users"], False, P, NA),
        (["users"], True, P, NA),
        (["users"], False, {**S, **P}, FAIL),
        (["a"], False, {**S, **P}, PASS),
        (["a"], True, {**S, **P}, UNKNOWN),
    ],
)
def test_user_grants(
    grant_type: str, held: list[str], open_: bool, what: dict[str, list[str]], verdict: Verdict
) -> None:
    one = client(
        grant_type,
        scopes=held,
        scopes_unknown=(SCOPES,) if open_ else (),
        grants=(grant("*:*:*"),),
        grants_unknown=(ROLES,),
    )
    assert forbidden(one, **what).verdict is verdict


@pytest.mark.parametrize(
    ("held", "open_", "what", "verdict"),
    [
        (["recording:recording:view"], False, P, PASS),
        ([], False, P, PASS),
        (["recording:recording:delete"], False, P, FAIL),
        (["recording:recording:delete"], True, P, FAIL),
        (["recording:recording:view"], True, P, UNKNOWN),
        ([], True, P, UNKNOWN),
        # the two patterns overlap, whichever has the *
        (["recording:*:*"], False, {"permissions": ["recording:recording:delete"]}, FAIL),
        (["*:*:delete"], False, {"permissions": ["recording:*:*"]}, FAIL),
        (["*:*:view"], False, P, PASS),
        (["recording:recording"], False, P, PASS),
        # only under a condition
        (["?recording:recording:delete"], False, P, UNKNOWN),
        (["?recording:recording:view"], False, P, PASS),
        (["?recording:recording:delete", "recording:x:delete"], False, P, FAIL),
        # what the legacy permission admin grants is not published
        (["admin"], False, P, UNKNOWN),
        (["?admin"], False, P, UNKNOWN),
        (["admin"], False, {"permissions": ["admin"]}, FAIL),
        # the part of the rule without effect
        (["recording:recording:delete"], False, S, NA),
        ([], True, S, NA),
        (["recording:recording:delete"], False, {**S, **P}, FAIL),
        ([], False, {**S, **P}, PASS),
    ],
)
@pytest.mark.parametrize("why_open", ["roles", "role", "undefined"])
def test_client_credentials(
    held: list[str], open_: bool, what: dict[str, list[str]], verdict: Verdict, why_open: str
) -> None:
    more = {
        "role": grant(unknown=(unknown("data.x"),)),
        "undefined": Grant(Role("undefined", id="an-id")),
    }.get(why_open)
    one = client(
        CC,
        scopes=["users"],
        scopes_unknown=(SCOPES,),
        grants=(grant(*held, division=DIVISION), *((more,) if more and open_ else ())),
        grants_unknown=(ROLES,) if open_ and why_open == "roles" else (),
    )
    assert forbidden(one, **what).verdict is verdict


@pytest.mark.parametrize(
    ("scopes", "permissions", "what", "verdict"),
    [
        (["users"], ["recording:x:delete"], {**S, **P}, FAIL),
        ([], [], {**S, **P}, PASS),
        (["users"], [], {**S, **P}, UNKNOWN),
        # Fail or not applicable, depending on the grant type.
        (["users"], [], S, UNKNOWN),
        ([], [], S, UNKNOWN),
        ([], ["recording:x:delete"], P, UNKNOWN),
    ],
)
def test_an_unknown_grant_type(
    scopes: list[str], permissions: list[str], what: dict[str, list[str]], verdict: Verdict
) -> None:
    one = client(GRANT_TYPE, scopes=scopes, grants=(grant(*permissions),))
    outcome = forbidden(one, **what)
    assert outcome.verdict is verdict
    assert (GRANT_TYPE in outcome.reasons) is (verdict is UNKNOWN)


def test_a_grant_type_that_the_provider_refuses() -> None:
    assert forbidden(client("code", scopes=["users"]), **S).verdict is UNKNOWN


def test_a_forbidden_permission_names_role_policy_and_division() -> None:
    held = RolePermission("recording:*:*", location=Location("roles.tf", 4, 8))
    one = client(
        CC,
        grants=(
            Grant(Role("resource", address="genesyscloud_auth_role.big", permissions=(held,)), "D"),
        ),
    )
    outcome = forbidden(one, **P)
    assert outcome.message == (
        'genesyscloud_auth_role.big grants "recording:*:*", which "recording:*:delete" forbids.'
    )
    assert outcome.forbidden == (
        Held(
            "permission", "recording:*:*", "recording:*:delete", "genesyscloud_auth_role.big", "D"
        ),
    )
    assert outcome.location == Location("roles.tf", 4, 8)
    assert outcome.fix == (
        'Remove "recording:*:*" from genesyscloud_auth_role.big, or give the client another role.'
    )


def test_without_a_line_for_the_permission_the_grant_is_shown() -> None:
    there = Location("main.tf", 9, 11)
    granted = Grant(grant("recording:x:delete").role, location=there)
    assert forbidden(client(CC, grants=(granted,)), **P).location == there
    roles = Location("main.tf", 8, 8)
    one = client(CC, grants=(grant("recording:x:delete"),), locations={"roles": roles})
    assert forbidden(one, **P).location == roles


def test_a_forbidden_scope_is_named_with_its_pattern() -> None:
    outcome = forbidden(client(scopes=["a", "users", "x"]), scopes=["users:readonly", "x"])
    assert outcome.message == (
        'Holds the scope "users", which "users:readonly" forbids; Holds the forbidden scope "x".'
    )
    assert outcome.fix == 'Remove "users" and "x" from scopes.'
    assert [held.held for held in outcome.forbidden] == ["users", "x"]


def test_a_pass_says_what_was_looked_through() -> None:
    one = client(CC, grants=(grant("a:b:c", name="one"), grant(name="two")))
    assert forbidden(one, **P).message == (
        'Holds no forbidden permission ("recording:*:delete"); '
        "roles checked: genesyscloud_auth_role.one and genesyscloud_auth_role.two."
    )


def test_unknowns_are_all_named_once() -> None:
    doubt = unknown("data.genesyscloud_auth_role.x")
    open_role = grant(unknown=(doubt,))
    one = client(CC, grants=(open_role, open_role), grants_unknown=(ROLES,))
    assert forbidden(one, **P).reasons == (ROLES, doubt)
