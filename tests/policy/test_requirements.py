"""The needs of operations, in the normal form of a rule."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.contracts.contract import Operation, PermissionMode, Permissions
from toolkit.contracts.reader import load_contract
from toolkit.policy.document import Permissions as Wanted
from toolkit.policy.document import Require, Scopes
from toolkit.policy.requirements import Needs, PermissionGroup, needs_of

Alternatives = tuple[tuple[str, ...], ...]


def needs(
    scopes: Alternatives | None = ((),),
    permissions: Permissions | None = Permissions(PermissionMode.NONE),  # noqa: B008
    division: str = "any",
) -> Needs:
    operation = Operation("op", "GET", "/", scopes=scopes, permissions=permissions)
    wanted = Require(operations=("op",), permissions=Wanted(division=division))
    return needs_of(wanted, {"op": operation})


def test_the_start_call_needs_what_its_contract_says() -> None:
    contract = load_contract("recording-session")
    operations = {operation.id: operation for operation in contract.operations}
    found = needs_of(Require(operations=("startRecordingSession",)), operations)
    assert found == Needs(
        (("recording:session:write",), ("recordingSession",)),
        (PermissionGroup((("recording:session:write",),)),),
        derived=True,
    )


@pytest.mark.parametrize(
    ("scopes", "clauses"),
    [
        ((), ()),
        (((),), ()),
        ((("a", "b"),), (("a",), ("b",))),
        ((("a",), ("b",)), (("a", "b"),)),
        ((("a", "b"), ("c",)), (("a", "c"), ("b", "c"))),
        ((("a", "b"), ("a",)), (("a",),)),
        ((("a",), ()), ()),
    ],
)
def test_alternatives_become_clauses(
    scopes: Alternatives, clauses: tuple[tuple[str, ...], ...]
) -> None:
    found = needs(scopes).scopes
    assert {frozenset(clause) for clause in found} == {frozenset(clause) for clause in clauses}


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=3).map(tuple), max_size=4))
def test_clauses_are_met_exactly_when_an_alternative_is(
    alternatives: list[tuple[str, ...]],
) -> None:
    clauses = needs(tuple(alternatives)).scopes
    sizes = (combinations("abcd", size) for size in range(5))
    for held in map(set, chain.from_iterable(sizes)):
        one_is_met = not alternatives or any(set(one) <= held for one in alternatives)
        assert one_is_met == all(held & set(clause) for clause in clauses)


@pytest.mark.parametrize(
    ("permissions", "groups"),
    [
        (Permissions(PermissionMode.NONE), ()),
        (
            Permissions(PermissionMode.ALL, ("a:b:c", "d:e:f")),
            (PermissionGroup((("a:b:c",), ("d:e:f",)), "home"),),
        ),
        (
            Permissions(PermissionMode.ANY, ("a:b:c", "d:e:f")),
            (PermissionGroup((("a:b:c", "d:e:f"),), "home"),),
        ),
    ],
)
def test_permissions_of_one_operation_stay_together(
    permissions: Permissions, groups: tuple[PermissionGroup, ...]
) -> None:
    assert needs(permissions=permissions, division="home").permissions == groups


@pytest.mark.parametrize(
    ("scopes", "permissions"),
    list(product([None, (("a",),)], [None, Permissions(PermissionMode.BACKEND)])),
)
def test_what_a_contract_does_not_say_stays_open(
    scopes: Alternatives | None, permissions: Permissions | None
) -> None:
    found = needs(scopes, permissions)
    assert bool(found.open_scopes) == (scopes is None)
    assert found.open_permissions
    assert found.permissions == ()


def test_names_stand_beside_what_operations_need() -> None:
    operation = Operation("op", "GET", "/", scopes=(("a",),))
    wanted = Require(operations=("op",), scopes=Scopes(all_of=("z",), any_of=("x", "y")))
    assert needs_of(wanted, {"op": operation}).scopes == (("z",), ("x", "y"), ("a",))


def test_many_alternatives_of_several_scopes_are_weighed_at_once() -> None:
    # The maximum number of choices in a contract. Comparing each with each took a minute.
    found = needs(tuple((f"{number}a", f"{number}b") for number in range(12)))
    assert len(found.scopes) == 4096
