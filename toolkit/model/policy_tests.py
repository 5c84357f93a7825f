"""How the test cases of policies came out."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from toolkit.errors import ExitCode
from toolkit.model.report import EXIT_ORDER, Problem


class CaseVerdict(StrEnum):
    OK = "ok"
    FAILED = "FAILED"
    #: The case's input could not be looked at, so nothing is known of the policy.
    ERROR = "ERROR"


class Mismatch(Struct, frozen=True):
    """A result that is not the one that the case wants.

    `client` is as the case names it, or an address; None is a rule that no client matched. `wanted`
    is None for a result that nobody expected, `came` where there was no result. `message` says why
    it came, or why nothing did.
    """

    client: str | None
    rule: str | None
    wanted: str | None
    came: str | None
    message: str


class CaseOutcome(Struct, frozen=True):
    """One case, and the file and line in which it begins."""

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
    """The cases of one policy, in the order of its file `path`."""

    policy: str
    path: str
    cases: tuple[CaseOutcome, ...]


class PolicyTestReport(Struct, frozen=True):
    """All policies that were tested; `errors` are those that could not be, or have no tests."""

    suites: tuple[SuiteOutcome, ...] = ()
    errors: tuple[Problem, ...] = ()

    @property
    def looked_at_something(self) -> bool:
        return bool(self.suites)

    def count(self, verdict: CaseVerdict) -> int:
        return sum(case.verdict is verdict for suite in self.suites for case in suite.cases)

    @property
    def exit_code(self) -> ExitCode:
        """What could not be run comes before what failed."""
        codes = {problem.exit_code for problem in self.errors}
        codes |= {c.error.exit_code for s in self.suites for c in s.cases if c.error is not None}
        if self.count(CaseVerdict.FAILED):
            codes.add(ExitCode.VIOLATION)
        return next((code for code in EXIT_ORDER if code in codes), ExitCode.OK)
