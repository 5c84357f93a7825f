"""What a report of a check amounts to, in words: never a "passed" where nothing was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.model.findings import Severity, Verdict

if TYPE_CHECKING:
    from toolkit.model.report import Report

#: What each exit status says about a report.
EXIT_MEANINGS = {
    0: "everything was decided, and is fine",
    1: "something is violated",
    2: "something could not be looked at",
    3: "no violation, but something stayed unknown",
    4: "a remote or a tool failed",
    70: "a bug in the toolkit",
}


def judged(report: Report) -> bool:
    """Whether some rule had something to say about some client."""
    decided = len(report.results) + len(report.known) - report.count(Verdict.NOT_APPLICABLE)
    return report.clients > 0 and decided > 0


def why_nothing(report: Report) -> str:
    if not report.sources:
        return "no source could be looked at." if report.errors else "no source was given."
    if not report.clients:
        return "there is no genesyscloud_oauth_client in what was looked at."
    return "no rule concerns any of the clients."


def exit_meaning(report: Report) -> str:
    code = report.exit_code.value
    if code == 0:
        if not judged(report):
            return "nothing was checked, and no rule asks for a client"
        if report.count(Verdict.FAIL) or report.count(Verdict.UNKNOWN):
            return f"what failed or is unknown does not count here ({_threshold(report.fail_on)})"
        if report.known:
            return "nothing is new; what the baseline knows does not count"
    return EXIT_MEANINGS[code]


def _threshold(fail_on: Severity | None) -> str:
    return f"--fail-on {'never' if fail_on is None else fail_on.value}"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
