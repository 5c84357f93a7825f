"""The least that meets the needs: enough, and nothing superfluous."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.model.permissions import scope_covers
from toolkit.policy.least_privilege import smallest

SCOPES = [f"{name}{suffix}" for name in "abc" for suffix in ("", ":readonly")]
CLAUSES = st.lists(
    st.lists(st.sampled_from(SCOPES), min_size=1, max_size=4, unique=True).map(tuple), max_size=8
)


def breadth(name: str) -> int:
    return 1 if name.endswith(":readonly") else 2


def met(held: set[str], clauses: list[tuple[str, ...]]) -> bool:
    return all(any(scope_covers(h, name) for h in held for name in c) for c in clauses)


@given(CLAUSES)
def test_all_is_met_and_nothing_can_be_taken_away(clauses: list[tuple[str, ...]]) -> None:
    found = set(smallest(clauses, scope_covers, breadth))
    assert met(found, clauses)
    assert not any(met(found - {name}, clauses) for name in found)


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ([], ()),
        ([("a",)], ("a",)),
        ([("a", "a:readonly")], ("a:readonly",)),
        # A name that is needed anyway is used even if a lesser one would be enough.
        ([("a", "a:readonly"), ("a",)], ("a",)),
        ([("a", "a:readonly"), ("a:readonly", "b:readonly")], ("a:readonly",)),
        ([("b", "a"), ("c", "a")], ("a",)),
        ([("b", "a")], ("a",)),
        ([("b",), ("c",), ("b", "a"), ("c", "a")], ("b", "c")),
        # Two read-only names win over one name that meets both.
        ([("a", "b:readonly"), ("a", "c:readonly")], ("b:readonly", "c:readonly")),
        ([("a", "b:readonly"), ("a", "c:readonly"), ("a",)], ("a",)),
    ],
)
def test_choices(clauses: list[tuple[str, ...]], found: tuple[str, ...]) -> None:
    assert smallest(clauses, scope_covers, breadth) == found
    assert smallest(clauses[::-1], scope_covers, breadth) == found


def opened(names: tuple[str, ...], breadths: dict[str, int]) -> tuple[int, int, int]:
    writing = sum(breadths[name] for name in names if not name.endswith(":readonly"))
    return writing, sum(breadths[name] for name in names), len(names)


@given(CLAUSES, st.lists(st.integers(1, 5), min_size=len(SCOPES), max_size=len(SCOPES)))
def test_no_other_set_that_meets_all_opens_less(
    clauses: list[tuple[str, ...]], sizes: list[int]
) -> None:
    breadths = dict(zip(SCOPES, sizes, strict=True))
    every = (chosen for n in range(len(SCOPES) + 1) for chosen in combinations(SCOPES, n))
    least = min(opened(chosen, breadths) for chosen in every if met(set(chosen), clauses))
    found = smallest(clauses, scope_covers, breadths.__getitem__)
    assert opened(found, breadths) == least


def test_a_name_of_which_the_catalog_knows_nothing_is_preferred_for_reading_too() -> None:
    assert smallest([("a", "a:readonly")], scope_covers, lambda _: 0) == ("a:readonly",)


def test_much_that_is_needed_takes_no_longer_than_it_has_to() -> None:
    clauses: list[tuple[str, ...]] = [(f"s{number}",) for number in range(500)]
    clauses += [(f"s{number}", f"t{number}") for number in range(500)]
    assert len(smallest(clauses, scope_covers, breadth)) == 500
