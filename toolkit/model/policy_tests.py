"""The outcomes of policy test cases."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from toolkit.errors import ExitCode
from toolkit.model.report import EXIT_ORDER, Problem


class CaseVerdict(StrEnum):
    OK = "ok"
    FAILED = "FAILED"
    #: The case's input could not be read, so the policy was not tested.
    ERROR = "ERROR"


class Mismatch(Struct, frozen=True):
    """A result that differs from the expectation of the case.

    `client` is named as in the case, or is an address; None for a rule that no client matched.
    `wanted` is None for an unexpected result, `came` is None for a missing result. `message`
    explains the result or its absence.
    """

    client: str | None
    rule: str | None
    wanted: str | None
    came: str | None
    message: str


class CaseOutcome(Struct, frozen=True):
    """The outcome of one case, with the file and line where the case begins."""

    name: str
    path: str
    line: int
    mismatches: tuple[Mismatch, ...] = ()
    error: Problem | None = None

    @property
    def verdict(self) -> CaseVerdict:
        if self.error is not None:
            return CaseVerdict.ERROR
        return CaseVerdict.FAILED if self.mismatches else CaseVerdict.OK


class SuiteOutcome(Struct, frozen=True):
    """The outcomes of one policy's cases, in the order of the file `path`."""

    policy: str
    path: str
    cases: tuple[CaseOutcome, ...]


class PolicyTestReport(Struct, frozen=True):
    """All policies that were tested; `errors` are those without tests or that failed to run."""

    suites: tuple[SuiteOutcome, ...] = ()
    errors: tuple[Problem, ...] = ()

    @property
    def looked_at_something(self) -> bool:
        return bool(self.suites)

    def count(self, verdict: CaseVerdict) -> int:
        return sum(case.verdict is verdict for suite in self.suites for case in suite.cases)

    @property
    def exit_code(self) -> ExitCode:
        """The exit status; a case that could not run wins over a failed one."""
        codes = {problem.exit_code for problem in self.errors}
        codes |= {c.error.exit_code for s in self.suites for c in s.cases if c.error is not None}
        if self.count(CaseVerdict.FAILED):
            codes.add(ExitCode.VIOLATION)
        return next((code for code in EXIT_ORDER if code in codes), ExitCode.OK)
