"""Run the cases through the command line.

Each report is compared with the stored lines, and in some cases as a whole; all sentences are in
one file. Independent of stored files, the names of the clients say what the verdict must be (see
`truth`), and plans say which clients exist.
"""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from .case import (
    CASES,
    EXPECTED,
    WITH_SOURCE,
    WORDING,
    Case,
    Judgement,
    Outcome,
    dumped,
    load_cases,
)
from .compact import lines, wording
from .truth import FORBIDS, NEEDS, Claim, claim, clients

ALL = load_cases()
JUDGEMENTS = [judgement for case in ALL for judgement in case.judgements()]
every_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
every_judgement = pytest.mark.parametrize("judgement", JUDGEMENTS, ids=lambda j: j.id)
CLIENT = "genesyscloud_oauth_client"
#: Only a report that shows a sensitive value can contain this text.
HIDDEN = "hidden"


@cache
def outcome(judgement: Judgement) -> Outcome:
    return judgement.run()


@every_judgement
def test_the_report_is_the_expected_one(judgement: Judgement) -> None:
    expected = judgement.case.expected().get(judgement.kind)
    assert expected is not None, "no expectation: run python -m tests.golden.regenerate"
    found = outcome(judgement)
    assert lines(found.report, judgement.case.name) == expected.splitlines()
    assert found.status == found.report["summary"]["exit_code"]
    if judgement.case.recipe.whole:
        assert dumped(found.report) == judgement.whole.read_text(encoding="utf-8")


@every_judgement
def test_no_two_results_share_a_fingerprint(judgement: Judgement) -> None:
    prints = [result["fingerprint"] for result in outcome(judgement).report["results"]]
    assert len(prints) == len(set(prints))


def test_the_wording_is_the_expected_one() -> None:
    said: set[str] = set().union(*(wording(outcome(each).report) for each in JUDGEMENTS))
    assert sorted(said) == WORDING.read_text(encoding="utf-8").splitlines()


@every_judgement
def test_the_verdicts_are_those_that_the_names_promise(judgement: Judgement) -> None:
    wrong, open_ = [], []
    for client in clients(outcome(judgement).report):
        if client.contradicts:
            wrong.append(f"{client.address}: {NEEDS} {client.two[0]}, {FORBIDS} {client.two[1]}")
        elif not client.decided_as_promised(judgement.kind):
            open_.append(client.address)
    assert not wrong
    # Known limits are written down, and a limit that no longer applies must be removed.
    assert open_ == list(judgement.case.limits.get(judgement.kind, ()))


@pytest.mark.parametrize(
    "judgement",
    [
        judgement
        for judgement in JUDGEMENTS
        if judgement.kind in ("hcl", "plan", WITH_SOURCE) and judgement.case.recipe.terraform.plan
    ],
    ids=lambda judgement: judgement.id,
)
def test_no_client_of_a_plan_is_missed_or_made_up(judgement: Judgement) -> None:
    case = judgement.case
    plan = json.loads((case.directory / "plan.json").read_text(encoding="utf-8"))
    found = {client.address: client for client in clients(outcome(judgement).report)}
    if (
        plan["errored"]
        or not plan.get("resource_changes")
        or "-destroy" in case.recipe.terraform.arguments
    ):
        assert judgement.kind == "hcl" or not found
        return
    planned = {
        change["address"]
        for change in plan["resource_changes"]
        if change["type"] == CLIENT and change["change"]["actions"] not in (["delete"], ["forget"])
    }
    # One unknown at the address of a block stands for all its possible instances.
    open_blocks = {
        block(client.address)
        for client in found.values()
        if set(client.verdicts.values()) == {"unknown"}
    }
    assert {a for a in planned if a not in found and block(a) not in open_blocks} == set()
    if plan["complete"]:
        assert {a for a in found if a not in planned and block(a) not in open_blocks} == set()


def block(address: str) -> str:
    """Return the address without the keys of its instances."""
    return re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)


@every_judgement
def test_nothing_hidden_is_shown(judgement: Judgement) -> None:
    found = outcome(judgement)
    assert HIDDEN not in found.stdout + found.stderr


@every_judgement
def test_broken_input_is_an_error_and_nothing_passes(judgement: Judgement) -> None:
    if not judgement.case.name.startswith("broken-"):
        assert outcome(judgement).status != 70
        return
    found = outcome(judgement)
    assert found.status == 2
    assert found.report["results"] == []
    assert [problem["message"] for problem in found.report["errors"]] != []
    assert found.stderr.startswith("error: ")
    assert "Traceback" not in found.stderr


@every_case
def test_a_folder_is_run_and_holds_nothing_else(case: Case) -> None:
    kept = {path.name for path in case.directory.glob("expected*")}
    whole = {each.whole.name for each in case.judgements() if case.recipe.whole}
    assert kept == {EXPECTED, *whole}
    assert [*case.expected()] == [judgement.kind for judgement in case.judgements()]
    recipe = case.recipe.terraform
    assert recipe.plan or recipe.because, "why does terraform make no plan of it?"
    assert not recipe.plan or (case.directory / "plan.json").is_file()


@every_case
def test_a_bad_client_has_a_good_twin(case: Case) -> None:
    claims = [
        client.claim
        for judgement in case.judgements()
        for client in clients(outcome(judgement).report)
        if client.claim is not None
    ]
    for verdicts in ({said.needs for said in claims}, {said.forbids for said in claims}):
        assert verdicts != {"fail"}


def test_every_folder_is_a_case() -> None:
    assert {case.directory for case in ALL} == {path for path in CASES.iterdir() if path.is_dir()}
    assert len(JUDGEMENTS) == len({judgement.id for judgement in JUDGEMENTS})


def test_no_machine_is_in_the_files() -> None:
    for path in CASES.rglob("*.json"):
        text = path.read_text(encoding="utf-8", errors="replace")
        assert str(CASES.parent) not in text, path
        assert "/tmp/" not in text, path


@pytest.mark.parametrize(
    ("address", "name", "expected"),
    [
        ("genesyscloud_oauth_client.good_a", "whatever", Claim("pass", "pass")),
        ('module.m["bad_b"].genesyscloud_oauth_client.this', "x", Claim("fail", "fail")),
        ("genesyscloud_oauth_client.c[0]", "lacks c", Claim("fail", "pass")),
        ("genesyscloud_oauth_client.late_partly_holds_d", "", Claim("pass", "fail", "late", True)),
        ("genesyscloud_oauth_client.undecided_bad_e", "", Claim("fail", "fail", "undecided")),
        ("genesyscloud_oauth_client.goodness", "badly", None),
    ],
)
def test_what_a_name_says(address: str, name: str, expected: Claim | None) -> None:
    assert claim(address, name) == expected


def test_a_name_that_says_two_things_is_refused() -> None:
    with pytest.raises(ValueError, match="two things"):
        claim("genesyscloud_oauth_client.good_bad_a", "")
