"""Text output for many findings, by rule: the rule's text once, then short lines per finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from toolkit.model.clients import CLIENT_TYPE, ROLE_TYPE
from toolkit.model.findings import Severity, Verdict
from toolkit.model.plurals import plural
from toolkit.reporters.details import few
from toolkit.reporters.finding import WORDS
from toolkit.reporters.terminal import GREEN, WIDTH, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.model.findings import Result
    from toolkit.model.report import Report

#: A report with more findings than this groups them by rule.
MANY: Final = 20
#: The number of listed findings of one rule: for violations of severity error, and for all others.
_ERRORS: Final = 10
_OTHERS: Final = 5
#: The maximum number of lines for one finding.
_LINES: Final = 3
#: The number of fixes shown for one rule, if its findings need different ones.
_FIXES: Final = 3
_QUIET: Final = (Verdict.PASS, Verdict.NOT_APPLICABLE)
_ORDER: Final = {Verdict.WAIVED: 0, Verdict.UNKNOWN: 1, Verdict.FAIL: 2}


def told(results: Iterable[Result]) -> list[Result]:
    """Return the results that are findings."""
    return [result for result in results if result.verdict not in _QUIET]


def are_many(report: Report) -> bool:
    """Whether there are so many findings that the report groups them by rule."""
    return len(told(report.results)) > MANY


def has_several_roots(report: Report) -> bool:
    """Whether a finding must name its root. Sources that are not judged do not count."""
    return len({source.root for source in report.sources if not source.why_not}) > 1


def lines(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the passes per rule, then the findings of all roots, worst last."""
    passed = Counter(r.rule for r in report.results if r.verdict is Verdict.PASS)
    if passed:
        counted = ", ".join(f"{rule} ({number})" for rule, number in sorted(passed.items()))
        yield from painted(wrapped(counted, first="pass ", rest="  "), "pass", GREEN, paint)
        yield ""
    by_rule: dict[tuple[str, Verdict], list[Result]] = {}
    for result in told(report.results):
        by_rule.setdefault((result.rule, result.verdict), []).append(result)
    several = has_several_roots(report)
    for group in sorted(by_rule.values(), key=lambda group: _badness(report, group[0])):
        yield from _rule(report, group, several, paint)
        yield ""


def first_error(report: Report) -> Iterator[str]:
    """Yield the first violation of severity error again, so that it is visible at the end."""
    errors = [
        r
        for r in told(report.results)
        if r.verdict is Verdict.FAIL and r.severity is Severity.ERROR and report.counts(r)
    ]
    if errors:
        first = min(errors, key=lambda result: result.sort_key)
        text = (
            f"{first.rule}: {_subject(first, several=has_several_roots(report))}: {first.message}"
        )
        yield from _cut(visible(text), "", first="first error: ", rest="  ")


def _badness(report: Report, result: Result) -> tuple[bool, int, int, str]:
    return (report.counts(result), result.severity.rank, _ORDER[result.verdict], result.rule)


def _rule(report: Report, group: Sequence[Result], several: bool, paint: Paint) -> Iterator[str]:
    first = group[0]
    word, style = WORDS[first.verdict]
    severity = first.severity.value
    if not report.counts(first) and first.verdict is not Verdict.WAIVED:
        severity += ", not counted"
    title = f": {first.title}" if first.title else ""
    heading = wrapped(
        visible(f"{first.rule} ({severity}), {_times(len(group))}{title}"),
        first=f"{word} ",
        rest="  ",
    )
    yield from painted(heading, word, style, paint)
    same: dict[str, list[Result]] = {}
    for result in sorted(group, key=lambda result: result.sort_key):
        same.setdefault(result.message, []).append(result)
    violated = first.severity is Severity.ERROR and first.verdict is Verdict.FAIL
    most = _ERRORS if violated else _OTHERS
    for message, alike in list(same.items())[:most]:
        who = few([_subject(each, several=several) for each in alike])
        at = alike[0].location if len(alike) == 1 else None
        place = f"({at.path}:{at.line})" if at is not None else ""
        text = _short(message)
        yield from _cut(visible(f"{who}: {text}"), visible(place), first="  - ", rest="    ")
    left = sum(len(alike) for alike in list(same.values())[most:])
    if left:
        yield f"  - and {left} more; -f json lists all"
    if first.why:
        yield from wrapped(visible(" ".join(first.why.split())), first="  why: ", rest="    ")
    yield from _fixes(group, several)


def _fixes(group: Sequence[Result], several: bool) -> Iterator[str]:
    """Yield the fix once if it is the same for all, else each fix with its clients."""
    whom: dict[str, list[Result]] = {}
    for result in group:
        if result.fix:
            whom.setdefault(" ".join(result.fix.split()), []).append(result)
    by_number = sorted(whom.items(), key=lambda each: -len(each[1]))
    for fix, results in by_number[:_FIXES]:
        who = few([_subject(each, several=several) for each in results])
        text = _short(fix) if len(results) == len(group) else f"{who}: {_short(fix)}"
        yield from _cut(visible(text), "", first="  fix: ", rest="    ")
    left = len(by_number) - _FIXES
    if left > 0:
        yield f"  and {plural(left, 'other fix', 'other fixes')}; -f json lists all"


def _short(text: str) -> str:
    """Return the text without client and role types, which would fill most of a line."""
    return text.replace(f"{CLIENT_TYPE}.", "").replace(f"{ROLE_TYPE}.", "")


def _cut(text: str, place: str, *, first: str, rest: str) -> list[str]:
    """Return `text` and its place in a few lines; the end of the text is cut if needed."""
    lines = wrapped(f"{text} {place}" if place else text, first=first, rest=rest)
    if len(lines) <= _LINES:
        return lines
    kept = lines[: _LINES - 1] if place else lines[:_LINES]
    kept[-1] = (
        f"{kept[-1]} ..." if len(kept[-1]) <= WIDTH - 4 else f"{kept[-1].rpartition(' ')[0]} ..."
    )
    return [*kept, rest + place] if place else kept


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _subject(result: Result, *, several: bool) -> str:
    if result.address is None:
        return "all sources"
    where = f"{result.root}: " if several and result.root else ""
    return where + _short(result.address)
