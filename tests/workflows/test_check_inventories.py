from __future__ import annotations

import pytest
from msgspec.structs import replace

from toolkit import __version__
from toolkit.errors import ExitCode
from toolkit.model.clients import Client
from toolkit.model.findings import Severity, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.model.report import Problem, Source
from toolkit.model.values import Unknown, ValueSet
from toolkit.policy.document import Policy, Require, Rule, Scopes
from toolkit.workflows.run_check import check_inventories

VAR = Unknown("var.scopes", "a plan")


def policy(severity: str = "error", unknown: str = "fail") -> Policy:
    rule = Rule(
        id="R1",
        title="t",
        severity=severity,  # type: ignore[arg-type]
        unknown=unknown,  # type: ignore[arg-type]
        require=Require(scopes=Scopes(all_of=("s",))),
    )
    return Policy(version=1, name="p", rules=(rule,))


def root(name: str, *scopes: str, unknown: bool = False) -> Inventory:
    held = ValueSet(tuple(scopes), (VAR,) if unknown else ())
    client = Client(name, "genesyscloud_oauth_client.c", "c", "CODE", held)
    return Inventory(name, "hcl", (client,))


GOOD, BAD, OPEN = root("good", "s"), root("bad", "t"), root("open", "t", unknown=True)


@pytest.mark.parametrize(
    ("inventories", "exit_code"),
    [
        ([GOOD], ExitCode.OK),
        ([BAD], ExitCode.VIOLATION),
        ([OPEN], ExitCode.UNDECIDED),
        ([OPEN, BAD, GOOD], ExitCode.VIOLATION),
        ([], ExitCode.OK),
        ([Inventory("none", "hcl")], ExitCode.UNDECIDED),
        ([Inventory("gone", "plan", BAD.clients, judged=False)], ExitCode.OK),
    ],
)
def test_the_exit_status(inventories: list[Inventory], exit_code: ExitCode) -> None:
    assert check_inventories(inventories, [policy()]).exit_code is exit_code


def test_a_source_that_could_not_be_read_wins_and_hides_nothing() -> None:
    problem = Problem("broken.tf cannot be read")
    report = check_inventories([BAD], [policy()], problems=[problem, problem])
    assert report.exit_code is ExitCode.INPUT
    assert report.errors == (problem,)
    assert report.count(Verdict.FAIL) == 1


@pytest.mark.parametrize(
    ("severity", "fail_on", "exit_code"),
    [
        ("error", Severity.ERROR, ExitCode.VIOLATION),
        ("warning", Severity.ERROR, ExitCode.OK),
        ("warning", Severity.WARNING, ExitCode.VIOLATION),
        ("error", None, ExitCode.OK),
    ],
)
def test_fail_on(severity: str, fail_on: Severity | None, exit_code: ExitCode) -> None:
    report = replace(check_inventories([BAD], [policy(severity)]), fail_on=fail_on)
    assert report.exit_code is exit_code


def test_an_unknown_that_is_only_reported_does_not_count() -> None:
    report = check_inventories([OPEN], [policy(unknown="report")])
    assert report.count(Verdict.UNKNOWN) == 1
    assert report.exit_code is ExitCode.OK


def test_the_report_lists_sources_notes_and_tool() -> None:
    gone = Inventory("gone", "plan", BAD.clients, notes=(Note("n", "m"),), judged=False)
    report = check_inventories(iter([GOOD, gone, BAD]), [policy()])
    assert report.sources == (
        Source("bad", "hcl", 1),
        Source("gone", "plan", 0),
        Source("good", "hcl", 1),
    )
    assert report.clients == 2
    assert report.notes == (Note("n", "m"),)
    assert (report.command, report.tool_version) == ("check", __version__)
    assert [result.root for result in report.results] == ["bad", "good"]


def test_the_order_of_the_sources_changes_nothing() -> None:
    roots = [GOOD, BAD, OPEN]
    assert check_inventories(roots, [policy()]) == check_inventories(roots[::-1], [policy()])
