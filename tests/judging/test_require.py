from __future__ import annotations

from typing import Any

import pytest

from toolkit.model.clients import USER_GRANTS, Location
from toolkit.model.findings import GrantedRole, HeldThrough, Missing, Verdict
from toolkit.model.values import HOLE

from .build import (
    BLOCK,
    CC,
    GRANT_TYPE,
    ROLES,
    SCOPES,
    client,
    grant,
    required,
    requiring,
    unknown,
)

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
P = "d:e:read"
Q = "d:e:write"


@pytest.mark.parametrize("grant_type", USER_GRANTS)
@pytest.mark.parametrize(
    ("held", "open_", "wanted", "verdict"),
    [
        # all_of: missing and all known; missing and not all known; otherwise it passes
        (["a", "b"], False, {"scopes": ["a", "b"]}, PASS),
        (["a"], False, {"scopes": ["a", "b"]}, FAIL),
        (["a"], True, {"scopes": ["a", "b"]}, UNKNOWN),
        (["a", "b"], True, {"scopes": ["a", "b"]}, PASS),
        ([], False, {"scopes": ["a"]}, FAIL),
        ([], True, {"scopes": ["a"]}, UNKNOWN),
        # any_of: one held scope is enough, whatever else is unknown
        (["b"], True, {"any_scope": ["a", "b"]}, PASS),
        (["c"], False, {"any_scope": ["a", "b"]}, FAIL),
        (["c"], True, {"any_scope": ["a", "b"]}, UNKNOWN),
        # both must hold
        (["a"], False, {"scopes": ["a"], "any_scope": ["b", "c"]}, FAIL),
        (["a", "c"], False, {"scopes": ["a"], "any_scope": ["b", "c"]}, PASS),
        # x includes x:readonly, not the reverse
        (["users"], False, {"scopes": ["users:readonly"]}, PASS),
        (["users:readonly"], False, {"scopes": ["users"]}, FAIL),
        (["usersX"], False, {"scopes": ["users"]}, FAIL),
        # permissions are the user's own, so only scopes are judged
        (["a"], False, {"scopes": ["a"], "permissions": [P]}, PASS),
        ([], False, {"scopes": ["a"], "permissions": [P]}, FAIL),
        ([], True, {"scopes": ["a"], "permissions": [P]}, UNKNOWN),
        (["a"], False, {"permissions": [P]}, UNKNOWN),
        (["a"], True, {"any_permission": [P, Q]}, UNKNOWN),
    ],
)
def test_user_grants_are_judged_by_scopes(
    grant_type: str, held: list[str], open_: bool, wanted: dict[str, Any], verdict: Verdict
) -> None:
    # Roles have no effect, so their permissions must not either.
    one = client(
        grant_type,
        scopes=held,
        scopes_unknown=(SCOPES,) if open_ else (),
        grants=(grant(P, Q),),
        grants_unknown=(ROLES,),
    )
    assert required(one, requiring(**wanted)).verdict is verdict


@pytest.mark.parametrize(
    ("held", "open_", "wanted", "verdict"),
    [
        ([P, Q], False, {"permissions": [P, Q]}, PASS),
        ([P], False, {"permissions": [P, Q]}, FAIL),
        ([P], True, {"permissions": [P, Q]}, UNKNOWN),
        ([P, Q], True, {"permissions": [P, Q]}, PASS),
        ([Q], True, {"any_permission": [P, Q]}, PASS),
        ([], False, {"any_permission": [P, Q]}, FAIL),
        ([], True, {"any_permission": [P, Q]}, UNKNOWN),
        # a * in any segment of the held permission
        (["*:e:read"], False, {"permissions": [P]}, PASS),
        (["d:*:read"], False, {"permissions": [P]}, PASS),
        (["d:e:*"], False, {"permissions": [P]}, PASS),
        (["*:*:*"], False, {"permissions": [P, Q]}, PASS),
        (["x:*:*"], False, {"permissions": [P]}, FAIL),
        (["d:*"], False, {"permissions": [P]}, FAIL),
        # conditional: unknown, unless another policy grants it unconditionally
        (["?" + P], False, {"permissions": [P]}, UNKNOWN),
        (["?d:e:*"], False, {"permissions": [P]}, UNKNOWN),
        (["?" + Q], False, {"permissions": [P]}, FAIL),
        (["?" + P, P], False, {"permissions": [P]}, PASS),
        # what the legacy permission admin grants is not published
        (["admin"], False, {"permissions": [P]}, UNKNOWN),
        (["?admin"], False, {"permissions": [P]}, UNKNOWN),
        (["admin", P], False, {"permissions": [P]}, PASS),
        (["content_management_user"], False, {"permissions": [P]}, FAIL),
        (["admin"], False, {"permissions": ["admin"]}, PASS),
        # scopes have no effect
        ([P], False, {"permissions": [P], "scopes": ["a"]}, PASS),
        ([], False, {"permissions": [P], "scopes": ["a"]}, FAIL),
        ([P], False, {"scopes": ["a"]}, UNKNOWN),
        ([P], True, {"any_scope": ["a"]}, UNKNOWN),
    ],
)
@pytest.mark.parametrize("why_open", ["roles", "role", "undefined"])
def test_client_credentials_are_judged_by_permissions(
    held: list[str], open_: bool, wanted: dict[str, Any], verdict: Verdict, why_open: str
) -> None:
    doubt = (unknown("data.genesyscloud_auth_role.x"),)
    more = grant(name="open", unknown=doubt if why_open == "role" else ())
    if why_open == "undefined":
        more = grant(name="open")
        more = type(more)(type(more.role)("undefined", id="an-id"))
    one = client(
        CC,
        scopes=["a"],
        grants=(grant(*held), *((more,) if open_ and why_open != "roles" else ())),
        grants_unknown=(ROLES,) if open_ and why_open == "roles" else (),
    )
    assert required(one, requiring(**wanted)).verdict is verdict


