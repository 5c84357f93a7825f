"""Which findings a baseline covers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from toolkit.judging.baseline import Entry, compare, entries_of
from toolkit.model.findings import (
    Held,
    Kind,
    Missing,
    Result,
    SettingOutcome,
    Severity,
    Verdict,
)
from toolkit.model.values import Unknown

FAIL, UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN


def finding(*scopes: str, verdict: Verdict = FAIL, **more: Any) -> Result:
    missing = tuple(Missing("scope", (scope,)) for scope in scopes)
    plain = Result(
        "R1", Kind.POLICY, verdict, Severity.ERROR, "tf", "x.c", "c", "CODE", "m", missing=missing
    )
    return replace(plain, **more)


ALL = finding(
    missing=(Missing("scope", ("a", "b")), Missing("permission", ("p",), "home")),
    forbidden=(
        Held("permission", "r:*:*", "r:r:delete", "x.role", "*"),
        Held("scope", "users", "users"),
    ),
    reasons=(Unknown("var.b", "a plan"), Unknown("var.a", "a plan")),
    setting=SettingOutcome("state", "active", "inactive"),
)


def test_an_entry_says_what_a_person_wants_to_read() -> None:
    assert entries_of([ALL]) == (
        Entry(
            root="tf",
            rule="R1",
            address="x.c",
            verdict="fail",
            missing=("permission p, division home", "scope a or b"),
            forbidden=(
                "permission r:*:*, forbidden as r:r:delete, through x.role, division *",
                "scope users",
            ),
            unknown=("var.a", "var.b"),
            setting=("state is inactive",),
        ),
    )


def test_only_failures_and_unknowns_are_written_down() -> None:
    results = [finding(verdict=verdict, address=verdict.value) for verdict in Verdict]
    assert [entry.address for entry in entries_of(results)] == ["fail", "unknown"]


def test_entries_are_sorted_and_one_for_a_rule_and_client() -> None:
    results = [
        finding("b", rule="R2"),
        finding("b"),
        finding("a"),
        finding(root="a", address="z"),
        finding(root=None, address=None, verdict=UNKNOWN),
    ]
    entries = entries_of(results)
    assert entries == entries_of(results[::-1])
    assert [(e.root, e.address, e.rule, e.missing) for e in entries] == [
        (None, None, "R1", ()),
        ("a", "z", "R1", ()),
        ("tf", "x.c", "R1", ("scope a", "scope b")),
        ("tf", "x.c", "R2", ("scope b",)),
    ]


@pytest.mark.parametrize(
    ("now", "is_new"),
    [
        (ALL, False),
        (finding(), False),
        (replace(ALL, message="else", location=None, severity=Severity.NOTE, fix="x"), False),
        (finding(missing=ALL.missing[:1]), False),
        (finding(missing=(*ALL.missing, Missing("scope", ("c",)))), True),
        (finding(missing=(Missing("scope", ("a",)),)), True),
        (finding(missing=(Missing("permission", ("p",), "any"),)), True),
        (finding(forbidden=(Held("scope", "x", "x"),)), True),
        (finding(forbidden=(replace(ALL.forbidden[0], role="x.other"),)), True),
        (finding(reasons=(Unknown("var.c", "a plan"),)), True),
        (finding(reasons=(Unknown("var.a", "something else"),)), False),
        (finding(setting=SettingOutcome("state", "other", "inactive")), False),
        (finding(setting=SettingOutcome("state", "active", "asleep")), True),
        (replace(ALL, root="other"), True),
        (replace(ALL, address="x.d"), True),
        (replace(ALL, rule="R2"), True),
        # A violation is more than an unknown, and a decided verdict should stay decided.
        (replace(ALL, verdict=UNKNOWN), True),
    ],
)
def test_what_says_no_more_than_was_known_is_known(now: Result, is_new: bool) -> None:
    compared = compare([now], entries_of([ALL]))
    assert compared.new == ((now,) if is_new else ())
    assert compared.known == (() if is_new else (now,))


def test_an_unknown_that_turned_into_a_violation_is_new() -> None:
    known = entries_of([finding("a", verdict=UNKNOWN)])
    assert compare([finding("a")], known).new == (finding("a"),)


def test_what_is_no_finding_stays_in_the_report() -> None:
    for verdict in (Verdict.PASS, Verdict.WAIVED, Verdict.NOT_APPLICABLE):
        result = finding("a", verdict=verdict)
        assert compare([result], entries_of([finding("a")])).new == (result,)


@pytest.mark.parametrize(
    ("before", "now", "gone"),
    [
        ([finding("a")], [finding("a")], 0),
        ([finding("a")], [finding("a", "b")], 0),
        ([finding("a", "b")], [finding("a")], 1),
        ([finding("a")], [], 1),
        ([finding()], [], 1),
        ([finding()], [finding("a")], 0),
        ([finding("a")], [finding("a", verdict=Verdict.WAIVED)], 1),
        ([finding("a")], [finding("a", root="other")], 1),
    ],
)
def test_what_no_longer_occurs_or_not_in_full(
    before: list[Result], now: list[Result], gone: int
) -> None:
    assert len(compare(now, entries_of(before)).gone) == gone


_RESULTS = st.lists(
    st.builds(
        lambda scopes, verdict, address: finding(*scopes, verdict=verdict, address=address),
        st.lists(st.sampled_from("abc"), max_size=3, unique=True),
        st.sampled_from(Verdict),
        st.sampled_from(["x.c", "x.d", None]),
    ),
    max_size=6,
)


@given(before=_RESULTS, now=_RESULTS)
def test_nothing_is_lost_and_a_run_knows_itself(before: list[Result], now: list[Result]) -> None:
    compared = compare(now, entries_of(before))
    assert sorted((*compared.new, *compared.known), key=repr) == sorted(now, key=repr)
    assert all(result.verdict in (FAIL, UNKNOWN) for result in compared.known)
    itself = compare(now, entries_of(now))
    assert not [result for result in itself.new if result.verdict in (FAIL, UNKNOWN)]
    assert itself.gone == ()
