"""Which rules and clients a run covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.model.clients import Client
from toolkit.model.findings import Result, Verdict
from toolkit.model.values import HOLE
from toolkit.policy.document import Forbid

from .build import (
    ALL_OFF,
    CC,
    COUNT,
    NAME,
    SCOPES,
    about,
    client,
    evaluate,
    inventory,
    policy,
    rule,
    unknown,
)

FAIL, UNKNOWN, PASS = Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS
KIND = "genesyscloud_oauth_client"
A = client(address=f"{KIND}.a", name="recorder")
B = client(address=f"{KIND}.b", name="billing")
OPEN = client(address=f"{KIND}.o", name="open", scopes_unknown=(SCOPES,))


def judged(
    run_filter: RunFilter, *rules: Any, clients: Sequence[Client] = (A, B), checks: Any = ALL_OFF
) -> list[Result]:
    asked = policy(*(rules or (rule(),)), checks=checks)
    return list(evaluate([inventory(*clients)], [asked], run_filter).results)


@pytest.mark.parametrize(
    ("globs", "addresses"),
    [
        (["recorder"], ["a"]),
        (["rec*"], ["a"]),
        (["*"], ["a", "b"]),
        ([f"{KIND}.b"], ["b"]),
        (["*.b"], ["b"]),
        (["recorder", f"{KIND}.b"], ["a", "b"]),
        (["recorder", "typo"], ["a"]),
    ],
)
def test_clients_are_chosen_by_name_or_address(globs: list[str], addresses: list[str]) -> None:
    results = judged(RunFilter(clients=tuple(globs)))
    assert [result.address for result in results] == [f"{KIND}.{name}" for name in addresses]


def test_the_choice_replaces_every_selector_of_a_rule() -> None:
    ruled = rule(clients=about(name=["recorder"], address=["x"], grant_type=[CC]))
    results = judged(RunFilter(clients=("billing",)), ruled)
    assert [(result.address, result.verdict) for result in results] == [(f"{KIND}.b", FAIL)]


@pytest.mark.parametrize(
    ("glob", "name", "verdicts"),
    [
        # It may be the client, so it is judged, but not for certain.
        ("recorder", NAME, [UNKNOWN]),
        ("*", NAME, [FAIL]),
        ("rec*", unknown("x", f"rec{HOLE}"), [FAIL]),
        # A glob that is an address does not match names.
        (f"{KIND}.other", NAME, []),
        (f"{KIND}.c", NAME, [FAIL]),
    ],
)
def test_a_name_that_is_not_known_excludes_nothing(
    glob: str, name: Any, verdicts: list[Verdict]
) -> None:
    results = judged(
        RunFilter(clients=(glob,)), rule(must_match=False), clients=[client(name=name)]
    )
    assert [result.verdict for result in results] == verdicts


def test_an_instance_that_may_exist_may_be_the_one() -> None:
    maybe = client(address=f"{KIND}.m", existence=COUNT)
    for glob, count in ((f"{KIND}.m[0]", 1), (f"{KIND}.m", 1), (f"{KIND}.n[0]", 0)):
        results = judged(RunFilter(clients=(glob,)), rule(must_match=False), clients=[maybe])
        assert [result.verdict for result in results] == [UNKNOWN] * count


def test_built_in_checks_fire_on_the_chosen_clients_only() -> None:
    twins = [client(address=f"{KIND}.{name}", scopes=["s"]) for name in "ab"]
    for run_filter, count in ((EVERYTHING, 2), (RunFilter(clients=(f"{KIND}.a",)), 1)):
        results = judged(run_filter, clients=twins, checks=None)
        # Each duplicates the other, even if the other was not chosen.
        assert [r.rule for r in results if r.kind.value == "built-in"] == ["duplicate-name"] * count


@pytest.mark.parametrize(
    ("must_match", "found"), [(None, [UNKNOWN]), (True, [UNKNOWN]), (False, [])]
)
def test_who_names_a_client_expects_it_to_be_there(
    must_match: bool | None, found: list[Verdict]
) -> None:
    forbidding = rule(forbid=Forbid(scopes=("x",)), must_match=must_match)
    results = judged(RunFilter(clients=("typo", "other")), forbidding)
    assert [result.verdict for result in results] == found
    for result in results:
        assert result.address is None
        assert result.message == (
            'No client matches --client ("typo" or "other"). Found 2 clients. '
            'There are: "billing" and "recorder".'
        )
        assert result.reasons[0].decided_by == "a source that has one, or another --client"


def test_the_globs_that_match_nobody() -> None:
    run_filter = RunFilter(clients=("recorder", "typo", f"{KIND}.b", f"{KIND}.x"))
    assert run_filter.unmatched([A, B]) == ["typo", f"{KIND}.x"]
    # The glob may match a client with an unknown name.
    assert run_filter.unmatched([A, B, client(name=NAME)]) == [f"{KIND}.x"]


@pytest.mark.parametrize(
    ("select", "ignore", "asked"),
    [
        ([], [], {"R1", "R2", "client-without-scopes", "duplicate-name"}),
        (["R1"], [], {"R1"}),
        (["R1", "duplicate-name"], [], {"R1", "duplicate-name"}),
        ([], ["R1", "duplicate-name"], {"R2", "client-without-scopes"}),
        (["R1", "R2"], ["R2"], {"R1"}),
    ],
)
def test_select_and_ignore(select: list[str], ignore: list[str], asked: set[str]) -> None:
    run_filter = RunFilter(select=frozenset(select), ignore=frozenset(ignore))
    twins = [client(address=f"{KIND}.{name}") for name in "ab"]
    results = judged(run_filter, rule("R1"), rule("R2"), clients=twins, checks=None)
    assert {result.rule for result in results} == asked


def test_what_is_left_out_leaves_no_unknown_and_no_note() -> None:
    asked = policy(rule("R1"), rule("R2"))
    run_filter = RunFilter(select=frozenset({"R2"}))
    results = evaluate([inventory()], [asked], run_filter).results
    assert [result.rule for result in results] == ["R2"]
    assert evaluate([inventory(OPEN)], [asked], run_filter).notes == ()
    assert evaluate([inventory(OPEN)], [asked]).notes != ()


@pytest.mark.parametrize("own", ["fail", "report"])
@pytest.mark.parametrize("given", [None, "fail", "report"])
@pytest.mark.parametrize("clients", [[OPEN], []])
def test_unknown_overrides_what_rules_say(
    own: str, given: Literal["fail", "report"] | None, clients: list[Client]
) -> None:
    (result,) = judged(RunFilter(unknown=given), rule(unknown=own), clients=clients)
    assert (result.verdict, result.counts) == (UNKNOWN, (given or own) == "fail")


def test_a_violation_counts_whatever_becomes_of_unknowns() -> None:
    assert all(result.counts for result in judged(RunFilter(unknown="report")))