SCOPED: dict[str, Any] = {"scopes": ["a"]}
BOTH: dict[str, Any] = {"scopes": ["a"], "permissions": [P]}


@pytest.mark.parametrize(
    ("scopes", "permissions", "wanted", "verdict"),
    [
        (["a"], [P], BOTH, PASS),
        ([], [], BOTH, FAIL),
        (["a"], [], BOTH, UNKNOWN),
        ([], [P], BOTH, UNKNOWN),
        # Equal verdicts decide, and unknown equals unknown.
        (["a"], [P], SCOPED, UNKNOWN),
        ([], [P], {"permissions": [P]}, UNKNOWN),
    ],
)
def test_an_unknown_grant_type_is_judged_as_each(
    scopes: list[str], permissions: list[str], wanted: dict[str, Any], verdict: Verdict
) -> None:
    one = client(GRANT_TYPE, scopes=scopes, grants=(grant(*permissions),))
    outcome = required(one, requiring(**wanted))
    assert outcome.verdict is verdict
    assert (GRANT_TYPE in outcome.reasons) is (verdict is UNKNOWN)
    if verdict is FAIL:
        assert {missing.kind for missing in outcome.missing} == {"scope", "permission"}


def test_a_template_can_leave_but_one_kind_of_grant() -> None:
    one = client(unknown("var.x", f"SAML2{HOLE}"), scopes=["a"])
    assert required(one, requiring(scopes=["a"], permissions=[P])).verdict is PASS
    other = client(unknown("var.x", f"x{HOLE}"), scopes=["a"])
    assert required(other, requiring(scopes=["a"])).verdict is UNKNOWN


@pytest.mark.parametrize("grant_type", ["code", "", "CLIENT_CREDENTIALS"])
def test_a_grant_type_that_the_provider_refuses_is_not_judged(grant_type: str) -> None:
    there = Location("main.tf", 3, 3)
    one = client(
        grant_type,
        scopes=["a"],
        grants=(grant(P),),
        locations={"authorized_grant_type": there},
    )
    outcome = required(one, requiring(**BOTH))
    assert outcome.verdict is UNKNOWN
    assert outcome.location == there
    assert "CLIENT-CREDENTIALS" in outcome.reasons[0].decided_by


def test_a_rule_that_requires_nothing_passes_nobody() -> None:
    for grant_type in ("CODE", CC):
        assert required(client(grant_type), requiring()).verdict is UNKNOWN


def test_a_user_grant_is_told_which_scopes_are_missing() -> None:
    there = Location("main.tf", 7, 9)
    one = client(scopes=["a"], locations={"scopes": there})
    outcome = required(one, requiring(scopes=["a", "b"], any_scope=["c", "d"], permissions=[P]))
    assert outcome.message == (
        'Lacks the scopes "b" and one of "c" or "d"; '
        'the permission "d:e:read" must come from the user who logs in.'
    )
    assert outcome.fix == 'Add "b" and one of "c" or "d" to the client\'s scopes.'
    assert outcome.missing == (Missing("scope", ("b",)), Missing("scope", ("c", "d")))
    assert outcome.location == there


def test_what_another_lacking_scope_would_meet_is_not_asked_for_again() -> None:
    outcome = required(client(scopes=[]), requiring(scopes=["a"], any_scope=["a", "a:readonly"]))
    assert outcome.message == 'Lacks the scope "a".'
    assert outcome.fix == 'Add "a" to the client\'s scopes.'
    assert outcome.missing == (Missing("scope", ("a",)),)


