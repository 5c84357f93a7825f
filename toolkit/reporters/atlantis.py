"""Counts and rules for Atlantis's `custom_policy_check`, which searches the output for one word.

Atlantis takes any output that contains the word for a refusal. So the word is in the output exactly
if the exit status is not 0, and the output shows no text that others may have written: no client,
target, file or policy text.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from toolkit.model.findings import Verdict
from toolkit.model.plurals import plural
from toolkit.reporters.machine_findings import alerts
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

_WORD: Final = "fail"
_VERDICTS: Final = {
    Verdict.FAIL: "violated",
    Verdict.UNKNOWN: "unknown",
    Verdict.WAIVED: "waived",
}


def render(report: Report, *, colour: bool = False) -> str:
    """Return a line with the outcome, one with the counts, and one for each rule with findings."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    code = report.exit_code.value
    outcome = f"{_WORD} (exit {code})" if code else "ok (exit 0)"
    yield f"recording-toolkit: {report.command}: {outcome}"
    passed = report.count(Verdict.PASS)
    counted = [f"{report.count(verdict)} {word}" for verdict, word in _VERDICTS.items()]
    yield f"{plural(report.clients, 'client')}: {passed} passed, {', '.join(counted)}"
    if report.errors:
        yield f"{plural(len(report.errors), 'error')}: something could not be looked at"
    told = Counter((visible(alert.rule), alert.verdict, alert.counts) for alert in alerts(report))
    for (rule, verdict, counts), number in sorted(told.items()):
        # The author of a rule chose its id, which may contain the word.
        name = "a rule" if _WORD in rule.lower() else rule
        apart = "" if counts or verdict is Verdict.WAIVED else ", not counted"
        yield f"- {name}: {number} {_VERDICTS[verdict]}{apart}"
