"""The least that meets what is needed: enough, and nothing of it to spare."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.model.permissions import scope_covers
from toolkit.policy.smallest import smallest

SCOPES = [f"{name}{suffix}" for name in "abc" for suffix in ("", ":readonly")]
CLAUSES = st.lists(
    st.lists(st.sampled_from(SCOPES), min_size=1, max_size=4, unique=True).map(tuple), max_size=8
)


def breadth(name: str) -> int:
    return 1 if name.endswith(":readonly") else 2


def met(held: set[str], clauses: list[tuple[str, ...]]) -> bool:
    return all(any(scope_covers(h, name) for h in held for name in c) for c in clauses)


@settings(deadline=None)
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
        # What is needed anyway will do for what could be had with less.
        ([("a", "a:readonly"), ("a",)], ("a",)),
        ([("a", "a:readonly"), ("a:readonly", "b:readonly")], ("a:readonly",)),
        ([("b", "a"), ("c", "a")], ("a",)),
        ([("b", "a")], ("a",)),
        ([("b",), ("c",), ("b", "a"), ("c", "a")], ("b", "c")),
    ],
)
def test_choices(clauses: list[tuple[str, ...]], found: tuple[str, ...]) -> None:
    assert smallest(clauses, scope_covers, breadth) == found
    assert smallest(clauses[::-1], scope_covers, breadth) == found


def test_much_that_is_needed_takes_no_longer_than_it_has_to() -> None:
    clauses: list[tuple[str, ...]] = [(f"s{number}",) for number in range(500)]
    clauses += [(f"s{number}", f"t{number}") for number in range(500)]
    assert len(smallest(clauses, scope_covers, breadth)) == 500