def test_an_unknown_names_its_reference() -> None:
    outcome = required(client(scopes_unknown=(SCOPES,)), requiring(scopes=["a"]))
    assert outcome.message == (
        'Cannot tell whether it holds the scope "a", since var.scopes is not known.'
    )
    assert outcome.reasons == (SCOPES,)
    assert outcome.missing == (Missing("scope", ("a",)),)
    assert outcome.fix is None


def test_a_pass_names_the_role_and_the_policy_that_grants() -> None:
    there = Location("main.tf", 5, 6)
    one = client(CC, grants=(grant("d:e:*", name="rec"),), locations={"roles": there})
    outcome = required(one, requiring(scopes=["a"], permissions=[P]))
    assert outcome.message == (
        'genesyscloud_auth_role.rec grants "d:e:read" through "d:e:*" in the home division; '
        'the scope "a" would have no effect on CLIENT-CREDENTIALS.'
    )
    assert outcome.held_through == (HeldThrough("genesyscloud_auth_role.rec", "d:e:*", "home"),)
    assert outcome.location == there


def test_a_pass_by_one_of_several_names_the_one_that_is_held() -> None:
    one = client(CC, grants=(grant("x:*:*", division="*"),))
    outcome = required(one, requiring(any_permission=[P, "x:y:z"]))
    assert outcome.message == (
        'genesyscloud_auth_role.r grants "x:y:z" through "x:*:*" in all divisions.'
    )


def test_a_failure_names_the_roles_that_were_looked_through() -> None:
    one = client(CC, grants=(grant(Q, name="one"), grant("x:y:z", name="two", division="D")))
    outcome = required(one, requiring(permissions=[P]))
    assert outcome.message == (
        'Lacks the permission "d:e:read"; none of its roles grants it: '
        "genesyscloud_auth_role.one in the home division and "
        "genesyscloud_auth_role.two in division D."
    )
    assert outcome.fix == 'Add "d:e:read" to a role of the client.'
    assert outcome.missing == (Missing("permission", (P,), None),)


def test_a_client_without_roles_is_told_so() -> None:
    outcome = required(client(CC), requiring(permissions=[P]))
    assert outcome.message == 'Lacks the permission "d:e:read"; it has no roles.'
    assert outcome.fix == 'Give the client a role that grants "d:e:read".'
    assert outcome.location == BLOCK


def test_a_failure_speaks_of_what_is_certainly_missing_only() -> None:
    one = client(CC, grants=(grant("?" + P),))
    outcome = required(one, requiring(permissions=[P, Q]))
    assert outcome.verdict is FAIL
    assert outcome.missing == (Missing("permission", (Q,)),)
    assert outcome.reasons == ()


def test_a_condition_is_a_reason_by_name() -> None:
    outcome = required(client(CC, grants=(grant("?" + P),)), requiring(permissions=[P]))
    assert outcome.message == (
        'Cannot tell whether it holds the permission "d:e:read", since '
        'the condition on "d:e:read" in genesyscloud_auth_role.r is not known.'
    )


def test_the_scopes_that_count_are_told_under_the_clients_names() -> None:
    one = client(scopes=["users", "other", "b"], scopes_unknown=(SCOPES,))
    for wanted in (["users:readonly", "b"], ["users:readonly", "b", "c"]):
        outcome = required(one, requiring(scopes=wanted))
        assert outcome.held_scopes == ("users", "b")
        assert outcome.looked_through == ()


@pytest.mark.parametrize("wanted", [[P], [Q]])
def test_the_roles_that_were_looked_through_are_told(wanted: list[str]) -> None:
    grants = (grant(P, name="one"), grant("x:y:z", name="two", division="*"))
    outcome = required(client(CC, grants=grants), requiring(permissions=wanted))
    assert outcome.looked_through == (
        GrantedRole("genesyscloud_auth_role.one", "home"),
        GrantedRole("genesyscloud_auth_role.two", "*"),
    )
    assert outcome.held_scopes == ()


def test_under_an_open_grant_type_both_are_told() -> None:
    one = client(GRANT_TYPE, scopes=["s"], grants=(grant(P),))
    outcome = required(one, requiring(scopes=["s"], permissions=[P]))
    assert outcome.held_scopes == ("s",)
    assert outcome.looked_through == (GrantedRole("genesyscloud_auth_role.r", "home"),)


@pytest.mark.parametrize(
    ("grant_type", "told"),
    [
        (
            "client_credentials",
            'authorized_grant_type "client_credentials" is not a grant type that the provider '
            'accepts; "CLIENT-CREDENTIALS" was probably meant.',
        ),
        ("x", 'authorized_grant_type "x" is not a grant type that the provider accepts.'),
        ("", "it has no authorized_grant_type, which the provider requires."),
    ],
)
def test_a_grant_type_that_is_none_is_named(grant_type: str, told: str) -> None:
    outcome = required(client(grant_type), requiring(scopes=["a"]))
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.message == f"Cannot be judged: {told}"
