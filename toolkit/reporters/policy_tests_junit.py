"""JUnit output of policy tests: a suite for each policy, with a case for each test case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from toolkit.reporters.junit_xml import Case, Suite, document, problems
from toolkit.reporters.policy_tests import said_of
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.policy_tests import CaseOutcome, PolicyTestReport


def render_tests(report: PolicyTestReport, *, colour: bool = False) -> str:
    name = "recording-toolkit policy test"
    suites = [Suite(name, tuple(problems(report.errors)))] if report.errors else []
    for suite in report.suites:
        policy = visible(suite.policy)
        suites.append(Suite(policy, tuple(_case(policy, case) for case in suite.cases)))
    return document(name, suites)


def _case(policy: str, case: CaseOutcome) -> Case:
    passed = Case(policy, visible(case.name))
    place = f"{visible(case.path)}:{case.line}"
    if case.error is not None:
        hint = [f"hint: {visible(case.error.hint)}"] if case.error.hint else []
        return replace(
            passed,
            outcome="error",
            kind="input",
            message=visible(case.error.message),
            text="\n".join([place, *hint]),
        )
    if not case.mismatches:
        return passed
    lines = [line for mismatch in case.mismatches for line in _lines(*said_of(mismatch))]
    return replace(
        passed, outcome="failure", kind="verdict", message=lines[0], text="\n".join([place, *lines])
    )


def _lines(text: str, why: str | None) -> Iterator[str]:
    yield visible(text)
    if why is not None:
        yield f"  {visible(why)}"
