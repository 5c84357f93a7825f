"""What a case expects, compared with the results."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.model.clients import Client
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.policy.cases import Case
from toolkit.policy.expectations import compare

CLIENTS = (
    Client("c", "x.one", "one", "CODE"),
    Client("c", "x.two", "same", "CODE"),
    Client("c", "x.three", "same", "CODE"),
)


def result(rule: str, address: str | None, verdict: Verdict) -> Result:
    return Result(
        rule, Kind.POLICY, verdict, Severity.ERROR, "c", address, None, None, f"because {rule}"
    )


RESULTS = (
    result("R1", "x.one", Verdict.PASS),
    result("R1", "x.two", Verdict.FAIL),
    result("R1", "x.three", Verdict.FAIL),
    result("R2", None, Verdict.UNKNOWN),
)


def came(**case: Any) -> list[tuple[str | None, str | None, str | None, str | None]]:
    found = compare(Case(name="a", **case), CLIENTS, RESULTS)
    assert all(each.message for each in found)
    return [(each.client, each.rule, each.wanted, each.came) for each in found]


def test_what_is_wanted_and_comes_is_fine() -> None:
    assert came(expect={"one": {"R1": "pass"}, "x.two": {"R1": "fail"}}) == []


def test_another_verdict_fails_with_its_message() -> None:
    assert came(expect={"one": {"R1": "fail"}}) == [("one", "R1", "fail", "pass")]
    (mismatch,) = compare(Case(name="a", expect={"one": {"R1": "fail"}}), CLIENTS, RESULTS)
    assert mismatch.message == "because R1"


def test_a_name_that_several_have_is_about_all_of_them() -> None:
    assert came(expect={"same": {"R1": "fail"}}) == []
    assert len(came(expect={"same": {"R1": "pass"}})) == 2


def test_an_expectation_that_nothing_matches_fails() -> None:
    assert came(expect={"one": {"R9": "pass"}}) == [("one", "R9", "pass", "none")]
    assert came(expect={"on": {"R1": "none"}}) == [("on", None, None, None)]


def test_who_is_meant_is_suggested() -> None:
    (mismatch,) = compare(Case(name="a", expect={"onee": {"R1": "pass"}}), CLIENTS, RESULTS)
    assert 'did you mean "one"?' in mismatch.message
    assert "x.one, x.two, x.three" in mismatch.message


def test_no_result_can_be_wanted() -> None:
    assert came(expect={"one": {"R9": "none"}}) == []
    assert came(expect={"one": {"R1": "none"}}) == [("one", "R1", "none", "pass")]


def test_a_rule_that_matches_no_client() -> None:
    assert came(unmatched=("R2",)) == []
    assert came(unmatched=("R1",)) == [(None, "R1", "unmatched", "none")]


EXACT = {"one": {"R1": "pass"}, "same": {"R1": "fail"}}


@pytest.mark.parametrize(
    ("case", "left"),
    [
        ({"expect": EXACT, "unmatched": ("R2",)}, []),
        ({"expect": EXACT}, [(None, "R2", None, "unmatched")]),
        (
            {"expect": {"same": {"R1": "fail"}}, "unmatched": ("R2",)},
            [("x.one", "R1", None, "pass")],
        ),
    ],
)
def test_an_exact_case_wants_every_result(case: dict[str, Any], left: list[Any]) -> None:
    assert came(exact=True, **case) == left
    assert came(exact=False, **case) == []
