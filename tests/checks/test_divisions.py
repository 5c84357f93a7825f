from __future__ import annotations

import pytest

from tests.judging.build import CC, DIVISION, ROLES, client, grant, required, requiring, unknown
from toolkit.judging.effective_permissions import HOME_ID
from toolkit.model.clients import Division, Grant
from toolkit.model.findings import Missing, Verdict

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
P = "d:e:read"
Q = "d:e:write"
OTHER = unknown("var.other_division")


@pytest.mark.parametrize(
    ("held_in", "any_", "home", "all_", "named_x"),
    [
        (None, PASS, PASS, FAIL, UNKNOWN),  # The home division may be X.
        ("*", PASS, PASS, PASS, PASS),
        ("X", PASS, UNKNOWN, FAIL, PASS),
        ("Y", PASS, UNKNOWN, FAIL, FAIL),
        (DIVISION, PASS, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_one_permission(
    held_in: Division, any_: Verdict, home: Verdict, all_: Verdict, named_x: Verdict
) -> None:
    one = client(CC, grants=(grant(P, division=held_in),))
    wanted = {"any": any_, "home": home, "all": all_, "*": all_, "X": named_x}
    found = {
        division: required(one, requiring(permissions=[P], division=division)).verdict
        for division in wanted
    }
    assert found == wanted


@pytest.mark.parametrize(
    ("p_in", "q_in", "any_", "home", "all_", "named_x"),
    [
        ("X", "X", PASS, UNKNOWN, FAIL, PASS),
        ("X", "Y", FAIL, FAIL, FAIL, FAIL),
        (None, None, PASS, PASS, FAIL, UNKNOWN),
        (None, "X", UNKNOWN, UNKNOWN, FAIL, UNKNOWN),
        (None, "Y", UNKNOWN, UNKNOWN, FAIL, FAIL),
        ("*", "X", PASS, UNKNOWN, FAIL, PASS),
        ("*", None, PASS, PASS, FAIL, UNKNOWN),
        ("*", "*", PASS, PASS, PASS, PASS),
        ("*", DIVISION, PASS, UNKNOWN, UNKNOWN, UNKNOWN),
        ("X", DIVISION, UNKNOWN, UNKNOWN, FAIL, UNKNOWN),
        ("Y", DIVISION, UNKNOWN, UNKNOWN, FAIL, FAIL),
        (None, DIVISION, UNKNOWN, UNKNOWN, FAIL, UNKNOWN),
        (DIVISION, OTHER, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_two_halves_count_in_one_division_only(
    p_in: Division, q_in: Division, any_: Verdict, home: Verdict, all_: Verdict, named_x: Verdict
) -> None:
    one = client(CC, grants=(grant(P, division=p_in), grant(Q, division=q_in)))
    other = client(CC, grants=tuple(reversed(one.grants)))
    wanted = {"any": any_, "home": home, "all": all_, "X": named_x}
    for either in (one, other):
        found = {
            division: required(either, requiring(permissions=[P, Q], division=division)).verdict
            for division in wanted
        }
        assert found == wanted


def test_one_role_in_a_division_that_is_not_known_holds_both_somewhere() -> None:
    one = client(CC, grants=(grant(P, Q, division=DIVISION),))
    assert required(one, requiring(permissions=[P, Q])).verdict is PASS


def test_groups_may_be_met_in_divisions_of_their_own() -> None:
    one = client(CC, grants=(grant(P, division="X"), grant(Q, division="Y")))
    assert required(one, requiring(permissions=[P], any_permission=[Q])).verdict is PASS


def test_the_home_division_is_at_most_one_of_the_named_ones() -> None:
    grants = (grant(P, division="X"), grant(Q, division="Y"), grant("d:e:x", division=None))
    one = client(CC, grants=grants)
    assert required(one, requiring(permissions=[P, Q, "d:e:x"])).verdict is FAIL
    assert required(one, requiring(permissions=[P, "d:e:x"])).verdict is UNKNOWN


def test_more_roles_than_are_known_could_close_any_gap() -> None:
    one = client(CC, grants=(grant(P, division="X"),), grants_unknown=(ROLES,))
    for division in ("any", "home", "all", "Z"):
        outcome = required(one, requiring(permissions=[P, Q], division=division))
        assert outcome.verdict is UNKNOWN
        assert ROLES in outcome.reasons


def test_a_role_that_may_hold_more_does_so_where_it_is_granted_only() -> None:
    open_role = grant(division="Y", unknown=(ROLES,))
    one = client(CC, grants=(grant(P, division="X"), open_role))
    assert required(one, requiring(permissions=[P, Q], division="X")).verdict is FAIL
    assert required(one, requiring(permissions=[P, Q], division="Y")).verdict is UNKNOWN
    assert required(one, requiring(permissions=[P, Q])).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("grants", "division", "reasons"),
    [
        ((grant(P, division=None), grant(Q, division="X")), "any", (HOME_ID,)),
        ((grant(P, Q, division="X"),), "home", (HOME_ID,)),
        ((grant(P, Q, division=None),), "X", (HOME_ID,)),
        ((grant(P, division="X"), grant(Q, division=DIVISION)), "any", (DIVISION,)),
        ((grant(P, Q, division=DIVISION),), "all", (DIVISION,)),
        ((grant(P, division="X"), grant(unknown=(ROLES,))), "home", (HOME_ID, ROLES)),
        ((grant(P), grant(unknown=(ROLES,), division=DIVISION)), "home", (ROLES, DIVISION)),
    ],
)
def test_the_reason_is_the_division_that_is_not_known(
    grants: tuple[Grant, ...], division: str, reasons: object
) -> None:
    one = client(CC, grants=grants)
    assert required(one, requiring(permissions=[P, Q], division=division)).reasons == reasons


def test_halves_apart_are_told_with_their_divisions() -> None:
    one = client(CC, grants=(grant(P, name="a", division="X"), grant(Q, name="b", division="Y")))
    outcome = required(one, requiring(permissions=[P, Q]))
    assert outcome.missing == (Missing("permission", (Q,), "X"),)
    assert outcome.message == (
        'Lacks the permission "d:e:write" in the division where it holds the rest; '
        "genesyscloud_auth_role.b grants it in division Y."
    )
    assert outcome.fix == "Give the client genesyscloud_auth_role.b in division X too."


def test_the_wrong_division_is_told_with_the_right_one() -> None:
    one = client(CC, grants=(grant(P, division=None),))
    outcome = required(one, requiring(permissions=[P], division="all"))
    assert outcome.missing == (Missing("permission", (P,), "*"),)
    assert outcome.message == (
        'Lacks the permission "d:e:read" in all divisions; '
        "genesyscloud_auth_role.r grants it in the home division."
    )
    assert outcome.fix == "Give the client genesyscloud_auth_role.r in all divisions too."
