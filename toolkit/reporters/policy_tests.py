"""Text output of policy tests: one line per case, and the reason if it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.model.policy_tests import CaseVerdict
from toolkit.reporters.terminal import BOLD, GREEN, RED, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.policy_tests import CaseOutcome, Mismatch, PolicyTestReport

_STYLES = {CaseVerdict.OK: GREEN, CaseVerdict.FAILED: RED, CaseVerdict.ERROR: RED}
_BODY = " " * 10
_HANGING = " " * 12


def render_tests(report: PolicyTestReport, *, colour: bool = False) -> str:
    """Return all outcomes as text that ends with a line break."""
    paint = Paint(colour)
    lines: list[str] = []
    for suite in report.suites:
        lines += [f"{paint(BOLD, visible(suite.policy))}: {visible(suite.path)}", ""]
        for case in suite.cases:
            lines += _case(case, paint)
        lines.append("")
    lines.append(paint(BOLD, _summary(report)))
    return "\n".join(lines) + "\n"


def _case(case: CaseOutcome, paint: Paint) -> Iterator[str]:
    verdict = case.verdict
    word = verdict.value
    place = "" if verdict is CaseVerdict.OK else f" ({visible(case.path)}:{case.line})"
    # Not wrapped, so that a search for a case finds one line.
    heading = f"  {word.ljust(6)}  {visible(case.name)}{place}"
    yield from painted([heading], word, _STYLES[verdict], paint)
    if case.error is not None:
        yield from wrapped(visible(case.error.message), first=_BODY, rest=_HANGING)
        if case.error.hint:
            yield from wrapped(visible(case.error.hint), first=f"{_BODY}hint: ", rest=_HANGING)
    for mismatch in case.mismatches:
        yield from _mismatch(mismatch)


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    text, why = said_of(mismatch)
    yield from wrapped(visible(text), first=_BODY, rest=_HANGING)
    if why is not None:
        yield from wrapped(visible(why), first=_HANGING, rest=_HANGING)


def said_of(mismatch: Mismatch) -> tuple[str, str | None]:
    """Return the expected and the actual result as text, and the reason."""
    if mismatch.rule is None:
        return mismatch.message, None
    who = "no client" if mismatch.client is None else mismatch.client
    wanted = "nothing" if mismatch.wanted is None else mismatch.wanted
    text = f"{who}, {mismatch.rule}: wanted {wanted}, came {mismatch.came}"
    return text, mismatch.message


def _summary(report: PolicyTestReport) -> str:
    counts = [
        f"{report.count(CaseVerdict.OK)} passed",
        f"{report.count(CaseVerdict.FAILED)} failed",
    ]
    broken = report.count(CaseVerdict.ERROR)
    if broken:
        counts.append(f"{broken} could not run")
    if report.errors:
        untested = len(report.errors)
        counts.append(f"{untested} {'policy' if untested == 1 else 'policies'} not tested")
    return ", ".join(counts)
